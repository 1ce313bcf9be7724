"""Who reads and writes hand-over notes: a program's teachers, whoever stands in for one of them, admins."""

from __future__ import annotations

from datetime import datetime

from eduraise.access.rules import teaches_in
from eduraise.accounts.models import User
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.notes.models import Note
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program

TEACHES_OR_ASSISTS = frozenset({Permission.HOST.value, Permission.SEE_ATTENDANCE.value})


def reads_of_class(standing: Standing) -> bool:
    """Whether somebody reads the notes that concern a class: who teaches or helps in it. A student never."""
    return standing.is_admin or bool(standing.permissions)


def writes_to_class(standing: Standing) -> bool:
    """Whether somebody may write a note to a class: who teaches or assists in it, until it is archived."""
    if standing.is_over:
        return False
    return standing.is_admin or bool(TEACHES_OR_ASSISTS & standing.permissions)


def leaves_note(session: ClassSession, standing: Standing) -> bool:
    """Whether somebody may leave a note in a class for the next one: the same, where it is held."""
    return session.cancelled_at is None and writes_to_class(standing)


def may_change(user: User, note: Note, standing: Standing) -> bool:
    """Whether somebody may change or remove a note: who wrote it, as long as she may write, and admins."""
    return writes_to_class(standing) and (user.is_admin or note.by_id == user.pk)


def reads_of_program(user: User, program: Program, now: datetime) -> bool:
    """Whether somebody reads all notes of a program: its teachers at present, and admins."""
    if not user.is_active:
        return False
    return user.is_admin or teaches_in(user, program, now)
