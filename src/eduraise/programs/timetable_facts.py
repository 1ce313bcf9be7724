"""What is to be known of the timetables and syllabuses of many programs, in parts of one query."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject

from eduraise.programs.expanding import Dated, TimetableTooLong, expand
from eduraise.programs.models import Program
from eduraise.programs.timetable_models import Holiday, Slot, SyllabusTopic

# Kinds of rows
SLOT, HOLIDAY, TOPICS = "slot", "holiday", "topics"

# kind, program (None: of all), what it says as JSON
type Fact = tuple[str, int | None, str]


def facts_of_several(programs: Sequence[Program]) -> list[QuerySet[Any, Any]]:
    """The parts of a union whose rows, each a `Fact`, `timetables_from` reads."""
    terms, hours = _terms(programs), [each.name for each in fields(AnHour)]
    last = max((last for _first, last in terms.values()), default=None)
    of_any = Q(program__in=terms) | Q(program__isnull=True)
    holidays = Holiday.objects.present().filter(of_any) if terms else Holiday.objects.none()
    topics = SyllabusTopic.objects.present().filter(program__in=[program.pk for program in programs])
    return [
        as_facts(Slot.objects.present().filter(program__in=terms), SLOT, *hours),
        as_facts(holidays.touching(_earliest(terms.values()), last), HOLIDAY, "starts_on", "ends_on", "name"),
        topics.order_by()
        .values("program")
        .annotate(kind=Value(TOPICS), facts=Cast(JSONObject(number=Count("pk")), TextField()))
        .values_list("kind", "program", "facts"),
    ]


def as_facts(rows: QuerySet[Any, Any], kind: str, *names: str) -> QuerySet[Any, Any]:
    """Rows of anything with a program as a part of such a union, with the columns and annotations of these
    names."""
    found: QuerySet[Any, Any] = rows.order_by().annotate(
        kind=Value(kind), facts=Cast(JSONObject(**{name: name for name in names}), TextField())
    )
    return found.values_list("kind", "program", "facts")


@dataclass(frozen=True)
class Timetables:
    """dated: the days of each program's slots within its term; one whose timetable is too long has none.
    topics: of its syllabus."""

    dated: dict[int, list[Dated]]
    topics: dict[int, int]


def timetables_from(rows: Iterable[Fact], programs: Sequence[Program]) -> Timetables:
    """The same, read."""
    slots: dict[int | None, list[AnHour]] = defaultdict(list)
    breaks: dict[int | None, list[SomeDays]] = defaultdict(list)
    topics: dict[int, int] = {}
    for kind, program, facts in rows:
        if kind == SLOT:
            slots[program].append(AnHour.read(facts))
        elif kind == HOLIDAY:
            breaks[program].append(SomeDays.read(facts))
        elif kind == TOPICS and program is not None:
            topics[program] = json.loads(facts)["number"]
    dated = {}
    for key, (first_on, last_on) in _terms(programs).items():
        in_order = sorted([*breaks[None], *breaks[key]], key=lambda one: (one.starts_on, one.ends_on))
        with suppress(TimetableTooLong):
            dated[key] = expand(slots[key], in_order, first_on=first_on, last_on=last_on)
    return Timetables(dated, topics)


@dataclass(frozen=True)
class AnHour:
    """What `expand` asks of a slot."""

    uid: UUID
    weekday: int
    local_start: time
    minutes: int
    every_weeks: int
    anchor_on: date
    teacher_id: int | None
    from_on: date | None
    until_on: date | None

    @classmethod
    def read(cls, facts: str) -> Self:
        """From JSON."""
        given = json.loads(facts)
        return cls(
            **given
            | {
                "uid": UUID(given["uid"]),
                "local_start": time.fromisoformat(given["local_start"]),
                **{name: _date(given[name]) for name in ("anchor_on", "from_on", "until_on")},
            }
        )


@dataclass(frozen=True)
class SomeDays:
    """What `expand` asks of a holiday."""

    starts_on: date
    ends_on: date
    name: str

    @classmethod
    def read(cls, facts: str) -> Self:
        """From JSON."""
        given = json.loads(facts)
        return cls(
            date.fromisoformat(given["starts_on"]), date.fromisoformat(given["ends_on"]), given["name"]
        )


def read_instant(text: str) -> datetime:
    """An instant as databases write it in JSON: one does without the zone, which is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _terms(programs: Sequence[Program]) -> dict[int, tuple[date, date]]:
    return {one.pk: (one.starts_on, one.ends_on) for one in programs if one.starts_on and one.ends_on}


def _earliest(terms: Iterable[tuple[date, date]]) -> date | None:
    return min((first for first, _last in terms), default=None)
