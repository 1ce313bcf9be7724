"""Hand-over notes as pages show them, and who comes before and after a class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from eduraise.classes.lessons import name_lessons, with_lessons
from eduraise.classes.models import ClassSession
from eduraise.notes.models import FormerText, Note, NoteQuerySet
from eduraise.programs.models import Program

PAGE = 25


@dataclass(frozen=True)
class Neighbours:
    """The classes of a program right before and right after one, but for cancelled ones."""

    before: ClassSession | None
    after: ClassSession | None


def neighbours_of(session: ClassSession, now: datetime) -> Neighbours:
    """What comes before and after a class in its program; one query."""
    others = ClassSession.objects.not_cancelled().filter(program=session.program_id).exclude(pk=session.pk)
    same = Q(starts_at=session.starts_at)
    earlier = others.filter(Q(starts_at__lt=session.starts_at) | same & Q(pk__lt=session.pk))
    later = others.filter(Q(starts_at__gt=session.starts_at) | same & Q(pk__gt=session.pk))
    before = earlier.order_by("-starts_at", "-pk").values("pk")[:1]
    after = later.order_by("starts_at", "pk").values("pk")[:1]
    found = ClassSession.objects.filter(Q(pk=Subquery(before)) | Q(pk=Subquery(after)))
    at = (session.starts_at, session.pk)
    named = with_lessons(found, now).select_related("teacher", "program")
    rows = {(one.starts_at, one.pk) < at: one for one in named}
    return Neighbours(rows.get(True), rows.get(False))


def next_after(session: ClassSession, now: datetime) -> ClassSession | None:
    """The next class of the program for which something can still be known: after this one, and to come."""
    coming = ClassSession.objects.coming(now).filter(
        program=session.program_id, starts_at__gt=session.starts_at
    )
    return coming.select_related("teacher").order_by("starts_at", "pk").first()


def next_of(programs: Iterable[Program], now: datetime) -> dict[int, ClassSession]:
    """The next class to come of each program by its key, with its teacher; one query for any number."""
    soonest = (
        ClassSession.objects.coming(now)
        .filter(program=OuterRef("pk"))
        .order_by("starts_at", "pk")
        .values("pk")[:1]
    )
    rows = with_lessons(ClassSession.objects.filter(pk__in=_of_programs(programs, soonest)), now)
    return {row.program_id: row for row in rows.select_related("teacher", "program")}


@dataclass(frozen=True)
class NotesOfClass:
    """left: the last note of the program's earlier classes, if no class lies between. earlier: the same
    where one does, to which it was left. own: those written to this one."""

    left: Note | None
    earlier: Note | None
    own: list[Note]


def notes_of(session: ClassSession, now: datetime) -> NotesOfClass:
    """The notes that a class's page shows; two queries."""
    earlier = Note.objects.present().filter(
        session__program=session.program_id, session__starts_at__lt=session.starts_at
    )
    left = Subquery(earlier.latest_first().values("pk")[:1])
    between = ClassSession.objects.not_cancelled().filter(
        program=session.program_id,
        starts_at__gt=OuterRef("session__starts_at"),
        starts_at__lt=session.starts_at,
    )
    notes = _read().filter(Q(session=session) | Q(pk=left)).annotate(is_earlier=Exists(between))
    rows = list(notes.order_by("written_at", "pk"))
    own = [note for note in rows if note.session_id == session.pk]
    last = next((note for note in rows if note not in own), None)
    if last is not None:
        name_lessons([last.session], now)
    is_earlier: bool = last is not None and vars(last)["is_earlier"]
    return NotesOfClass(None if is_earlier else last, last if is_earlier else None, own)


def last_of(programs: Iterable[Program], now: datetime) -> dict[int, Note]:
    """The last note of each program that its next class is to know, by the program's key; two queries."""
    latest = (
        Note.objects.present()
        .filter(session__program=OuterRef("pk"), session__starts_at__lte=now)
        .latest_first()
        .values("pk")[:1]
    )
    found = list(_read().filter(pk__in=_of_programs(programs, latest)))
    name_lessons([note.session for note in found], now)
    return {note.session.program_id: note for note in found}


def page_of(program: Program, number: str | None, now: datetime) -> Page[Note]:
    """One page of a program's notes, that of the latest class first."""
    page = Paginator(_read().filter(session__program=program).latest_first(), PAGE).get_page(number)
    name_lessons([note.session for note in page], now)
    return page


def former_of(note: Note) -> list[FormerText]:
    """What a note said before, the last first."""
    return list(note.former.select_related("changed_by").order_by("-version"))


def _read() -> NoteQuerySet:
    return Note.objects.present().select_related("by", "session__teacher", "session__program")


def _of_programs(programs: Iterable[Program], one: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The keys that a subquery finds for each of these programs."""
    rows = Program.objects.filter(pk__in=[program.pk for program in programs])
    chosen: QuerySet[Any, Any] = rows.annotate(_chosen=Subquery(one)).values("_chosen")
    return chosen
