"""A plan as its page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from eduraise.classes.models import ClassSession
from eduraise.classes.queries import Hearers, hearers_of
from eduraise.classes.states import AT_ZOOM
from eduraise.planner import actions, undoing
from eduraise.planner.budgeting import Share, shares_of
from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.models import Plan, PlannedClass
from eduraise.planner.words import words_of
from eduraise.ui.times import length

MOST_SLOTS = 6


@dataclass(frozen=True)
class Day:
    """One class as a tile. look: "hol", "clash", "warn", "out", "done" or ""."""

    row: PlannedClass
    look: str
    said: list[str]


@dataclass(frozen=True)
class Month:
    """The tiles of a month."""

    first_on: date
    days: list[Day]


@dataclass
class PlanPage:
    """All that a plan's page shows; the same queries for three classes or three hundred."""

    plan: Plan
    now: datetime
    rows: list[PlannedClass] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = actions.look(self.plan, self.now)

    @property
    def is_draft(self) -> bool:
        """Whether nothing of it is scheduled yet."""
        return self.plan.state == PlanState.DRAFT

    @property
    def is_at_work(self) -> bool:
        """Whether its page looks again by itself."""
        untold = self.plan.state == PlanState.BOOKED and self.plan.told_at is None
        return self.plan.state in (PlanState.BOOKING, PlanState.UNDOING) or untold

    @cached_property
    def good(self) -> list[PlannedClass]:
        """Those that would be scheduled."""
        return [row for row in self.rows if not row.is_left_out and not row.is_hindered]

    @cached_property
    def hindered(self) -> list[Day]:
        """Those that can't be, with why."""
        return [
            Day(row, "clash", words_of(row)) for row in self.rows if row.is_hindered and not row.is_left_out
        ]

    @cached_property
    def warned(self) -> list[Day]:
        """Those of which something is to be known."""
        return [Day(row, "warn", words_of(row)) for row in self.good if row.verdicts]

    @cached_property
    def failed(self) -> list[PlannedClass]:
        """Those that could not be scheduled."""
        return [row for row in self.rows if row.state == RowState.FAILED]

    @property
    def hours_words(self) -> str:
        """How long those that would be scheduled last together."""
        return length(timedelta(minutes=sum(row.minutes for row in self.good)))

    @property
    def skipped(self) -> int:
        """How many are left out because of a holiday."""
        return sum(row.is_left_out for row in self.holidays)

    @cached_property
    def left_out(self) -> list[Day]:
        """Those that somebody left out."""
        return [Day(row, "out", []) for row in self.rows if row.is_left_out and not row.holiday]

    @property
    def booked(self) -> int:
        """How many are scheduled here."""
        return self.counts[RowState.BOOKED]

    @cached_property
    def holidays(self) -> list[PlannedClass]:
        """Those that fall on a holiday."""
        return [row for row in self.rows if row.holiday]

    @property
    def holiday_days(self) -> list[tuple[str, list[date]]]:
        """The holidays by name, each with the days on which a class would have been."""
        in_order = sorted(self.holidays, key=lambda row: row.on)
        names = dict.fromkeys(row.holiday for row in in_order)
        return [
            (name, list(dict.fromkeys(row.on for row in in_order if row.holiday == name))) for name in names
        ]

    @cached_property
    def slots(self) -> list[str]:
        """The hours of the week that it spreads over the term: "Tue 18:00-19:30"."""
        found = {(row.on.isoweekday(), row.local_start, row.minutes): row for row in self.rows}
        return [_slot_words(row) for _key, row in sorted(found.items())][:MOST_SLOTS]

    @cached_property
    def months(self) -> list[Month]:
        """The tiles by month."""
        in_order = sorted(self.rows, key=lambda row: (row.held_on, row.local_start, row.row_number))
        return [
            Month(first, [self._day(row) for row in rows])
            for first, rows in groupby(in_order, key=lambda row: row.held_on.replace(day=1))
        ]

    def _day(self, row: PlannedClass) -> Day:
        if self.is_draft:
            return Day(row, _look(row), words_of(row))
        looks = {
            RowState.BOOKED.value: "done",
            RowState.FAILED.value: "clash",
            RowState.SKIPPED.value: "hol",
            RowState.UNDONE.value: "hol",
        }
        return Day(row, looks.get(row.state, ""), [row.failure] if row.failure else [])

    @cached_property
    def shares(self) -> list[Share]:
        """What it takes of each host."""
        return shares_of(self.rows, self.now)

    @cached_property
    def hearers(self) -> Hearers:
        """Whom it reaches."""
        return hearers_of(self.plan.program, self.now)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many rows are in each state."""
        return Counter(row.state for row in self.rows)

    @cached_property
    def at_zoom(self) -> int:
        """How many of its classes Zoom holds."""
        sessions = [row.session_id for row in self.rows if row.session_id]
        return ClassSession.objects.filter(AT_ZOOM, pk__in=sessions).count()

    @property
    def wanted(self) -> int:
        """How many are or will be scheduled."""
        return self.counts[RowState.WAITING] + self.counts[RowState.BOOKED]

    @property
    def may_undo(self) -> bool:
        """Whether it can be taken back."""
        return undoing.may_undo(self.plan, self.now)

    @cached_property
    def clock_changes(self) -> list[date]:
        """The days in its span on which clocks change in the program's zone."""
        return clock_changes(self.plan.program.zone, [row.held_on for row in self.rows])

    @property
    def mark(self) -> str:
        """What differs when the page has anything new to show."""
        counts = "-".join(f"{state}{number}" for state, number in sorted(self.counts.items()))
        return f"{self.plan.state}-{counts}-{self.at_zoom}-{self.plan.told_at is not None}"


def _slot_words(row: PlannedClass) -> str:
    begins = datetime.combine(row.on, row.local_start)
    ends = begins + timedelta(minutes=row.minutes)
    return f"{date_format(row.on, 'D')} {begins:%H:%M}–{ends:%H:%M}"


def _look(row: PlannedClass) -> str:
    if row.is_left_out:
        return "hol" if row.holiday else "out"
    if row.is_hindered:
        return "clash"
    return "warn" if row.verdicts else ""


def clock_changes(zone: str, days: Sequence[date]) -> list[date]:
    """Days between the first and the last of these on which clocks change; none for one day."""
    if not days:
        return []
    place = ZoneInfo(zone)
    first, last = min(days), max(days)

    def offset(on: date) -> timedelta | None:
        return datetime(on.year, on.month, on.day, 12, tzinfo=place).utcoffset()

    every = (first + timedelta(days=number) for number in range((last - first).days))
    return [on + timedelta(days=1) for on in every if offset(on) != offset(on + timedelta(days=1))]
