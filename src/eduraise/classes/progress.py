"""How far a program has come: what was held, what is left, and whether the syllabus comes through.

The rule stands here alone; pages of programs, teachers and admins read it.

*Held*: a class whose time has passed and that took place, as far as can be known (`states.took_place`).
*Lost*: cancelled, or not held.

The syllabus is what is measured by: without one nothing says what is to be taught, and neither behind nor
ahead is said. Each topic takes one class that is held. There is room for topics in the classes to come, and
on the days of the timetable within the term for which no class was scheduled yet: a cancelled class keeps its
day taken, and a class that was moved has the day that it had first. What doesn't find room is *short*, and so
many more classes mend it. As far as that comes of lost classes, the program is *behind*; the rest was never
scheduled. With more room than topics it is *ahead*.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery

from eduraise.accounts.reading import named_zone
from eduraise.classes.models import Change, ClassSession
from eduraise.classes.numbers import ProgramNumbers, numbers_as_facts, numbers_from
from eduraise.classes.snapshots import read_span
from eduraise.programs.expanding import Dated
from eduraise.programs.models import Program
from eduraise.programs.timetable_facts import Fact, as_facts, facts_of_several, read_instant, timetables_from

DAY = timedelta(days=1)
HOME, HOME_FACTS = "home", ("starts_at", "original_on", "first_before")


@dataclass(frozen=True)
class Progress:
    """numbers: the program's. topics: of its syllabus. unscheduled: days of its timetable to come for which
    no class was scheduled yet."""

    numbers: ProgramNumbers = field(default_factory=ProgramNumbers)
    topics: int = 0
    unscheduled: int = 0

    @property
    def held(self) -> int:
        """Classes that were held."""
        return self.numbers.held

    @property
    def lost(self) -> int:
        """Classes that were cancelled or not held."""
        return self.numbers.cancelled + self.numbers.missed

    @property
    def taught(self) -> int:
        """Topics that were taught."""
        return min(self.held, self.topics)

    @property
    def next_topic(self) -> int:
        """The number of the topic that the next class takes; 0 where none is left."""
        place = self.numbers.over + 1
        return place if place <= self.topics else 0

    @property
    def short(self) -> int:
        """How many topics find no class, and so how many more classes mend it."""
        return max(0, -self._spare) if self.topics else 0

    @property
    def behind(self) -> int:
        """By how many classes it is behind because of those that were lost."""
        return min(self.short, self.lost)

    @property
    def ahead(self) -> int:
        """How many classes are to spare when the syllabus is through."""
        return max(0, self._spare) if self.topics else 0

    @property
    def _spare(self) -> int:
        room = self.numbers.to_come + self.unscheduled
        return room - (self.topics - self.taught)


def progress_of(programs: Sequence[Program], now: datetime) -> dict[int, Progress]:
    """How far each program has come by its key: one query for one or for many."""
    parts = [numbers_as_facts(programs, now), *facts_of_several(programs)]
    parts.append(as_facts(_to_come(programs, now), HOME, *HOME_FACTS))
    rows = list(parts[0].union(*parts[1:], all=True)) if programs else []
    numbers, timetables, homes = numbers_from(rows), timetables_from(rows, programs), _homes(rows, programs)
    return {
        program.pk: Progress(
            numbers.get(program.pk, ProgramNumbers()),
            timetables.topics.get(program.pk, 0),
            _unscheduled(program, timetables.dated.get(program.pk, []), homes[program.pk], now),
        )
        for program in programs
    }


def _unscheduled(program: Program, dated: Iterable[Dated], homes: Counter[date], now: datetime) -> int:
    """How many hours of a timetable are to come on days that have no class for them yet."""
    place = named_zone(program.zone)
    coming = Counter(
        one.on for one in dated if not one.holiday and datetime.combine(one.on, one.local_start, place) > now
    )
    return (coming - homes).total()


def _to_come(programs: Sequence[Program], now: datetime) -> QuerySet[ClassSession]:
    """The classes to come, cancelled ones among them, each with its hours before it was first moved."""
    moves = Change.objects.filter(session=OuterRef("pk"), field="time", undone_at__isnull=True)
    first_before = Subquery(moves.order_by("version").values("before")[:1])
    coming = ClassSession.objects.filter(Q(starts_at__gt=now) | Q(original_on__gte=(now - DAY).date()))
    return coming.filter(program__in=[one.pk for one in programs]).annotate(first_before=first_before)


def _homes(rows: Iterable[Fact], programs: Sequence[Program]) -> dict[int, Counter[date]]:
    """The days for which the classes to come were scheduled first."""
    places = {program.pk: named_zone(program.zone) for program in programs}
    homes: dict[int, Counter[date]] = defaultdict(Counter)
    for kind, program, facts in rows:
        if kind == HOME and program is not None:
            homes[program][_home(json.loads(facts), places[program])] += 1
    return homes


def _home(facts: Mapping[str, str | None], place: ZoneInfo) -> date:
    if facts["original_on"]:
        return date.fromisoformat(facts["original_on"])
    if facts["first_before"]:
        return read_span(facts["first_before"])[0].astimezone(place).date()
    return read_instant(facts["starts_at"] or "").astimezone(place).date()
