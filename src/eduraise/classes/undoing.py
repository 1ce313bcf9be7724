"""Taking back a change or a cancellation of which nobody has heard yet."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.agendas import wishes_of
from eduraise.classes.changing import store_if_unchanged
from eduraise.classes.claims import lock_teachers, undo_claim
from eduraise.classes.models import Change, ClassSession
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.texts import topic_key
from eduraise.core import audit, crash
from eduraise.core.errors import Changed
from eduraise.zoom import claims as host_claims
from eduraise.zoom import wanting


class TooLate(Changed):
    """The ten seconds have passed: Zoom or people may have heard of it."""

    code = "too_late"


@retried
@transaction.atomic
def undo_change(*, session: ClassSession, version: int, by: User, now: datetime) -> ClassSession:
    """Put a class back to what it was before its change number `version`.

    Whether undoing or sending was first is decided by the rows themselves. Raises TooLate, Changed.
    """
    note_commit()
    lock_teachers([session.teacher])
    session = undo_locked(session, version, by=by, now=now)
    crash.point("classes.action.written")
    return session


def undo_locked(session: ClassSession, version: int, *, by: User, now: datetime) -> ClassSession:
    """The same in the caller's transaction and under its lock."""
    session = ClassSession.objects.select_related("program", "teacher", "occurrence__meeting__host").get(
        pk=session.pk
    )
    if session.version != version or session.undo is None or session.tell_at <= now:
        raise too_late()
    _put_back(session, version, now)
    _take_back_wants(session, by, now)
    Change.objects.filter(session=session, version=version).update(undone_at=now)
    audit.record("class.change_undone", by=by, thing=session, at=now, program_uid=session.program.uid)
    return session


def too_late() -> TooLate:
    """The error, in words that say what can be done instead."""
    return TooLate(_("It is too late to undo this: it was sent. You can change the class again."))


def _put_back(session: ClassSession, version: int, now: datetime) -> None:
    assert session.undo is not None
    had_moved = (session.starts_at, session.ends_at)
    was_cancelled = session.cancelled_at is not None
    snapshots.put_back(session, session.undo["values"])
    session.topic_key = topic_key(session.topic)
    session.undo, session.version = None, version + 1
    session.changed_at = session.tell_at = now
    store_if_unchanged(session, version)
    if had_moved != (session.starts_at, session.ends_at) or was_cancelled:
        _take_hours_again(session, now)


def _take_hours_again(session: ClassSession, now: datetime) -> None:
    hours = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    held = undo_claim(session, **hours, now=now)
    if not held or not host_claims.undo(held_for=session.uid, **hours, now=now):
        raise too_late()


def _take_back_wants(session: ClassSession, by: User, now: datetime) -> None:
    if session.occurrence is None:
        return
    taken_back = wanting.undo(
        occurrence=session.occurrence,
        **wishes_of(session),
        now=now,
        by=by,
    )
    if not taken_back:
        raise too_late()
