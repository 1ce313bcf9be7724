"""From the rows of a pasted table to classes that can be planned, and what is wrong with the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import reduce
from math import gcd

from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes.texts import TextUnfit, clean_topic
from eduraise.core.spreadsheets import Row
from eduraise.planner import cells
from eduraise.planner.candidates import Candidate
from eduraise.planner.columns import Column, Guess

WEEK = 7
type _Cell = Callable[[Column], str]
#: What is wrong with a row that can't become a class, by its code.
PROBLEMS = {
    "quote_open": gettext_lazy("A quotation mark is open."),
    "no_date": gettext_lazy("It has no date."),
    "bad_date": gettext_lazy("The date can’t be read."),
    "no_start": gettext_lazy("It has no start."),
    "bad_start": gettext_lazy("The start can’t be read. Write 18:00 or 6 pm."),
    "bad_end": gettext_lazy("The end can’t be read."),
    "no_length": gettext_lazy("It has no length and no end."),
    "bad_length": gettext_lazy("The length can’t be read. Write minutes, or 1:30; 5 minutes to 24 hours."),
    "bad_title": gettext_lazy("The title is too long, or holds what can’t be read."),
}


class Unreadable(Exception):
    """A row that can't become a class. args: its code of `PROBLEMS`."""


@dataclass(frozen=True)
class Unread:
    """A row that can't become a class, as it was written. code: of `PROBLEMS`."""

    number: int
    cells: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Setting:
    """What holds for rows that don't say otherwise. teachers: by their name and by their address, casefolded;
    who has a name that two have is not in it. minutes: None where each row must say it."""

    zone: str
    title: str
    teachers: dict[str, User]
    teacher: User | None
    minutes: int | None
    today: date


def read_lessons(rows: Sequence[Row], guess: Guess, setting: Setting) -> tuple[list[Candidate], list[Unread]]:
    """The classes of a table in the order of its rows, and those of its rows that are none."""
    found: list[Candidate] = []
    unread: list[Unread] = []
    for row in rows[1:] if guess.has_heading else rows:
        try:
            found.append(_lesson(row, guess, setting))
        except Unreadable as problem:
            unread.append(Unread(row.number, row.cells, problem.args[0]))
    return _with_intervals(found), unread


def teachers_by_name(people: Iterable[User]) -> dict[str, User]:
    """Teachers by the names and addresses under which a table may have them; ambiguous names are none."""
    by_name: dict[str, list[User]] = defaultdict(list)
    for person in people:
        for name in {person.name.casefold(), person.email.casefold(), *person.name.casefold().split()[:1]}:
            by_name[name].append(person)
    return {name: found[0] for name, found in by_name.items() if len(found) == 1}


def _lesson(row: Row, guess: Guess, setting: Setting) -> Candidate:
    if row.broken:
        raise Unreadable(row.broken)

    def cell(column: Column) -> str:
        place = guess.place_of(column)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    on, start, ends = _moment(cell, guess, setting)
    said = cell(Column.TEACHER)
    teacher = setting.teachers.get(" ".join(said.casefold().split())) if said else setting.teacher
    try:
        title = clean_topic(cell(Column.TITLE) or setting.title)
    except TextUnfit:
        raise Unreadable("bad_title") from None
    return Candidate(
        on=on,
        local_start=start,
        minutes=_minutes(cell, start, ends, setting),
        zone=setting.zone,
        topic=title,
        teacher=teacher,
        said_teacher="" if teacher else said[:150],
        number=row.number,
    )


def _moment(cell: _Cell, guess: Guess, setting: Setting) -> tuple[date, time, time | None]:
    written = cell(Column.DATE)
    day, hour = cells.parted(written)
    on = cells.read_date(day, guess.order, setting.today)
    if on is None:
        raise Unreadable("bad_date" if written else "no_date")
    begins = cell(Column.START) or hour
    # an hour may stand with its date, as spreadsheets write it: 2027-03-04 18:00
    span = cells.read_span(begins) or cells.read_span(cells.parted(begins)[1])
    if span is None:
        raise Unreadable("bad_start" if begins else "no_start")
    return on, *span


def _minutes(cell: _Cell, start: time, ends: time | None, setting: Setting) -> int:
    length = cell(Column.LENGTH)
    if length:
        if (minutes := cells.read_minutes(length)) is None:
            raise Unreadable("bad_length")
        return minutes
    written = cell(Column.END)
    if written:
        ends = cells.read_time(written) or cells.read_time(cells.parted(written)[1])
        if ends is None:
            raise Unreadable("bad_end")
    if ends is not None:
        minutes = cells.minutes_between(start, ends)
        if minutes < cells.SHORTEST:
            raise Unreadable("bad_length")
        return minutes
    if setting.minutes is None:
        raise Unreadable("no_length")
    return setting.minutes


def _with_intervals(found: list[Candidate]) -> list[Candidate]:
    """The same classes, those at one hour of one teacher's with the weeks between them: every second week
    they are one meeting at Zoom too."""
    alike: dict[object, list[date]] = defaultdict(list)
    for one in found:
        alike[_likeness(one)].append(one.on)
    return [replace(one, every_weeks=weeks_between(alike[_likeness(one)])) for one in found]


def _likeness(one: Candidate) -> object:
    return one.teacher, one.on.isoweekday(), one.local_start, one.minutes


def weeks_between(days: Sequence[date]) -> int:
    """The greatest interval on which all these days lie."""
    first = min(days)
    return reduce(gcd, ((on - first).days // WEEK for on in days)) or 1
