"""Rows locked while they change: a program to which something is added, a thing that somebody saw.

On SQLite, which has one writer at a time, reading within the transaction is enough; PostgreSQL locks the row.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.core.errors import Changed, DomainError
from eduraise.programs.models import Assignment, ClassSettings, Holiday, Program, Slot, SyllabusTopic

MEANWHILE = gettext_lazy(
    "Somebody else saved this meanwhile. What you wrote is still here: look at how it stands now, then save "
    "again if yours should hold."
)


class ProgramArchived(DomainError):
    """The program is archived: nothing is added to it."""

    code = "program_archived"


class ChangedMeanwhile(Changed):
    """Somebody else saved the thing since this person saw it. version: the one that stands now."""

    def __init__(self, version: int, message: str | Promise = MEANWHILE) -> None:
        super().__init__(message)
        self.version = version


def lock_unarchived(program: Program) -> Program:
    """The program, locked: nobody archives it while something is added. Raises ProgramArchived."""
    locked = Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if locked.archived_at is not None:
        raise ProgramArchived(_("This program is archived. Restore it first."))
    return locked


def lock_seen[Row: (Program, ClassSettings, Assignment, Slot, Holiday, SyllabusTopic)](
    rows: QuerySet[Row], pk: int, seen_version: int
) -> Row:
    """The row, locked, if it is still what the person saw. Raises ChangedMeanwhile."""
    locked = rows.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if locked.version != seen_version:
        raise ChangedMeanwhile(locked.version)
    return locked
