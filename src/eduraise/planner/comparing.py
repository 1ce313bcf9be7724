"""Where a program's coming classes and its timetable have parted: classes at another hour than their slot
says or on days that it doesn't have, and days of a slot on which no class is booked. Told, never mended by
itself.

Which slot a class belongs to is known where it was planned from one, and else told by its hour. Not told of
is what somebody chose of a single class: moved alone, moved off a holiday, cancelled, left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS_ABBR

from eduraise.classes.models import ClassSession
from eduraise.planner.enums import RowState
from eduraise.planner.models import PlannedClass
from eduraise.programs.expanding import Dated, TimetableTooLong, expand
from eduraise.programs.models import Program, Slot
from eduraise.programs.timetable_queries import holidays_of, slots_of
from eduraise.programs.timetable_words import hours_of

DAY = timedelta(days=1)
type Week = tuple[int, int]
# Classes that nobody planned from a slot are taken for its own from this number on
SEVERAL = 3


@dataclass(frozen=True, order=True)
class HourOfWeek:
    """An hour of the week by a program's clocks."""

    weekday: int
    local_start: time
    minutes: int

    @classmethod
    def of(cls, slot: Slot) -> Self:
        """What a slot says."""
        return cls(slot.weekday, slot.local_start, slot.minutes)

    def __str__(self) -> str:
        return f"{WEEKDAYS_ABBR[self.weekday - 1]} {hours_of(self.weekday, self.local_start, self.minutes)}"

    @property
    def key(self) -> str:
        """As an address has it."""
        return f"{self.weekday}-{self.local_start:%H%M}-{self.minutes}"


@dataclass(frozen=True)
class Apart:
    """Coming classes, by date, that lie otherwise than the timetable says. slot: from which they come, None
    where that is none of the timetable's any more. stays: the days on which the slot's other classes are as
    it says."""

    slot: Slot | None
    hour: HourOfWeek
    zone: ZoneInfo
    sessions: Sequence[ClassSession]
    stays: Sequence[date] = ()

    @property
    def days(self) -> list[date]:
        """Their dates."""
        return [one.starts_at.astimezone(self.zone).date() for one in self.sessions]

    @property
    def slot_hour(self) -> HourOfWeek | None:
        """What the timetable says instead."""
        return HourOfWeek.of(self.slot) if self.slot else None

    @property
    def is_outside(self) -> bool:
        """Whether they have the slot's hour, on days that the timetable doesn't have: outside of the term, of
        the slot's own days, or in a week that it leaves out."""
        return self.slot_hour == self.hour

    @property
    def key(self) -> str:
        """What it is found again by."""
        return f"{self.slot.uid if self.slot else 'none'}-{self.hour.key}"


@dataclass(frozen=True)
class Missing:
    """Coming days of a slot on which no class is booked."""

    slot: Slot
    days: Sequence[date]

    @property
    def hour(self) -> HourOfWeek:
        """Its hour of the week."""
        return HourOfWeek.of(self.slot)


@dataclass(frozen=True)
class Comparison:
    """All in which they differ, in the order of the week."""

    apart: Sequence[Apart] = ()
    missing: Sequence[Missing] = ()

    def __bool__(self) -> bool:
        return bool(self.apart or self.missing)

    def find(self, key: str) -> Apart | None:
        """The classes that an address means."""
        return next((one for one in self.apart if one.key == key), None)


def compare(program: Program, now: datetime) -> Comparison:
    """In what a program's coming classes and its timetable differ; nothing where it is too long to be spread
    out. Four queries at most, however many classes."""
    classes = list(
        ClassSession.objects.filter(program=program, starts_at__gt=now)
        .select_related("series", "plan_row", "occurrence", "teacher")
        .order_by("starts_at", "pk")
    )
    if not any(one.cancelled_at is None for one in classes):
        return Comparison()
    with suppress(TimetableTooLong):
        return _Comparing(program, slots_of(program), classes, now).result()
    return Comparison()


@dataclass
class _Comparing:
    """The classes put to the days of the slots, one by one. off: days of these that are holidays; covered: of
    each slot the days that have their class; settled: weeks of slots in which their class is elsewhere, or
    somebody wanted none; coming: how many classes each series has; groups: those that lie otherwise, by their
    slot; loose: those that do and come from no slot."""

    program: Program
    slots: Sequence[Slot]
    classes: Sequence[ClassSession]
    now: datetime
    zone: ZoneInfo = field(init=False)
    by_uid: dict[UUID, Slot] = field(init=False)
    off: set[date] = field(default_factory=set)
    on_timetable: dict[tuple[date, time, int], list[Dated]] = field(default_factory=lambda: defaultdict(list))
    covered: dict[UUID, set[date]] = field(default_factory=lambda: defaultdict(set))
    settled: set[tuple[UUID, Week]] = field(default_factory=set)
    coming: Counter[int | None] = field(default_factory=Counter)
    loose: dict[HourOfWeek, list[ClassSession]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[tuple[UUID | None, HourOfWeek], list[ClassSession]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.program.zone)
        self.by_uid = {slot.uid: slot for slot in self.slots}

    def result(self) -> Comparison:
        held = [one for one in self.classes if one.cancelled_at is None]
        dated = self._spread(held)
        for day in dated:
            self.on_timetable[day.on, day.local_start, day.minutes].append(day)
        for one in self.classes:
            if one.cancelled_at is None:
                self._place(one)
            elif not _is_undone(one):
                self._settle(one)
        for slot in self.slots:
            self._pair(slot, {_week(on) for on in self._lacking(dated)[slot.uid]})
        # of a term that nobody has planned yet all is missing, and that is no news
        is_planned = any(_slot_of(one) or one.series_id for one in held)
        missing = [*self._missing(dated)] if is_planned else []
        self._gather_series()
        return Comparison(sorted(self._apart(), key=lambda one: one.hour), missing)

    def _spread(self, held: Sequence[ClassSession]) -> list[Dated]:
        """The coming days of all slots, holidays too: a class may be kept on one."""
        today = self.now.astimezone(self.zone).date()
        first = max(today, self.program.starts_on or today)
        last = self.program.ends_on or self._local(held[-1]).date()
        if last < first:
            return []
        holidays = list(holidays_of(self.program, first_on=first, last_on=last))
        dated = expand(self.slots, holidays, first_on=first, last_on=last)
        self.off = {one.on for one in dated if one.holiday}
        return dated

    def _place(self, session: ClassSession) -> None:
        """Put a class to the day of the timetable on which it lies, or among those that lie otherwise."""
        local, origin, hour = self._local(session), _slot_of(session), self._hour(session)
        self.coming[session.series_id] += 1
        there = self.on_timetable.get((local.date(), local.time(), session.minutes), [])
        self._settle(session)
        if there:
            self.covered[self._choice(there, session, origin).slot_uid].add(local.date())
        elif origin is None:
            self.loose[hour].append(session)
        elif not self._left_a_holiday(session):
            self.groups[origin if origin in self.by_uid else None, hour].append(session)

    def _choice(self, there: Sequence[Dated], session: ClassSession, origin: UUID | None) -> Dated:
        """Of several slots at one hour the one that a class comes from, else one without a class yet, that of
        its teacher first."""
        on = there[0].on

        def fits(one: Dated) -> tuple[bool, bool, bool]:
            free = on not in self.covered[one.slot_uid]
            return one.slot_uid == origin, free, one.teacher_id == session.teacher_id

        return max(there, key=fits)

    def _settle(self, session: ClassSession) -> None:
        """Its slot needs no other class in the weeks in which it is, and was planned."""
        origin, row = _slot_of(session), getattr(session, "plan_row", None)
        local = self._local(session)
        if origin is not None:
            self.settled.add((origin, _week(local.date())))
        if row is not None and row.slot_uid is not None:
            self.settled.add((row.slot_uid, _week(row.on)))
        for one in self.on_timetable.get((local.date(), local.time(), session.minutes), []):
            if session.cancelled_at is not None:
                self.settled.add((one.slot_uid, _week(one.on)))

    def _left_a_holiday(self, session: ClassSession) -> bool:
        """Whether it lies elsewhere because its own day is a holiday."""
        row, occurrence = getattr(session, "plan_row", None), session.occurrence
        by_rule = occurrence.rule_starts_at if occurrence else None
        days = [row.on] if row else []
        if by_rule is not None and by_rule != session.starts_at:
            days.append(by_rule.astimezone(self.zone).date())
        return any(on in self.off for on in days) and self._local(session).date() not in days

    def _pair(self, slot: Slot, weeks: set[Week]) -> None:
        """Take classes of no slot for this one’s, if they have its weekday or its hour in weeks in which it
        has none: several for moved away from it, few beside others that stay for moved alone."""
        for hour, sessions in sorted(self.loose.items(), key=lambda one: -len(one[1])):
            if hour.weekday != slot.weekday and hour.local_start != slot.local_start:
                continue
            mine = [one for one in sessions if _week(self._local(one).date()) in weeks]
            found = {_week(self._local(one).date()) for one in mine}
            if len(mine) >= SEVERAL:
                self.groups[slot.uid, hour] += mine
                self.loose[hour] = [one for one in sessions if one not in mine]
            elif not self.covered[slot.uid]:
                continue
            self.settled |= {(slot.uid, week) for week in found}
            weeks -= found

    def _gather_series(self) -> None:
        """Series at an hour that no slot has, where there is a timetable."""
        for hour, sessions in self.loose.items() if self.slots else ():
            of_series = [one for one in sessions if one.series_id and not self._left_a_holiday(one)]
            if len(of_series) > 1 or any(self.coming[one.series_id] == 1 for one in of_series):
                self.groups[None, hour] += of_series

    def _apart(self) -> Iterator[Apart]:
        sizes = Counter(slot_uid for slot_uid, _hour in self.groups)
        for (slot_uid, hour), sessions in self.groups.items():
            slot = self.by_uid.get(slot_uid) if slot_uid else None
            stays = sorted(self.covered[slot_uid]) if slot_uid else []
            found = Apart(slot, hour, self.zone, sessions, stays)
            moved_alone = slot is not None and len(sessions) == 1 and (stays or sizes[slot_uid] > 1)
            if not moved_alone or found.is_outside:
                yield found

    def _missing(self, dated: Iterable[Dated]) -> Iterator[Missing]:
        lacking = self._lacking(dated)
        out = set(_left_out(self.program, lacking))
        for slot in self.slots:
            days = [on for on in lacking[slot.uid] if (slot.uid, on) not in out]
            if days:
                yield Missing(slot, days)

    def _lacking(self, dated: Iterable[Dated]) -> dict[UUID, list[date]]:
        """The days from tomorrow on for which slots have no class, and nobody wanted it so."""
        tomorrow = self.now.astimezone(self.zone).date() + DAY
        found: dict[UUID, list[date]] = defaultdict(list)
        for one in dated:
            is_wanted = one.on >= tomorrow and not one.holiday and one.on not in self.covered[one.slot_uid]
            if is_wanted and (one.slot_uid, _week(one.on)) not in self.settled:
                found[one.slot_uid].append(one.on)
        return found

    def _hour(self, session: ClassSession) -> HourOfWeek:
        local = self._local(session)
        return HourOfWeek(local.isoweekday(), local.time(), session.minutes)

    def _local(self, session: ClassSession) -> datetime:
        return session.starts_at.astimezone(self.zone).replace(tzinfo=None)


def _slot_of(session: ClassSession) -> UUID | None:
    """The slot that a class was planned from, if it was."""
    row = getattr(session, "plan_row", None)
    return (row.slot_uid if row else None) or (session.series.slot_uid if session.series else None)


def _is_undone(session: ClassSession) -> bool:
    """Whether it was cancelled with its whole plan, which says nothing of its day."""
    row = getattr(session, "plan_row", None)
    return row is not None and row.state == RowState.UNDONE


def _left_out(program: Program, slots: Iterable[UUID]) -> Iterable[tuple[UUID | None, date]]:
    """Days of slots that somebody left out of a plan that was scheduled, though they are no holidays."""
    rows = PlannedClass.objects.filter(
        plan__program=program,
        plan__undone_at__isnull=True,
        slot_uid__in=list(slots),
        state=RowState.SKIPPED,
        is_left_out=True,
        holiday="",
    )
    return rows.values_list("slot_uid", "on")


def _week(on: date) -> Week:
    year, week, _weekday = on.isocalendar()
    return year, week
