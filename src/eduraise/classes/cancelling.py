"""Cancelling classes: one by hand, or all that are to come when their program ends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.changing import ClassOver, end_differences, read_current, write_change
from eduraise.classes.claims import lock_teachers, release_teacher
from eduraise.classes.enums import ClassState, DifferenceState
from eduraise.classes.models import Change, ClassSession, Difference, TeacherClaim
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.states import state_of
from eduraise.classes.texts import clean_message
from eduraise.core import audit, crash
from eduraise.programs.models import Program
from eduraise.zoom import claims as host_claims
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.wanting import want_all_gone, want_gone


@retried
@transaction.atomic
def cancel_class(
    *, session: ClassSession, seen_version: int, by: User, now: datetime, message: str = ""
) -> ClassSession:
    """Cancel one class. Its link says so at once; Zoom, and the people concerned, hear of it when `UNDO_FOR`
    has passed, and until then its hour stays taken.

    message: for the students. Raises Changed, ClassOver (also while people are in it), TextUnfit.
    """
    note_commit()
    lock_teachers([session.teacher])
    if session.occurrence is not None:
        lock_hosts([session.occurrence.meeting.host])
    session = cancel_locked(session, seen_version, by=by, now=now, message=message)
    crash.point("classes.action.written")
    return session


def cancel_locked(
    session: ClassSession, seen_version: int, *, by: User, now: datetime, message: str = ""
) -> ClassSession:
    """The same in the caller's transaction and under its locks."""
    session = read_current(session, seen_version, now)
    if state_of(session, now).shown_state == ClassState.LIVE:
        raise ClassOver(_("People are in this class now. End it in Zoom instead."))
    _cancel(session, by=by, now=now, message=clean_message(message))
    return session


@transaction.atomic
def cancel_coming_of(*, program: Program, by: User | None, now: datetime) -> int:
    """Cancel all classes of a program that have not begun; how many. Nothing brings them back."""
    return len(cancel_together(ClassSession.objects.coming(now).filter(program=program), by=by, now=now))


@transaction.atomic
def cancel_together(
    classes: QuerySet[ClassSession], *, by: User | None, now: datetime, are_told_apart: bool = True
) -> list[ClassSession]:
    """Cancel several classes at once, with a few queries and no way back; those that were.

    classes: not begun, of one program. are_told_apart: people hear of each; else the caller tells them of all
    together, in the same transaction.
    """
    rows = classes.select_related("teacher", "program", "occurrence__meeting__host").order_by("pk")
    sessions = list(rows)
    lock_teachers([session.teacher for session in sessions])
    lock_hosts([session.occurrence.meeting.host for session in sessions if session.occurrence])
    sessions = list(rows.all())  # as they are now that nobody else changes them
    if not sessions:
        return []
    _write_cancelled(sessions, by, now, are_told_apart=are_told_apart)
    uids = [session.uid for session in sessions]
    TeacherClaim.objects.filter(held_for__in=uids).delete()
    host_claims.release_all(uids)
    occurrences = [session.occurrence for session in sessions if session.occurrence]
    want_all_gone(occurrences=occurrences, now=now, by=by)
    audit.record_all("class.cancelled", by=by, at=now, things=sessions, program_uid=sessions[0].program.uid)
    return sessions


def _write_cancelled(
    sessions: list[ClassSession], by: User | None, now: datetime, *, are_told_apart: bool
) -> None:
    """The cancellation of several classes, of which people may hear at once."""
    rows = ClassSession.objects.filter(pk__in=[session.pk for session in sessions])
    rows.update(
        cancelled_at=now,
        cancelled_by=by,
        cancel_message="",
        version=F("version") + 1,
        changed_at=now,
        tell_at=now,
        tell_with=None,
        undo=None,
    )
    if not are_told_apart:
        rows.update(told_version=F("version"))
    Change.objects.bulk_create(
        Change(session=session, version=session.version + 1, by=by, at=now, field="cancelled", after="yes")
        for session in sessions
    )
    Difference.objects.filter(session__in=sessions, state=DifferenceState.OPEN).update(
        state=DifferenceState.GONE, at=now
    )


def _cancel(session: ClassSession, *, by: User, now: datetime, message: str) -> None:
    """Write the cancellation of one class, give its hours back and want its meeting gone."""
    before = snapshots.take(session)
    session.cancelled_at, session.cancelled_by, session.cancel_message = now, by, message
    write_change(session, before, {"cancelled": ("", "yes")}, by=by, now=now, message=message)
    end_differences(session, now)
    release_teacher(session, now=now, at=session.tell_at)
    host_claims.release(held_for=session.uid, now=now, at=session.tell_at)
    if session.occurrence is not None:
        want_gone(occurrence=session.occurrence, not_before=session.tell_at, now=now, by=by)
    audit.record(
        "class.cancelled",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={"message": message},
    )
