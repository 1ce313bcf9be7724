"""Invitations by mail: each class that comes soon, as a mail that calendars take in by themselves.

What a person was sent is compared with what she may see and was told: what is new is an invitation, what
changed an update, what is gone a cancellation. One mail for each class, and one for all that were changed as
one (`mailing`), to one attendee. Where people are mailed of the same change, the invitation carries those
words, and no other mail goes: she is told in one.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.accounts.reading import as_read_by
from eduraise.calendars.actions import end_feeds
from eduraise.calendars.describing import entry_of
from eduraise.calendars.entries import Entry
from eduraise.calendars.mailing import Item, Kind, mail_of, put_together
from eduraise.calendars.models import MailedCalendar, SentEntry
from eduraise.calendars.queries import own_classes
from eduraise.calendars.writing import CANCEL, REQUEST, TITLE_LONGEST, write_invitation
from eduraise.classes.addresses import door_path
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import Change, ClassQuerySet, ClassSession
from eduraise.classes.words import span_words, when_words
from eduraise.core import audit
from eduraise.notifications.carrying import carry, waiting_for

log = logging.getLogger(__name__)

AHEAD = timedelta(days=14)
# So many people are seen to in one turn; the others come with the next
PEOPLE = 200
TAKEN_UP = Q(person__is_active=True, person__joined_at__isnull=False)


@transaction.atomic
def choose_invitations(*, person: User, now: datetime) -> int:
    """Send a person invitations from now on; how many of her addresses that ended: with both, each class
    would stand in her calendar twice."""
    chosen, is_new = MailedCalendar.objects.get_or_create(person=person, defaults={"since": now})
    if is_new:
        audit.record("invitations.chosen", by=person, thing=person, at=chosen.since)
    return end_feeds(person=person, now=now)


def invite_first(*, people: Collection[int], now: datetime) -> None:
    """Before mails about classes go to these people: who chose invitations is sent hers in their place."""
    chosen = MailedCalendar.objects.filter(TAKEN_UP, person__in=people)
    for key in chosen.order_by("pk").values_list("pk", flat=True):
        try:
            invite(key, now)
        except DatabaseError:
            raise  # the turn is done again
        except Exception:  # a fault in one person's entries must not hold up the mails of all others
            log.exception("invitation_not_written", extra={"row": key})


def invite_due(now: datetime, limit: int = PEOPLE) -> dict[str, int]:
    """Send what is due to up to `limit` people, those who waited longest first; how many mails."""
    waiting = MailedCalendar.objects.filter(TAKEN_UP)
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
    with as_read_by(person):
        concerned = _concerned(person, known, now)
        sets = _sets_of(concerned)
        items = [
            item
            for session in concerned
            if (item := _settle(session, known.pop(session.uid, None), sets.get(session.pk), person, now))
        ]
        # of the others she may not know any more
        items += [item for was in known.values() if (item := _cancel(was, person, now))]
        waiting = waiting_for(person, now) if items else ()
        mails = [
            mail_of(one.items, person, one.told.letter if one.told and carry(one.told) else None)
            for one in put_together(items, waiting)
        ]
    for mail in mails:
        mail.send()
    return len(mails)


def _sets_of(sessions: Sequence[ClassSession]) -> dict[int, int]:
    """With which set of changes each class became what it is, if with one; one query."""
    last = Change.objects.filter(
        session__in=sessions, version=F("session__version"), change_set__isnull=False
    )
    return dict(last.values_list("session", "change_set"))


def coming_soon(person: User, now: datetime) -> int:
    """How many invitations a person who chooses them now would get at once."""
    return _soon(person, now).filter(told_booked=True, told_version=F("version")).count()


def _soon(person: User, now: datetime) -> ClassQuerySet:
    return own_classes(person, now).not_cancelled().filter(ends_at__gt=now, starts_at__lt=now + AHEAD)


def _concerned(person: User, known: Mapping[UUID, SentEntry], now: datetime) -> list[ClassSession]:
    """Her classes that come soon, and all that she was invited to, wherever they lie; with their topics."""
    soon = Q(pk__in=_soon(person, now).values("pk"))
    found = own_classes(person, now).filter(soon | Q(uid__in=list(known)))
    sessions = list(found.select_related("program", "teacher").order_by("starts_at", "pk"))
    name_lessons(sessions, now)
    return sessions


def _settle(
    session: ClassSession, was: SentEntry | None, change_set: int | None, person: User, now: datetime
) -> Item | None:
    """One class: nothing while people are not told of its last change, which may be undone until then, and
    nothing where its topic of the syllabus alone is another, as those of all later classes then are."""
    if session.told_version != session.version or not session.told_booked:
        return None
    if session.cancelled_at is not None:
        return _cancel(was, person, now, session, change_set) if was else None
    entry = entry_of(session)
    if was is not None and not was.is_cancelled and was.version == session.version:
        return None
    if was is not None and not was.is_cancelled and was.digest == _digest_of(entry):
        # what changed stands in no calendar
        SentEntry.objects.filter(pk=was.pk).update(version=session.version)
        return None
    return _request(session, entry, was, change_set, person, now)


def _digest_of(entry: Entry) -> str:
    """What a calendar shows of an entry, to see whether another mail would change anything there."""
    shown = (entry.starts_at, entry.ends_at, entry.zone, entry.title, entry.description, entry.category)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def _request(
    session: ClassSession,
    entry: Entry,
    was: SentEntry | None,
    change_set: int | None,
    person: User,
    now: datetime,
) -> Item:
    sequence = session.version if was is None else max(session.version, was.sequence + 1)
    digest, entry = _digest_of(entry), replace(entry, version=sequence)
    SentEntry.objects.update_or_create(
        person=person,
        class_uid=session.uid,
        defaults={
            "version": session.version,
            "sequence": sequence,
            "digest": digest,
            "title": entry.title[:TITLE_LONGEST],
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "is_cancelled": False,
        },
    )
    return Item(
        what=Kind.NEW if was is None or was.is_cancelled else Kind.CHANGED,
        title=entry.title,
        when=when_words(session, now),
        body=write_invitation(entry, method=REQUEST, to=person, at=now),
        facts=((_("Program"), session.program.title), (_("Teacher"), session.teacher.name)),
        path=door_path(session),
        class_uid=session.uid,
        change_set=change_set,
    )


def _cancel(
    was: SentEntry,
    person: User,
    now: datetime,
    session: ClassSession | None = None,
    change_set: int | None = None,
) -> Item | None:
    """Take an invitation back, once; in the words in which it was sent, as no more of it may be known.
    session: the class, where she may still know that it is cancelled."""
    if was.is_cancelled:
        return None
    message = session.cancel_message if session else ""
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
    return Item(
        what=Kind.CANCELLED,
        title=was.title,
        when=span_words(was.starts_at, was.ends_at, now),
        body=write_invitation(entry, method=CANCEL, to=person, at=now),
        quote=message,
        class_uid=session.uid if session else None,
        change_set=change_set,
    )
