"""The right of somebody who stands in: one class, begun and ended by itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from eduraise.accounts.models import User
from eduraise.programs.assigning import store_deviations
from eduraise.programs.enums import Permission, Preset
from eduraise.programs.models import Assignment, Program

# To hold the class, and to see and correct who was there: nothing that reaches beyond it
HELD = frozenset(
    {Permission.HOST, Permission.RECORD, Permission.SEE_ATTENDANCE, Permission.CORRECT_ATTENDANCE}
)


def let_stand_in(
    *, program: Program, person: User, only_for: UUID, until_at: datetime, by: User | None, now: datetime
) -> Assignment:
    """Give a person the right to hold one class until an instant, within the caller's transaction.

    only_for: the class's uid. A former right to the same class is closed.
    """
    end_standing_in(only_for=only_for, now=now, person=person)
    assignment = Assignment.objects.create(
        program=program,
        person=person,
        preset=Preset.ASSISTANT,
        only_for=only_for,
        from_at=now,
        until_at=until_at,
        granted_by=by,
    )
    store_deviations(assignment, HELD)
    return assignment


def end_standing_in(*, only_for: UUID, now: datetime, person: User | None = None) -> int:
    """End the right to one class, of a person or of all, from the next request on; of how many."""
    rows = Assignment.objects.open().filter(only_for=only_for)
    if person is not None:
        rows = rows.filter(person=person)
    return rows.update(until_at=now, closed_at=now)


def prolong_standing_in(*, only_for: UUID, person: User, until_at: datetime, now: datetime) -> int:
    """Let the right to one class end at another instant, as where the class was moved; of how many. One that
    has lapsed stays so."""
    rows = Assignment.objects.active(now).filter(only_for=only_for, person=person)
    return rows.exclude(until_at=until_at).update(until_at=until_at)
