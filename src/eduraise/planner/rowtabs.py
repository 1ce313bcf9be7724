"""The classes of a plan as lists: those in the way, those that failed, all; one page of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.translation import gettext_lazy as _

from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.grouping import groups_of
from eduraise.planner.lessons import PROBLEMS
from eduraise.planner.models import Plan, PlannedClass
from eduraise.planner.words import words_of

ON_A_PAGE = 50


class Tab(models.TextChoices):
    """Which classes of a plan are listed."""

    UNREAD = "unread", _("Can’t be read")
    HINDERED = "hindered", _("In the way")
    FAILED = "failed", _("Could not be scheduled")
    TROUBLED = "troubled", _("Need attention")
    WARNED = "warned", _("Good to know")
    LEFT_OUT = "out", _("Left out")
    ALL = "all", _("All classes")


# Lists of what somebody should look at
FOR_THE_READER = (Tab.UNREAD, Tab.HINDERED, Tab.FAILED, Tab.TROUBLED, Tab.WARNED)


@dataclass(frozen=True)
class Line:
    """One class in a list. look: "clash", "warn", "hol", "out", "done" or ""; said: what is to be known of
    it; series: the number of the meeting that it shares, 0 for one of its own, and size: with how many in
    all. row: None for a line of a
    table that can't be read, whose cells are `written`."""

    row: PlannedClass | None
    look: str
    said: Sequence[object]
    series: int = 0
    size: int = 0
    number: int = 0
    written: str = ""


@dataclass
class Lists:
    """A plan's classes by list. chosen: what the address asks for, else the first with something that needs
    the reader, else all."""

    plan: Plan
    rows: Sequence[PlannedClass]
    unread: Sequence[tuple[int, Sequence[str], str]]
    chosen: str
    number: str | None
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for row in self.rows:
            self.counts.update(_tabs_of(row, self.plan))
        self.counts[Tab.UNREAD] = len(self.unread)
        if self.chosen not in Tab.values or not self.counts[self.chosen]:
            self.chosen = next((tab.value for tab in FOR_THE_READER if self.counts[tab]), Tab.ALL.value)

    @property
    def tabs(self) -> list[tuple[str, object, int]]:
        """Each list that holds something, with how much."""
        return [(tab.value, tab.label, self.counts[tab]) for tab in Tab if self.counts[tab] or tab is Tab.ALL]

    @property
    def has_series(self) -> bool:
        """Whether a list of classes may name series."""
        return any(line.series for line in self.page)

    @property
    def here(self) -> str:
        """What an address carries to lead back to this page of this list."""
        return f"?show={self.chosen}&page={self.page.number}"

    @cached_property
    def page(self) -> Page[Line]:
        """A page of the list that is looked at."""
        return Paginator(self._lines(), ON_A_PAGE).get_page(self.number)

    def _lines(self) -> Sequence[Line]:
        if self.chosen == Tab.UNREAD:
            return [
                Line(None, "clash", [PROBLEMS[code]], number=number, written=" · ".join(filter(None, cells)))
                for number, cells, code in self.unread
            ]
        series = dict(_series(self.rows, self.plan))
        wanted = (row for row in self.rows if self.chosen in _tabs_of(row, self.plan))
        in_order = sorted(wanted, key=lambda row: (row.held_on, row.local_start, row.row_number))
        return _Lazily(in_order, series, self.plan)


class _Lazily(Sequence[Line]):
    """Lines that are put into words when a page shows them."""

    def __init__(self, rows: Sequence[PlannedClass], series: dict[int, int], plan: Plan) -> None:
        self._rows, self._series, self._plan = rows, series, plan
        self._sizes = Counter(series.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place):  # type: ignore[no-untyped-def]
        if isinstance(place, slice):
            return [self._line(row) for row in self._rows[place]]
        return self._line(self._rows[place])

    def _line(self, row: PlannedClass) -> Line:
        series = self._series.get(row.pk, 0)
        looks, said = look_of(row, self._plan), said_of(row)
        return Line(row, looks, said, series, self._sizes[series], row.row_number)


def look_of(row: PlannedClass, plan: Plan) -> str:
    """How a class looks, in a word."""
    if plan.state != PlanState.DRAFT:
        if row.state == RowState.BOOKED:
            return "clash" if row.trouble else "hol" if is_off(row) else "done"
        if row.state == RowState.FAILED:
            return "clash"
        return "hol" if row.state in (RowState.SKIPPED, RowState.UNDONE, RowState.GONE) else ""
    if row.is_left_out or row.is_booked_already:
        return "hol" if row.holiday else "out"
    if row.is_hindered:
        return "clash"
    return "warn" if row.verdicts else ""


def said_of(row: PlannedClass) -> list[str]:
    """What is to be known of a class, in sentences."""
    if row.state == RowState.WAITING:
        return words_of(row) if not row.is_left_out else []
    return [words for words in (row.failure, row.trouble) if words]


def is_off(row: PlannedClass) -> bool:
    """Whether its class was cancelled since."""
    return row.session is not None and row.session.cancelled_at is not None


def _tabs_of(row: PlannedClass, plan: Plan) -> Iterator[str]:
    yield Tab.ALL.value
    if plan.state != PlanState.DRAFT:
        if row.state == RowState.FAILED:
            yield Tab.FAILED.value
        if row.trouble:
            yield Tab.TROUBLED.value
        if row.state == RowState.SKIPPED:
            yield Tab.LEFT_OUT.value
    elif row.is_left_out or row.is_booked_already:
        yield Tab.LEFT_OUT.value
    elif row.is_hindered:
        yield Tab.HINDERED.value
    elif row.verdicts:
        yield Tab.WARNED.value


def _series(rows: Sequence[PlannedClass], plan: Plan) -> Iterator[tuple[int, int]]:
    """Which classes share a meeting, the meetings numbered by their first dates."""
    if plan.state == PlanState.DRAFT:
        groups = groups_of(row for row in rows if not row.is_left_out and not row.is_hindered)
    else:
        kept = [row for row in rows if row.state in (RowState.WAITING, RowState.BOOKED) and row.group]
        groups = [[row for row in kept if row.group == one] for one in sorted({row.group for row in kept})]
    shared = [group for group in groups if len(group) > 1]
    return ((row.pk, number) for number, group in enumerate(shared, 1) for row in group)
