"""The next way where Zoom refuses one: from handing a meeting on to an alternative host, then to people; from
handing it back to another meeting."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from eduraise.core.errors import DomainError
from eduraise.substitutes import holding, messages
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.zoom.enums import OperationKind, OperationState, Way
from eduraise.zoom.models import HostClaim, ZoomOperation
from eduraise.zoom.wanting import STOPPED

KINDS = {Way.TRANSFER: OperationKind.TRANSFER, Way.ALTERNATIVE: OperationKind.ALTERNATES}


def refused() -> QuerySet[Substitution]:
    """Classes whose way Zoom has refused, of which nobody was told."""
    stopped = ZoomOperation.objects.filter(
        meeting=OuterRef("session__occurrence__meeting"),
        state__in=STOPPED,
        finished_at__gte=OuterRef("answered_at"),
    )
    of_way = Q()
    for way, kind in KINDS.items():
        of_way |= Q(Exists(stopped.filter(kind=kind)), way=way)
    rows = Substitution.objects.filter(of_way, state=State.ACCEPTED, refused_at__isnull=True)
    related = (
        *("session__program", "session__teacher", "absent", "substitute", "asked_by"),
        "session__occurrence__meeting__host__account",
    )
    return rows.select_related(*related).order_by("pk")


@transaction.atomic
def reroute(row: Substitution, now: datetime) -> bool:
    """Try the next way, or say that there is none: to whoever asked, and to whose class it is."""
    session = row.session
    assert session.occurrence
    meeting = session.occurrence.meeting
    same = Substitution.objects.filter(pk=row.pk, state=State.ACCEPTED, way=row.way, refused_at=None)
    user = holding.user_of(row, meeting)
    if row.way == Way.TRANSFER and user is not None:
        if not same.update(way=Way.ALTERNATIVE):
            return False
        holding.keep_here(meeting, now)
        holding.name_alternative(session, user, None, now)
        return True
    if not same.update(refused_at=now):
        return False
    messages.tell_refused(row, now=now)
    return True


def is_done(row: Substitution) -> bool:
    """Whether Zoom has done what a way needs."""
    kind = KINDS.get(Way(row.way)) if row.way else None
    if kind is None or row.session.occurrence is None:
        return True
    last = ZoomOperation.objects.filter(meeting=row.session.occurrence.meeting_id, kind=kind).order_by("-id")
    return last.values_list("state", flat=True).first() == OperationState.DONE


def astray(now: datetime) -> QuerySet[Substitution]:
    """Classes to come whose meeting was to be handed on or back and is, or stays, on a Zoom that doesn't hold
    their hours: Zoom refused to hand it back, or they were moved meanwhile to hours that are taken there."""
    stopped = ZoomOperation.objects.filter(
        meeting=OuterRef("session__occurrence__meeting"),
        kind=OperationKind.TRANSFER,
        state__in=STOPPED,
        finished_at__gte=OuterRef("ended_at"),
    )
    elsewhere = HostClaim.objects.filter(held_for=OuterRef("session__uid"), releases_at__isnull=True).exclude(
        host=OuterRef("session__occurrence__meeting__host")
    )
    returned = Q(Exists(stopped), state=State.RETURNED, session__teacher=F("absent"))
    rows = Substitution.objects.filter(
        returned | Q(Exists(elsewhere), state__in=(State.ACCEPTED, State.RETURNED)),
        way=Way.TRANSFER,
        session__starts_at__gt=now,
        session__cancelled_at__isnull=True,
    )
    related = ("session__program__class_settings", "session__teacher")
    return rows.select_related(*related, "session__occurrence__meeting__host__account").order_by("pk")


def bring_home(row: Substitution, now: datetime) -> bool:
    """Hold such a class in another meeting, which its teacher can start; False while nobody's Zoom can."""
    try:
        with transaction.atomic():
            holding.hold_elsewhere(row.session, now=now)
    except DomainError:
        return False
    return True
