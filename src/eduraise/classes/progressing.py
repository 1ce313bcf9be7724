"""The progress of programs as pages list it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from eduraise.access.rules import taught_programs
from eduraise.accounts.models import User
from eduraise.classes.progress import Progress, progress_of
from eduraise.classes.progress_words import progress_words, standing_words
from eduraise.programs.models import Program

PAGE = 25


@dataclass(frozen=True)
class ProgressRow:
    """A program and how far it has come."""

    program: Program
    progress: Progress

    @property
    def words(self) -> str:
        """Where its syllabus stands and what mends it."""
        return progress_words(self.progress)

    @property
    def standing(self) -> str:
        """The same in a few words."""
        return standing_words(self.progress)

    @property
    def tone(self) -> str:
        """How its few words look: behind is a warning, what was never scheduled is told, the rest is well."""
        if self.progress.behind:
            return "warn"
        return "info" if self.progress.short else "ok"


def progress_rows(programs: Sequence[Program], now: datetime) -> list[ProgressRow]:
    """How far each of these programs has come; one query for any number."""
    found = progress_of(programs, now)
    return [ProgressRow(program, found[program.pk]) for program in programs]


def progress_page(
    person: User, *, number: str | None, now: datetime
) -> tuple[Page[Program], list[ProgressRow]]:
    """One page of the programs that somebody looks after, by code: of an admin all, of a teacher those that
    she is assigned to; archived ones are left out."""
    reached = Program.objects.all() if person.is_admin else taught_programs(person, now)
    page = Paginator(reached.unarchived().order_by("code_key"), PAGE).get_page(number)
    return page, progress_rows(list(page.object_list), now)
