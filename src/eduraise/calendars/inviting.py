"""Invitations by mail: each class that comes soon, as a mail that calendars take in by themselves.

What a person was sent is compared with what she may see and was told: what is new is an invitation, what
changed an update, what is gone a cancellation. One mail for each class, to one attendee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.accounts.reading import as_read_by
from eduraise.calendars.actions import end_own_feed
from eduraise.calendars.describing import entry_of
from eduraise.calendars.entries import Entry
from eduraise.calendars.models import MailedCalendar, SentEntry
from eduraise.calendars.queries import own_classes
from eduraise.calendars.writing import CANCEL, REQUEST, write_invitation
from eduraise.classes.addresses import door_path
from eduraise.classes.models import ClassQuerySet, ClassSession
from eduraise.classes.words import span_words, when_words
from eduraise.core import audit
from eduraise.ui.letters import Letter, compose

AHEAD = timedelta(days=14)
# So many people are seen to in one turn; the others come with the next
PEOPLE = 200


@transaction.atomic
def choose_invitations(*, person: User, now: datetime) -> None:
    """Send a person invitations from now on. Her feed of all her classes ends: with both, each class would
    stand in her calendar twice."""
    chosen, is_new = MailedCalendar.objects.get_or_create(person=person, defaults={"since": now})
    if is_new:
        audit.record("invitations.chosen", by=person, thing=person, at=chosen.since)
    end_own_feed(person=person, now=now)


def invite_due(now: datetime, limit: int = PEOPLE) -> dict[str, int]:
    """Send what is due to up to `limit` people, those who waited longest first; how many mails."""
    waiting = MailedCalendar.objects.filter(person__is_active=True, person__joined_at__isnull=False)
    order = F("looked_at").asc(nulls_first=True)
    keys = list(waiting.order_by(order, "pk").values_list("pk", flat=True)[:limit])
    sent = sum(invite(key, now) for key in keys)
    if keys:
        MailedCalendar.objects.filter(pk__in=keys).update(looked_at=now)
    return {"mails": sent}


@transaction.atomic
def invite(key: int, now: datetime) -> int:
    """Queue what is due to one person who chose invitations; how many mails."""
    chosen = MailedCalendar.objects.select_for_update(no_key=True).filter(pk=key).first()
    if chosen is None:
        return 0
    person = chosen.person
    known = {one.class_uid: one for one in SentEntry.objects.filter(person=person, ends_at__gt=now)}
    sent = 0
    with as_read_by(person):
        for session in _concerned(person, known, now):
            was = known.pop(session.uid, None)
            sent += _settle(session, was, person, now)
        for was in known.values():
            # she may not see it any more
            sent += _cancel(was, person, now)
    return sent


def coming_soon(person: User, now: datetime) -> int:
    """How many invitations a person who chooses them now would get at once."""
    return _soon(person, now).filter(told_booked=True, told_version=F("version")).count()


def _soon(person: User, now: datetime) -> ClassQuerySet:
    return own_classes(person, now).not_cancelled().filter(ends_at__gt=now, starts_at__lt=now + AHEAD)


def _concerned(person: User, known: Mapping[UUID, SentEntry], now: datetime) -> list[ClassSession]:
    """Her classes that come soon, and all that she was invited to, wherever they lie now."""
    soon = Q(pk__in=_soon(person, now).values("pk"))
    found = own_classes(person, now).filter(soon | Q(uid__in=list(known)))
    return list(found.select_related("program", "teacher").order_by("starts_at", "pk"))


def _settle(session: ClassSession, was: SentEntry | None, person: User, now: datetime) -> int:
    """One class: nothing while people are not told of its last change, which may be undone until then."""
    if session.told_version != session.version or not session.told_booked:
        return 0
    if session.cancelled_at is not None:
        return _cancel(was, person, now, session.cancel_message) if was else 0
    if was is not None and was.version == session.version and not was.is_cancelled:
        return 0
    _request(session, was, person, now)
    return 1


def _request(session: ClassSession, was: SentEntry | None, person: User, now: datetime) -> None:
    sequence = session.version if was is None else max(session.version, was.sequence + 1)
    entry = replace(entry_of(session), version=sequence)
    is_new = was is None or was.is_cancelled
    shape = _("Invitation: %(title)s") if is_new else _("Changed: %(title)s")
    letter = Letter(
        title=shape % {"title": session.topic},
        facts=(
            (_("When"), when_words(session, now)),
            (_("Program"), session.program.title),
            (_("Teacher"), session.teacher.name),
        ),
        verb=_("Open the class"),
        path=door_path(session),
        why=_why(),
    )
    _mail(letter, write_invitation(entry, method=REQUEST, to=person, at=now), REQUEST, person)
    SentEntry.objects.update_or_create(
        person=person,
        class_uid=session.uid,
        defaults={
            "version": session.version,
            "sequence": sequence,
            "title": session.topic,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "is_cancelled": False,
        },
    )


def _cancel(was: SentEntry, person: User, now: datetime, message: str = "") -> int:
    """Take an invitation back, once; in the words in which it was sent, as no more of it may be known."""
    if was.is_cancelled:
        return 0
    was.sequence, was.is_cancelled = was.sequence + 1, True
    was.save(update_fields=["sequence", "is_cancelled"])
    entry = Entry(
        uid=str(was.class_uid),
        version=was.sequence,
        changed_at=now,
        starts_at=was.starts_at,
        ends_at=was.ends_at,
        zone="UTC",
        title=was.title,
        description=message,
        door="",
        is_cancelled=True,
    )
    letter = Letter(
        title=_("Cancelled: %(title)s") % {"title": was.title},
        facts=((_("When"), span_words(was.starts_at, was.ends_at, now)),),
        quote=message,
        why=_why(),
    )
    _mail(letter, write_invitation(entry, method=CANCEL, to=person, at=now), CANCEL, person)
    return 1


def _why() -> str:
    return _("You chose invitations to your classes by mail. Your settings end them, under Calendar.")


def _mail(letter: Letter, body: bytes, method: str, person: User) -> None:
    """Queue the mail in the present transaction."""
    mail = compose(letter, to=person.email)
    mail.attach_alternative(body.decode(), f"text/calendar; method={method}")
    mail.send()
