"""What differs between Zoom and a class: noticed from what was read there, settled by a person's choice.

Ours stays until somebody chooses, and students are told only then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import lost_hosts, snapshots
from eduraise.classes.changing import (
    Edit,
    change_class,
    end_differences,
    read_current,
    want_as_it_stands,
    write_change,
)
from eduraise.classes.claims import lock_teachers
from eduraise.classes.enums import ClassState, DifferenceField, DifferenceState
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.replacing import replace_meeting
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.states import state_of
from eduraise.classes.troubles import MOVABLE
from eduraise.core import audit, crash
from eduraise.core.errors import Changed
from eduraise.zoom.guarding import GuardChange, leave_open
from eduraise.zoom.models import ZoomMeeting
from eduraise.zoom.wanting import want_guarded


class Settled(Changed):
    """The difference is no more: somebody chose, or Zoom agrees again."""

    code = "settled"


def notice_time(*, held_for: UUID, starts_at: datetime, minutes: int, now: datetime) -> None:
    """Zoom says that a class's sitting is then and so long. Call it only while no change of ours is due.

    Opens a difference, keeps an open one up to date, or ends it where Zoom agrees with the class.
    """
    session = ClassSession.objects.not_cancelled().filter(uid=held_for).first()
    if session is None:
        return
    if (starts_at, minutes) == (session.starts_at, session.minutes):
        end_differences(session, now, DifferenceField.TIME)
        return
    _open(
        session,
        DifferenceField.TIME,
        ours={"starts_at": session.starts_at.isoformat(), "minutes": session.minutes},
        zooms={"starts_at": starts_at.isoformat(), "minutes": minutes},
        now=now,
    )


def notice_gone(*, held_for: UUID, now: datetime) -> None:
    """A class's meeting is not at Zoom any more, which two reads and a list have shown."""
    session = ClassSession.objects.not_cancelled().filter(uid=held_for).first()
    if session is not None:
        _open(session, DifferenceField.GONE, ours={}, zooms={}, now=now)


def notice_present(*, held_for: UUID, now: datetime) -> None:
    """A class's meeting is at Zoom after all: what said that it was deleted is no more."""
    session = ClassSession.objects.filter(uid=held_for).first()
    if session is not None:
        end_differences(session, now, DifferenceField.GONE)


def notice_guard(*, held_for: UUID, codes: Sequence[str], now: datetime) -> None:
    """What keeps strangers out of a class's meeting less than it should, although Zoom was asked.

    codes: none if all is well, or as somebody chose to leave it.
    """
    session = ClassSession.objects.not_cancelled().filter(uid=held_for).first()
    if session is None:
        return
    if codes:
        _open(session, DifferenceField.UNSAFE, zooms={"codes": list(codes)}, now=now)
    else:
        end_differences(session, now, DifferenceField.UNSAFE)


def note_guard_change(*, meeting: ZoomMeeting, change: GuardChange, now: datetime) -> None:
    """Keep, for the history of a meeting's classes, that what was found less guarded was set back, or that a
    new passcode was taken over; nobody needs to do anything about it."""
    held = meeting.occurrences.filter(wanted_gone=False, replaced=False, wanted_ends_at__gt=now)
    sessions = ClassSession.objects.not_cancelled().filter(uid__in=held.values("held_for"))
    kept = []
    for session in sessions:
        if change.restored and _asks(session, DifferenceField.UNSAFE):
            if not change.left:
                end_differences(session, now, DifferenceField.UNSAFE)
        elif change.restored:
            found = _noted(session, DifferenceField.UNSAFE, DifferenceState.RESTORED, now)
            found.zooms, found.seen_at = {"codes": list(change.restored)}, meeting.read_at or now
            kept.append(found)
        if change.has_new_passcode:
            kept.append(_noted(session, DifferenceField.PASSCODE, DifferenceState.KEPT, now))
    Difference.objects.bulk_create(kept)


def _asks(session: ClassSession, field: DifferenceField) -> bool:
    return Difference.objects.filter(session=session, field=field, state=DifferenceState.OPEN).exists()


def _noted(
    session: ClassSession, field: DifferenceField, state: DifferenceState, now: datetime
) -> Difference:
    return Difference(session=session, field=field, state=state, seen_at=now, at=now)


def notice_webinar(*, held_for: UUID, now: datetime) -> None:
    """A class's meeting was turned into a webinar, which the meetings' API doesn't hold."""
    session = ClassSession.objects.not_cancelled().filter(uid=held_for).first()
    if session is not None:
        _open(session, DifferenceField.WEBINAR, ours={}, zooms={}, now=now)


@retried
@transaction.atomic
def guard_again(*, session: ClassSession, seen_version: int, by: User | None, now: datetime) -> ClassSession:
    """Ask Zoom once more for the passcode and the waiting room. The difference stays until Zoom has them:
    where it won't, that is said. Raises Settled."""
    note_commit()
    difference = _open_one(session, DifferenceField.UNSAFE)
    session = read_current(session, seen_version, now)
    Difference.objects.filter(pk=difference.pk).update(ours={"asked_at": now.isoformat()})
    assert session.occurrence
    want_guarded(occurrence=session.occurrence, now=now, by=by)
    _note(session, "guarded", by, now)
    return session


@retried
@transaction.atomic
def keep_unguarded(*, session: ClassSession, seen_version: int, by: User, now: datetime) -> ClassSession:
    """Leave the meeting as Zoom has it, for all classes that it holds: neither Zoom nor anybody here is asked
    about that again until Zoom has it otherwise. Raises Settled."""
    session = _settle_as(session, seen_version, DifferenceField.UNSAFE, DifferenceState.KEPT, by, now)
    assert session.occurrence
    leave_open(session.occurrence.meeting)
    Difference.objects.filter(
        session__occurrence__meeting=session.occurrence.meeting_id,
        field=DifferenceField.UNSAFE,
        state=DifferenceState.OPEN,
    ).update(state=DifferenceState.KEPT, by=by, at=now)
    _note(session, "unguarded", by, now)
    return session


def take_zooms_time(
    *, session: ClassSession, seen_version: int, by: User | None, now: datetime
) -> ClassSession:
    """Move the class to where its meeting was moved at Zoom: a move like any other, of which people are told.

    Raises Settled, and whatever refuses a move.
    """
    difference = _open_one(session, DifferenceField.TIME)
    assert difference.zooms_span
    starts_at, ends_at = difference.zooms_span
    with transaction.atomic():
        _settle(difference, DifferenceState.KEPT, by, now)
        return change_class(
            session=session,
            seen_version=seen_version,
            edit=Edit(
                starts_at=starts_at,
                duration=ends_at - starts_at,
                reason=_("Moved in Zoom"),
            ),
            by=by,
            now=now,
        )


@retried
@transaction.atomic
def restore_ours(*, session: ClassSession, seen_version: int, by: User | None, now: datetime) -> ClassSession:
    """Move the meeting back to where the class is. Students never saw anything else. Raises Settled."""
    session = _settle_as(session, seen_version, DifferenceField.TIME, DifferenceState.RESTORED, by, now)
    want_as_it_stands(session, by=by, now=now, not_before=now)
    _note(session, "restored", by, now)
    return session


def _settle_as(
    session: ClassSession,
    seen_version: int,
    field: DifferenceField,
    state: DifferenceState,
    by: User | None,
    now: datetime,
) -> ClassSession:
    """Close what is open of this field; the class as it is now. Raises Settled."""
    note_commit()
    difference = _open_one(session, field)
    session = read_current(session, seen_version, now)
    _settle(difference, state, by, now)
    return session


@retried
@transaction.atomic
def book_again(*, session: ClassSession, seen_version: int, by: User | None, now: datetime) -> ClassSession:
    """Want a new meeting for a class whose own was deleted at Zoom, or is a webinar. Its link stays the same.

    Raises Settled, NotConnected.
    """
    note_commit()
    difference = _open_one(session, DifferenceField.GONE, DifferenceField.WEBINAR)
    lock_teachers([session.teacher])
    session = read_current(session, seen_version, now)
    _settle(difference, DifferenceState.RESTORED, by, now)
    replace_meeting(session, by=by, now=now)
    _note(session, "booked_again", by, now)
    return session


@retried
@transaction.atomic
def book_anew(*, session: ClassSession, seen_version: int, by: User, now: datetime) -> ClassSession:
    """Want a new meeting on the Zoom that may hold a class now, its teacher's own or a shared one, where the
    one that holds it can't be called any more or would end it early. Its link stays the same.

    Raises Settled, NotConnected, HostBusy, PoolBusy.
    """
    note_commit()
    lock_teachers([session.teacher])
    session = read_current(session, seen_version, now)
    stands = state_of(session, now)
    is_movable = stands.attention in MOVABLE and stands.shown_state != ClassState.LIVE
    if not is_movable or not lost_hosts.others_of(session):
        raise _settled()
    end_differences(session, now)
    replace_meeting(session, by=by, now=now)
    _note(session, "booked_again", by, now)
    return session


def _open(
    session: ClassSession, field: DifferenceField, *, zooms: object, now: datetime, ours: object = None
) -> None:
    """One open row for each class and field; a newer reading replaces what Zoom said, and ours if given."""
    known = Difference.objects.filter(session=session, field=field, state=DifferenceState.OPEN)
    if known.update(zooms=zooms, **({} if ours is None else {"ours": ours})):
        return
    Difference.objects.bulk_create(
        [Difference(session=session, field=field, ours=ours or {}, zooms=zooms, seen_at=now)],
        ignore_conflicts=True,
    )


def _open_one(session: ClassSession, *fields: DifferenceField) -> Difference:
    found = Difference.objects.filter(session=session, field__in=fields, state=DifferenceState.OPEN).first()
    if found is None:
        raise _settled()
    return found


def _settle(difference: Difference, state: DifferenceState, by: User | None, now: datetime) -> None:
    """Of two who choose at once one does."""
    chosen = Difference.objects.filter(pk=difference.pk, state=DifferenceState.OPEN)
    if not chosen.update(state=state, by=by, at=now):
        raise _settled()


def _settled() -> Settled:
    return Settled(_("This is settled already. Look at the class again."))


def _note(session: ClassSession, what: str, by: User | None, now: datetime) -> None:
    """A line in the class's history that its people need not be told of."""
    write_change(session, snapshots.take(session), {what: ("", "")}, by=by, now=now, undo_for=timedelta())
    audit.record(f"class.{what}", by=by, thing=session, at=now, program_uid=session.program.uid)
    crash.point("classes.action.written")
