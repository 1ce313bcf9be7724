"""Each program's numbers, defined once: every page that shows one reads it from here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, JSONObject
from django.utils.dateparse import parse_duration

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.states import LOOKED_AT, is_past, took_place, was_held
from eduraise.programs.models import Program
from eduraise.programs.timetable_facts import Fact, read_instant
from eduraise.ui.times import week_of

# What its rows among other facts are called
NUMBERS = "numbers"
LENGTH = ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField())


@dataclass(frozen=True)
class ProgramNumbers:
    """planned: all classes that were not cancelled, past and to come. held: those of them that are over and
    took place (`states.took_place`); missed: over, and did not. cancelled: before they began. hours: the
    planned lengths of those held, together. next_at: when the next one starts, or the present one started.
    """

    planned: int = 0
    held: int = 0
    missed: int = 0
    cancelled: int = 0
    hours: timedelta = timedelta()
    next_at: datetime | None = None

    @property
    def over(self) -> int:
        """Those whose time has passed, held or not."""
        return self.held + self.missed

    @property
    def to_come(self) -> int:
        """Those that are not over."""
        return self.planned - self.over

    @property
    def next_number(self) -> int:
        """Which of all the next class is: "class 18 of 42"; 0 if none is to come."""
        return self.over + 1 if self.to_come else 0


def numbers_of(programs: Iterable[Program], now: datetime) -> dict[int, ProgramNumbers]:
    """The numbers of each program by its key, in one query for one or many."""
    keys = [program.pk for program in programs]
    found = {row["program"]: _numbers({**row}) for row in _counted(keys, now)}
    return {key: found.get(key, ProgramNumbers()) for key in keys}


def numbers_as_facts(programs: Iterable[Program], now: datetime) -> QuerySet[Any, Any]:
    """The same as a part of a union with other facts of programs (`programs.timetable_facts`)."""
    counted: Any = _counted([program.pk for program in programs], now)
    facts = Cast(JSONObject(**{each.name: each.name for each in fields(ProgramNumbers)}), TextField())
    rows: QuerySet[Any, Any] = counted.annotate(kind=Value(NUMBERS), facts=facts)
    return rows.values_list("kind", "program", "facts")


def numbers_from(rows: Iterable[Fact]) -> dict[int, ProgramNumbers]:
    """The same, read: of programs that have classes."""
    return {
        program: _numbers(_read(json.loads(facts)))
        for kind, program, facts in rows
        if kind == NUMBERS and program is not None
    }


def _read(row: dict[str, Any]) -> dict[str, Any]:
    hours, next_at = row["hours"], row["next_at"]
    if isinstance(hours, int):  # a database without a type for it counts microseconds
        hours = timedelta(microseconds=hours)
    elif hours is not None:
        hours = parse_duration(hours)
    return row | {"hours": hours, "next_at": read_instant(next_at) if next_at else None}


def _counted(keys: Sequence[int], now: datetime) -> QuerySet[Any, Any]:
    stands, past = Q(cancelled_at__isnull=True), Q(over=True)
    rows: QuerySet[Any, Any] = ClassSession.objects.filter(program__in=keys).annotate(**_facts(now))
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .values("program")
        .annotate(
            planned=Count("pk", filter=stands),
            cancelled=Count("pk", filter=~stands),
            held=Count("pk", filter=stands & past & Q(took_place=True)),
            missed=Count("pk", filter=stands & past & Q(took_place=False)),
            hours=Sum(LENGTH, filter=stands & past & Q(took_place=True)),
            next_at=Min("starts_at", filter=stands & Q(over=False)),
        )
    )
    return counted


def _facts(now: datetime) -> dict[str, Any]:
    return {
        "over": ExpressionWrapper(is_past(now), output_field=BooleanField()),
        "took_place": took_place(),
    }


def _numbers(row: Mapping[str, Any]) -> ProgramNumbers:
    return ProgramNumbers(
        planned=row["planned"],
        held=row["held"],
        missed=row["missed"],
        cancelled=row["cancelled"],
        hours=row["hours"] or timedelta(),
        next_at=row["next_at"],
    )


def taught_in_week(people: Sequence[User], at: datetime) -> dict[int, timedelta]:
    """Each teacher's hours of a week by her key: the planned lengths, together, of her classes that start in
    the calendar week of that instant by her own clocks, past and to come, but for cancelled ones. One
    query."""
    weeks = {person.pk: week_of(at, ZoneInfo(person.zone)) for person in people}
    taught = dict.fromkeys(weeks, timedelta())
    if not weeks:
        return taught
    rows = ClassSession.objects.not_cancelled().filter(
        teacher__in=weeks,
        starts_at__gte=min(begin for begin, _end in weeks.values()),
        starts_at__lt=max(end for _begin, end in weeks.values()),
    )
    for teacher, starts_at, ends_at in rows.values_list("teacher", "starts_at", "ends_at"):
        begin, end = weeks[teacher]
        if begin <= starts_at < end:
            taught[teacher] += ends_at - starts_at
    return taught


# Begun within this long after the planned start counts as on time
PUNCTUAL = timedelta(minutes=5)
# What nobody started is pointed at for so long
LATELY = timedelta(hours=24)


@dataclass(frozen=True)
class WeekNumbers:
    """Of the classes of a span that were not cancelled: over, held, their hours; seen: in how many somebody
    was seen, and how many of these began on time (somebody was in them no later than five minutes after the
    start). missed: of the last 24 hours, how many nobody started, as far as is known."""

    over: int = 0
    held: int = 0
    seen: int = 0
    on_time: int = 0
    missed: int = 0
    hours: timedelta = timedelta()

    @property
    def on_time_share(self) -> int | None:
        """In whole per cent of those in which somebody was seen; None if there is none."""
        return round(100 * self.on_time / self.seen) if self.seen else None


def numbers_of_span(from_at: datetime, until_at: datetime, now: datetime) -> WeekNumbers:
    """The numbers of all classes that start in a span, in one query."""
    held, seen = Q(over=True, took_place=True), Q(over=True, was_seen=True)
    missed = LOOKED_AT & Q(over=True, took_place=False, was_seen=False, ends_at__gt=now - LATELY)
    on_time = was_held(by=OuterRef("starts_at") + PUNCTUAL)
    row = (
        ClassSession.objects.not_cancelled()
        .filter(starts_at__gte=from_at, starts_at__lt=min(until_at, now))  # what is over has begun
        .annotate(**_facts(now), was_seen=was_held(), was_on_time=on_time)
        .aggregate(
            n_over=Count("pk", filter=Q(over=True)),
            held=Count("pk", filter=held),
            seen=Count("pk", filter=seen),
            on_time=Count("pk", filter=seen & Q(was_on_time=True)),
            missed=Count("pk", filter=missed),
            hours=Sum(LENGTH, filter=held),
        )
    )
    row["over"] = row.pop("n_over")
    return WeekNumbers(**{name: value for name, value in row.items() if value is not None})
