"""From weekly slots to the dates on which they fall within a term.

Dates and hours are those of the program's zone, as people there read them. What a clock change makes of an
hour is asked where instants are made. Knows no database.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError

DAY = timedelta(days=1)
WEEK_DAYS = 7
EVERY_DAY = frozenset(range(1, 8))
#: The longest term, both ends included.
MOST_DAYS = 2 * 366
MOST_ROWS = 2000


class TimetableTooLong(DomainError):
    """More than a term can hold."""

    code = "timetable_too_long"


class Weekly(Protocol):
    """An hour of the week. weekday: from Monday, 1. anchor_on: a day on which it is held."""

    @property
    def uid(self) -> UUID: ...
    @property
    def weekday(self) -> int: ...
    @property
    def local_start(self) -> time: ...
    @property
    def minutes(self) -> int: ...
    @property
    def every_weeks(self) -> int: ...
    @property
    def anchor_on(self) -> date: ...
    @property
    def teacher_id(self) -> int | None: ...
    @property
    def from_on(self) -> date | None: ...
    @property
    def until_on(self) -> date | None: ...


class Break(Protocol):
    """Days without classes, first and last included."""

    @property
    def starts_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Dated:
    """A slot on one of its days. holiday: the name of the one on which that day falls, or ""."""

    slot_uid: UUID
    on: date
    local_start: time
    minutes: int
    teacher_id: int | None
    holiday: str = ""


def expand(
    slots: Iterable[Weekly], holidays: Iterable[Break], *, first_on: date, last_on: date
) -> list[Dated]:
    """Every day of every slot from `first_on` to `last_on`, by date and hour; those on holidays say so.

    A class that runs past midnight belongs to the day on which it starts. Raises TimetableTooLong for a term
    of more than two years or more than MOST_ROWS rows, before it makes them.
    """
    slots = list(slots)
    _require_bounds(slots, first_on, last_on)
    names = _named_days(holidays, first_on, last_on)
    rows = [
        (on, slot.local_start, place, slot)
        for place, slot in enumerate(slots)
        for on in _days_of(slot, first_on, last_on)
    ]
    rows.sort(key=lambda row: row[:3])
    return [
        Dated(slot.uid, on, slot.local_start, slot.minutes, slot.teacher_id, names.get(on, ""))
        for on, _start, _place, slot in rows
    ]


def _require_bounds(slots: Sequence[Weekly], first_on: date, last_on: date) -> None:
    if last_on < first_on:
        raise TimetableTooLong(
            _("The last day must not be before the first."), field="ends_on", code="timetable_backwards"
        )
    if (last_on - first_on).days >= MOST_DAYS:
        raise TimetableTooLong(
            _("From the first day to the last are more than two years. Plan one year after the other."),
            field="ends_on",
        )
    count = sum(len(range(*_span_of(slot, first_on, last_on))) for slot in slots)
    if count > MOST_ROWS:
        raise TimetableTooLong(
            _("These are %(count)d classes; %(most)d can be planned at once. Choose a shorter term.")
            % {"count": count, "most": MOST_ROWS},
            code="timetable_too_many",
        )


def _days_of(slot: Weekly, first_on: date, last_on: date) -> Iterator[date]:
    return map(date.fromordinal, range(*_span_of(slot, first_on, last_on)))


def _span_of(slot: Weekly, first_on: date, last_on: date) -> tuple[int, int, int]:
    """A slot's days in a term, as what `range` takes, days being numbered as `date.toordinal` does."""
    step = WEEK_DAYS * slot.every_weeks
    anchor = on_or_after(slot.anchor_on, slot.weekday).toordinal()
    first = max(first_on, slot.from_on or first_on).toordinal()
    last = min(last_on, slot.until_on or last_on).toordinal()
    return first + (anchor - first) % step, last + 1, step


def on_or_after(on: date, weekday: int) -> date:
    """The first day of this weekday (from Monday, 1) that is not before `on`."""
    return on + DAY * ((weekday - on.isoweekday()) % WEEK_DAYS)


def _named_days(holidays: Iterable[Break], first_on: date, last_on: date) -> dict[date, str]:
    """The term's days without classes; of several holidays on a day the one that began first names it."""
    names: dict[date, str] = {}
    for one in sorted(holidays, key=lambda one: (one.starts_on, one.ends_on, one.name)):
        first, last = max(one.starts_on, first_on), min(one.ends_on, last_on)
        for number in range(first.toordinal(), last.toordinal() + 1):
            names.setdefault(date.fromordinal(number), one.name)
    return names


def next_free(
    on: date,
    holidays: Iterable[Break],
    weekdays: Container[int] = EVERY_DAY,
    *,
    last_on: date,
    taken: Container[date] = frozenset(),
) -> date | None:
    """The first day after `on`, up to `last_on`, that is no holiday, one of these weekdays and not taken.

    None where there is none, or none within two years.
    """
    breaks = [(one.starts_on, one.ends_on) for one in holidays]
    day, last = on + DAY, min(last_on, on + DAY * MOST_DAYS)
    while day <= last:
        held_back = any(first <= day <= end for first, end in breaks)
        if not held_back and day.isoweekday() in weekdays and day not in taken:
            return day
        day += DAY
    return None


@dataclass(frozen=True)
class Tally:
    """How much a timetable comes to: classes that are held, their minutes, and the holidays they skip, each
    day once."""

    classes: int
    minutes: int
    skipped: int


def tally(rows: Iterable[Dated]) -> Tally:
    """Count what `expand` gave, as if all holidays were skipped."""
    rows = list(rows)
    held = [row for row in rows if not row.holiday]
    skipped = {row.on for row in rows if row.holiday}
    return Tally(len(held), sum(row.minutes for row in held), len(skipped))
