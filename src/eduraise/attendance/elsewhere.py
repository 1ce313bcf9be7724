"""A class held elsewhere than in its meeting, as in the teacher's personal room: found, and attached by her.

Only she whose Zoom it was sees that there was such a sitting: it may be none of the school's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.models import Participant
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.states import has_no_way_in
from eduraise.classes.words import at_words
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.core.hooks import PagePart, Problem, Waiting
from eduraise.zoom import instances
from eduraise.zoom.instances import AROUND
from eduraise.zoom.models import ZoomInstance

LOOKS_BACK = timedelta(days=14)
MappedBy = ZoomInstance.MappedBy


class AttachedMeanwhile(DomainError):
    """The sitting stands otherwise than was seen."""

    code = "attached_meanwhile"

    def __init__(self) -> None:
        super().__init__(_("This meeting stands otherwise by now. Look again."))


@dataclass(frozen=True)
class Offer:
    """A sitting that may have been a class. people: how many were told of, its host among them."""

    sitting: ZoomInstance
    session: ClassSession
    people: int


def offers_to(person: User, now: datetime, only: ClassSession | None = None) -> list[Offer]:
    """Sittings on a person's own Zoom that belong to no class and may have been one of hers; three queries.

    A class that was held in its own meeting is offered only what ran while it was to be. Each sitting is
    offered to the nearest class.
    """
    sittings = list(_with_people(_unplaced(person, now)))
    if not sittings:
        return []
    first = min(one.started_at for one in sittings if one.started_at)
    last = max(one.started_at for one in sittings if one.started_at)
    held = ZoomInstance.objects.filter(occurrence__held_for=OuterRef("uid"))
    classes = list(
        ClassSession.objects.filter(
            teacher=person,
            occurrence__isnull=False,
            cancelled_at__isnull=True,
            starts_at__lte=last + AROUND,
            ends_at__gte=first - AROUND,
        )
        .annotate(held_in=Exists(held))
        .order_by("starts_at")
    )
    found = [offer for one in sittings if (offer := _nearest(one, classes)) is not None]
    return [offer for offer in found if only is None or offer.session.pk == only.pk]


def _unplaced(person: User, now: datetime) -> QuerySet[ZoomInstance]:
    return ZoomInstance.objects.filter(
        host__teacher=person, occurrence__isnull=True, mapped_by="", started_at__gte=now - LOOKS_BACK
    ).order_by("started_at", "pk")


def _with_people(sittings: QuerySet[ZoomInstance]) -> QuerySet[ZoomInstance]:
    """With how many were told of, as `people`."""
    told_of = Participant.objects.filter(instance=OuterRef("pk")).order_by().values("instance")
    people = told_of.annotate(n=Count("key", distinct=True)).values("n")
    return sittings.annotate(people=Coalesce(Subquery(people), 0))


def _nearest(sitting: ZoomInstance, classes: Sequence[ClassSession]) -> Offer | None:
    began = sitting.started_at
    assert began is not None
    around = [
        one
        for one in classes
        if (one.starts_at <= began < one.ends_at)
        or (not one.held_in and one.starts_at - AROUND <= began <= one.ends_at + AROUND)  # type: ignore[attr-defined]
    ]
    nearest = min(around, key=lambda one: (abs(one.starts_at - began), one.starts_at), default=None)
    return Offer(sitting, nearest, sitting.people) if nearest is not None else None  # type: ignore[attr-defined]


def attach(*, session: ClassSession, sitting_uid: UUID, by: User, now: datetime) -> ZoomInstance:
    """It was this class: who was there counts from now on, and no rule places it elsewhere.

    Raises AttachedMeanwhile, also for what is not hers.
    """
    offer = _offered(session, sitting_uid, by, now)
    assert session.occurrence is not None
    if not instances.attach(offer.sitting, session.occurrence, by_uid=by.uid):
        raise AttachedMeanwhile
    audit.record("attendance.sitting_attached", by=by, thing=session, at=now)
    return offer.sitting


def dismiss(*, session: ClassSession, sitting_uid: UUID, by: User, now: datetime) -> None:
    """It was no class; nobody is asked about it again. Raises AttachedMeanwhile."""
    offer = _offered(session, sitting_uid, by, now)
    if not instances.dismiss(offer.sitting, by_uid=by.uid):
        raise AttachedMeanwhile
    audit.record("attendance.sitting_dismissed", by=by, thing=session, at=now)


def _offered(session: ClassSession, sitting_uid: UUID, by: User, now: datetime) -> Offer:
    for offer in offers_to(by, now, only=session):
        if offer.sitting.uid == sitting_uid:
            return offer
    raise AttachedMeanwhile


def take_back(*, session: ClassSession, sitting_uid: UUID, by: User, now: datetime) -> None:
    """What she said of it holds no more. Raises AttachedMeanwhile."""
    sitting = attached_to(session, by).filter(uid=sitting_uid).first()
    if sitting is None or not instances.take_back(sitting):
        raise AttachedMeanwhile
    audit.record("attendance.sitting_taken_back", by=by, thing=session, at=now)


def attached_to(session: ClassSession, by: User) -> QuerySet[ZoomInstance]:
    """What she attached to a class by hand, of her own Zoom."""
    return ZoomInstance.objects.filter(
        occurrence__held_for=session.uid, mapped_by=MappedBy.HAND, host__teacher=by
    ).order_by("started_at", "pk")


def part(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """On the page of a class, for its teacher: a meeting of hers that may have been it."""
    if not standing.teaches_it or session.starts_at > now + AROUND:
        return
    offers = offers_to(person, now, only=session)
    attached = list(attached_to(session, person))
    if offers or attached:
        context = {
            "session": session,
            "offers": offers,
            "attached": attached,
            "has_no_way_in": has_no_way_in(session),
        }
        mark = ",".join(str(one.pk) for one in [*(offer.sitting for offer in offers), *attached])
        yield PagePart("", "attendance/elsewhere.html", context, mark)


def needs(*, person: User, now: datetime, **_more: object) -> Iterator[Waiting]:
    """What a teacher is asked: whether meetings of hers were classes. Of an admin, only on their pages."""
    if not person.is_admin:
        yield Waiting(_unplaced(person, now), "started_at", lambda _number, _since: _questions(person, now))


def _questions(person: User, now: datetime) -> Iterator[Problem]:
    for offer in offers_to(person, now):
        began = offer.sitting.started_at
        assert began is not None
        yield Problem(
            severity="warn",
            title=_("Was “%(topic)s” held in another meeting?") % {"topic": offer.session.topic},
            detail=_(
                "A meeting of yours began %(when)s. If it was this class, say so: who was there counts then."
            )
            % {"when": at_words(began, now)},
            verb=_("Look"),
            url=reverse("classes:detail", args=[offer.session.code]),
            since=began,
            owner_uid=person.uid,
        )
