"""A plan as its page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import Hearers, hearers_of, students_told
from eduraise.classes.states import AT_ZOOM
from eduraise.notifications.wishes import mailed
from eduraise.planner import actions, undoing
from eduraise.planner.attending import note_troubles
from eduraise.planner.budgeting import Share, shares_of
from eduraise.planner.checking import Looked
from eduraise.planner.enums import PlanKind, PlanState, RowState, Verdict
from eduraise.planner.models import PastedTable, Plan, PlannedClass
from eduraise.planner.rowtabs import Lists, look_of, said_of
from eduraise.planner.teaching import hour_key, unstaffed
from eduraise.planner.telling import BOOKED
from eduraise.planner.topics import name_topics
from eduraise.planner.words import hour_of
from eduraise.ui.times import length

MOST_SLOTS = 6
MOST_SAID = 6
WORST_FIRST = ("clash", "warn", "done", "", "out", "hol")


@dataclass(frozen=True)
class Day:
    """The classes of a day as a tile. look: of the one that needs most, "clash", "warn", "done", "", "out" or
    "hol"."""

    on: date
    rows: list[PlannedClass]
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
    reader: User
    chosen: str = ""
    number: str | None = None
    looked: Looked = field(init=False)
    rows: list[PlannedClass] = field(init=False)

    def __post_init__(self) -> None:
        self.looked = actions.look(self.plan, self.now)
        self.rows = self.looked.rows
        if not self.is_draft:
            note_troubles(self.plan, self.rows, self.reader, self.now)

    @cached_property
    def table(self) -> PastedTable | None:
        """The table that it was made of."""
        if self.plan.kind != PlanKind.TABLE:
            return None
        return PastedTable.objects.filter(plan=self.plan).select_related("teacher").first()

    @cached_property
    def lists(self) -> Lists:
        """Its classes as lists, a page of one of them."""
        unread = self.table.unread if self.table else []
        name_topics(self.plan.program, self.rows)
        return Lists(self.plan, self.rows, unread, self.chosen, self.number)

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
    def hindered(self) -> int:
        """How many can't be."""
        wanted = (row for row in self.rows if not row.is_left_out and not row.is_booked_already)
        return sum(row.is_hindered for row in wanted)

    @cached_property
    def unstaffed(self) -> list[list[PlannedClass]]:
        """Those that nobody here can teach, by hour and by whom a table names."""
        wanted = (row for row in self.rows if not row.is_left_out)
        return unstaffed(row for row in wanted if Verdict.NO_TEACHER in row.codes)

    @property
    def without_teacher(self) -> int:
        """How many these are."""
        return sum(map(len, self.unstaffed))

    @property
    def teachers_told(self) -> int:
        """How many teachers hear of it, beside the one who schedules it."""
        return len({row.teacher_id for row in self.good} - {self.reader.pk})

    @cached_property
    def mails(self) -> int:
        """To how many of all who are told a mail goes, too."""
        teachers = [row.teacher for row in self.good if row.teacher and row.teacher_id != self.reader.pk]
        people = {person.pk: person for person in [*students_told(self.plan.program, self.now), *teachers]}
        return len(mailed(people.values(), BOOKED, self.plan.program.uid))

    @property
    def told(self) -> int:
        """How many are told: students who have taken up their account, and teachers."""
        return self.hearers.told + self.teachers_told

    @cached_property
    def booked_already(self) -> int:
        """How many there are already, so that they are left out."""
        return sum(row.is_booked_already and not row.is_left_out for row in self.rows)

    @property
    def skipped_hours(self) -> int:
        """How many of those that would be scheduled are at an hour that clocks skip on their day."""
        return sum(Verdict.SKIPPED_HOUR in row.codes for row in self.good)

    @property
    def failed(self) -> int:
        """How many could not be scheduled."""
        return self.counts[RowState.FAILED]

    @property
    def troubled(self) -> int:
        """How many are scheduled, but can't be held as they stand."""
        return sum(bool(row.trouble) for row in self.rows)

    @property
    def may_ask_again(self) -> int:
        """For how many of them the reader can have Zoom asked again."""
        return sum(row.may_ask_again for row in self.rows)

    @property
    def hours_words(self) -> str:
        """How long those that would be scheduled last together."""
        return length(timedelta(minutes=sum(row.minutes for row in self.good)))

    @property
    def skipped(self) -> int:
        """How many are left out because of a holiday."""
        return sum(row.is_left_out for row in self.holidays)

    @property
    def booked(self) -> int:
        """How many are scheduled here."""
        return self.counts[RowState.BOOKED]

    @property
    def kept(self) -> int:
        """How many stayed when it was taken back."""
        return self.counts[RowState.KEPT]

    @property
    def gone(self) -> int:
        """How many had been cancelled before it was taken back."""
        return self.counts[RowState.GONE]

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

    @property
    def span(self) -> tuple[date, date] | None:
        """Its first and its last day."""
        days = [row.held_on for row in self.rows]
        return (min(days), max(days)) if days else None

    @cached_property
    def slots(self) -> list[str]:
        """The hours of the week that it spreads over the term: "Tue 18:00-19:30"."""
        if self.plan.kind == PlanKind.TABLE:
            return []
        found = {hour_key(row): row for row in self.rows}
        return [hour_of(row) for _key, row in sorted(found.items())][:MOST_SLOTS]

    @cached_property
    def months(self) -> list[Month]:
        """The tiles by month."""
        in_order = sorted(self.rows, key=lambda row: (row.held_on, row.local_start, row.row_number))
        return [
            Month(
                first, [self._day(list(rows)) for _on, rows in groupby(of_month, key=lambda row: row.held_on)]
            )
            for first, of_month in groupby(in_order, key=lambda row: row.held_on.replace(day=1))
        ]

    def _day(self, rows: list[PlannedClass]) -> Day:
        look = min((look_of(row, self.plan) for row in rows), key=WORST_FIRST.index)
        said = [words for row in rows for words in said_of(row)]
        return Day(rows[0].held_on, rows, look, said[:MOST_SAID])

    @cached_property
    def shares(self) -> list[Share]:
        """What it takes of each host."""
        return shares_of(self.looked, self.now)

    @cached_property
    def hearers(self) -> Hearers:
        """Whom it reaches."""
        return hearers_of([self.plan.program], self.now)

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
        return f"{self.plan.state}-{counts}-{self.at_zoom}-{self.troubled}-{self.plan.told_at is not None}"


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
