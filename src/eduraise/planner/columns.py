"""Which column of a pasted table holds what: guessed from its heading and from its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext_lazy

from eduraise.core.spreadsheets import Likeness, key_of
from eduraise.planner import cells
from eduraise.ui.written_dates import Order

#: From so many rows a column's kind is guessed, and where so large a share of its cells fits
LOOKED_AT = 60
ENOUGH = 0.5
_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")
type Cells = Sequence[str]


class Column(models.TextChoices):
    """What a column holds."""

    DATE = "date", gettext_lazy("Date")
    START = "start", gettext_lazy("Start")
    END = "end", gettext_lazy("End")
    LENGTH = "length", gettext_lazy("Length")
    TEACHER = "teacher", gettext_lazy("Teacher")
    TITLE = "title", gettext_lazy("Title")
    UNUSED = "", gettext_lazy("Not used")


_TITLES: dict[Column, tuple[str, ...]] = {
    Column.DATE: ("date", "start date", "date and time", "datetime", "when"),
    Column.START: ("start", "time", "hour", "from", "begin", "begins", "starts", "start time", "starts at"),
    Column.END: ("end", "to", "until", "ends", "end time", "ends at", "finish"),
    Column.LENGTH: ("length", "duration", "minutes", "min", "hours", "duration (min)",
                    "length (min)", "lasts"),
    Column.TEACHER: ("teacher", "who", "instructor", "tutor", "lecturer", "host", "trainer", "teacher e-mail",
                     "teacher email", "e-mail", "email", "staff"),
    Column.TITLE: ("title", "topic", "subject", "class", "lesson", "description", "theme", "session",
                   "what"),
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """How a table is read. columns: what each holds, "" for nothing. has_heading: its first row isn't a
    class. order: of day and month in its dates."""

    columns: tuple[str, ...]
    has_heading: bool
    order: Order

    def place_of(self, column: Column) -> int | None:
        """Which column holds it; None where none does."""
        return self.columns.index(column) if column in self.columns else None


@dataclass(frozen=True)
class Known:
    """What a guess may lean on. names: of teachers and their addresses, casefolded; order: how whoever brings
    the table writes dates."""

    names: Container[str]
    order: Order
    today: date


def guess(rows: Sequence[Cells], known: Known) -> Guess:
    """How these rows, the first perhaps a heading, are to be read."""
    width = max((len(row) for row in rows), default=0)
    has_heading = bool(rows) and _is_heading(rows[0], known)
    body = rows[1:] if has_heading else rows
    by_place = [
        [row[place] for row in body[:LOOKED_AT] if place < len(row) and row[place]] for place in range(width)
    ]
    named = _named(rows[0], width) if has_heading else [""] * width
    columns = _by_cells(by_place, named, known)
    dates = columns.index(Column.DATE) if Column.DATE in columns else None
    shown = [] if dates is None else [row[dates] for row in body if dates < len(row)]
    order = cells.order_in((cells.parted(cell)[0] for cell in shown), known.order)
    return Guess(tuple(columns), has_heading, order)


def _named(heading: Cells, width: int) -> list[str]:
    titles = _titles()
    found: list[str] = []
    for cell in heading:
        column = titles.get(key_of(cell), "")
        found.append("" if column in found else column)
    return [*found, *[""] * (width - len(found))]


def _titles() -> dict[str, str]:
    """What a column may be called, in English and in the reader's language."""
    english = {title: column.value for column, titles in _TITLES.items() for title in titles}
    return english | {key_of(str(column.label)): column.value for column in _TITLES}


def _is_heading(row: Cells, known: Known) -> bool:
    titles = _titles()
    if any(_is_date(cell, known) for cell in row):
        return False
    return sum(key_of(cell) in titles for cell in row) >= 1 or not any(cells.read_span(cell) for cell in row)


def _by_cells(by_place: Sequence[Cells], named: list[str], known: Known) -> list[str]:
    """The columns as they are named; what no heading names is looked for in those without a name."""
    columns = list(named)
    by_place = [() if _is_numbering(column) else column for column in by_place]
    kinds: list[tuple[Column, Callable[[str], bool]]] = [
        (Column.DATE, lambda cell: _is_date(cell, known)),
        (Column.TEACHER, lambda cell: cell.casefold() in known.names or bool(_ADDRESS.fullmatch(cell))),
        (Column.START, lambda cell: cells.read_span(cell) is not None),
        (Column.END, lambda cell: cells.read_time(cell) is not None),
        (Column.LENGTH, lambda cell: cells.read_minutes(cell) is not None),
        (Column.TITLE, lambda cell: any(map(str.isalpha, cell)) and not cells.is_weekday(cell)),
    ]
    for column, fits in kinds:
        if column in columns or _is_settled(column, columns, by_place):
            continue
        if (place := _best(by_place, columns, fits, first=column is not Column.TITLE)) is None:
            continue
        columns[place] = column.value
    return _end_or_length(columns, by_place)


def _is_settled(column: Column, columns: Sequence[str], by_place: Sequence[Cells]) -> bool:
    """Whether it needs no column: a date that has its hour, an end where there is a length."""
    if column in (Column.END, Column.LENGTH):
        return Column.END in columns or Column.LENGTH in columns
    if column is Column.START and Column.DATE in columns:
        dates = by_place[columns.index(Column.DATE)]
        return _share(dates, lambda cell: bool(cells.parted(cell)[1])) > ENOUGH
    return False


def _best(
    by_place: Sequence[Cells], columns: Sequence[str], fits: Callable[[str], bool], *, first: bool
) -> int | None:
    """The free column that fits best; of equals the first, or the one with most different cells."""
    free = [place for place, column in enumerate(columns) if not column and by_place[place]]
    scored = [(_share(by_place[place], fits), place) for place in free]
    good = [(score, place) for score, place in scored if score > ENOUGH]
    if not good:
        return None
    if first:
        return max(good, key=lambda one: (one[0], -one[1]))[1]
    return max(good, key=lambda one: (len(set(by_place[one[1]])), -one[1]))[1]


def _end_or_length(columns: list[str], by_place: Sequence[Cells]) -> list[str]:
    """A second column of hours that mostly come before the first one's is no end: 18:00 and 1:30."""
    if Column.END not in columns or Column.START not in columns:
        return columns
    end = columns.index(Column.END)
    pairs = zip(by_place[columns.index(Column.START)], by_place[end], strict=False)
    hours = [(cells.read_time(first), cells.read_time(last)) for first, last in pairs]
    earlier = sum(bool(first and last and last < first and last.hour < 6) for first, last in hours)
    if hours and earlier > len(hours) * 0.8:
        columns[end] = Column.LENGTH.value
    return columns


def _is_numbering(column: Cells) -> bool:
    """1, 2, 3, …: rows counted, not minutes."""
    numbers = [int(cell) for cell in column if cell.isdecimal() and len(cell) < 5]
    return len(numbers) > 1 and all(second == first + 1 for first, second in pairwise(numbers))


def _share(column: Iterable[str], fits: Callable[[str], bool]) -> float:
    found = [fits(cell) for cell in column]
    return sum(found) / len(found) if found else 0.0


def _is_date(cell: str, known: Known) -> bool:
    day, _hour = cells.parted(cell)
    return any(cells.read_date(day, order, known.today) is not None for order in Order)


def likeness(known: Known) -> Likeness:
    """How rows of a timetable are told when it is found out what parts their cells."""
    titles = _titles()

    def is_row(row: Cells) -> bool:
        bare = [cell.strip() for cell in row]
        return any(_is_date(cell, known) for cell in bare) or sum(key_of(cell) in titles for cell in bare) > 1

    def has_swallowed(cell: str) -> bool:
        return any(_is_date(re.split(r"[\t;,]", line)[0].strip(), known) for line in cell.split("\n")[1:])

    return Likeness(is_row=is_row, has_swallowed=has_swallowed)
