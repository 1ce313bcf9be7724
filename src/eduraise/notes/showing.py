"""Hand-over notes on the pages of classes, programs and teachers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import PagePart
from eduraise.notes import queries
from eduraise.notes.rules import leaves_note, may_change, reads_of_class, reads_of_program
from eduraise.programs.models import Program

TITLE = _("From class to class")


def class_section(
    *, session: ClassSession, person: User, standing: Standing, sees_program: bool, now: datetime
) -> Iterator[PagePart]:
    """On a class's page, for those who teach: what the last class left, who comes before and after, and what
    was written to this one. Whoever stands in for one class reads the note alone."""
    if not reads_of_class(standing):
        return
    found = queries.notes_of(session, now)
    context = {
        "session": session,
        "last": found.left,
        "earlier": found.earlier,
        "notes": [(note, may_change(person, note, standing)) for note in found.own],
        "neighbours": queries.neighbours_of(session, now) if sees_program else None,
        "may_write": leaves_note(session, standing),
        "is_colleague": sees_program,
        "now": now,
    }
    yield PagePart(TITLE, "notes/class_section.html", context)


def program_part(*, program: Program, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a program's page, for its teachers: who takes the next class, and what the last one left."""
    if not reads_of_program(person, program, now):
        return
    context = {
        "program": program,
        "next": queries.next_of([program], now).get(program.pk),
        "last": queries.last_of([program], now).get(program.pk),
        "now": now,
    }
    yield PagePart(TITLE, "notes/program_part.html", context)
