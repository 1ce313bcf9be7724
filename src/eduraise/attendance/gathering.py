"""What the database knows of a class, as the plain values of which its register is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Func, Q

from eduraise.attendance.companions import companions_in
from eduraise.attendance.enums import ExcuseState
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import Excuse, Interval, Participant, Reading, Register
from eduraise.attendance.presence import Facts
from eduraise.attendance.rules import rules_of
from eduraise.attendance.spans import FOREVER, Span
from eduraise.attendance.stays import Fact, Seen, Sitting
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.programs.models import Enrolment
from eduraise.zoom.models import ZoomInstance


@dataclass(frozen=True)
class Known:
    """What is known of a class, and how its seconds lie in time."""

    session: ClassSession
    facts: Facts
    rules: Rules
    spells: Mapping[int, int]
    origin: int

    @cached_property
    def held_on(self) -> date:
        """The class's date in its program's zone."""
        return self.session.starts_at.astimezone(ZoneInfo(self.session.program.zone)).date()

    def second(self, at: datetime) -> int:
        """An instant as seconds since the planned start."""
        return int(at.timestamp()) - self.origin

    def instant(self, second: int | None) -> datetime | None:
        """The other way round."""
        return None if second is None else datetime.fromtimestamp(self.origin + second, UTC)


def gather(register: Register) -> Known:
    """What is known by now. register: with its session and program, and that one's rules. Eight queries."""
    session = register.session
    origin = int(session.starts_at.timestamp())

    def second(at: datetime | None) -> int | None:
        return None if at is None else int(at.timestamp()) - origin

    sittings = list(
        ZoomInstance.objects.filter(occurrence__held_for=session.uid).values_list(
            "pk", "started_at", "ended_at", "end_is_estimate", "host_joined_at", "host__teacher"
        )
    )
    keys = [row[0] for row in sittings]
    newest = _newest_readings(keys)
    lists: dict[int, set[str]] = defaultdict(set)
    for instance, source in newest:
        lists[instance].add(source)
    enrolled, spells = _spells(session, origin)
    facts = Facts(
        planned=int(session.ends_at.timestamp()) - origin,
        spells=enrolled,
        sittings=[
            Sitting(
                key=pk,
                began=second(began),
                ended=second(ended),
                is_estimate=is_estimate,
                host_came=second(came),
                is_teachers=teacher == session.teacher_id,
                lists=frozenset(lists[pk]),
            )
            for pk, began, ended, is_estimate, came, teacher in sittings
        ],
        seen=_seen(keys),
        facts=_facts(keys, newest.values(), origin),
        teacher=session.teacher_id,
        excused=_excused(session),
        was_clicked=_was_clicked(session),
        beside=companions_in([session.uid]).get(session.uid, {}),
    )
    return Known(session, facts, rules_of(session.program), spells, origin)


def _newest_readings(sittings: list[int]) -> dict[tuple[int, str], int]:
    """The newest complete reading of each list of each sitting."""
    rows = Reading.objects.filter(instance__in=sittings, is_complete=True).order_by("seen_at", "pk")
    return {(instance, source): pk for pk, instance, source in rows.values_list("pk", "instance", "source")}


def _seen(sittings: list[int]) -> list[Seen]:
    columns = ("pk", "instance", "source", "person", "verdict", "link_shared")
    rows = Participant.objects.filter(instance__in=sittings).values_list(*columns)
    return [Seen(*row) for row in rows]


def _facts(sittings: list[int], readings: Iterable[int], origin: int) -> list[Fact]:
    """All that was told of stays. The database counts the seconds: of many it is the most of reading them."""
    told = Q(reading__isnull=True) | Q(reading__in=list(readings))
    rows = Interval.objects.filter(told, participant__instance__in=sittings)
    ends = (Epoch("joined_at") - origin, Epoch("left_at") - origin)
    return list(map(Fact._make, rows.values_list("participant", "room", "join_key", *ends)))


class Epoch(Func):
    """An instant as whole seconds since 1970."""

    arity, output_field = 1, BigIntegerField()
    template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s))::bigint"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """The same; SQLite keeps instants as text."""
        written = "CAST(STRFTIME('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=written, **extra)


def _spells(session: ClassSession, origin: int) -> tuple[dict[int, list[Span]], dict[int, int]]:
    """When those were enrolled whose spell touches the class, and by which of their spells they were last."""
    touching = Enrolment.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=session.starts_at),
        program=session.program_id,
        from_at__lt=session.ends_at,
    )
    enrolled: dict[int, list[Span]] = defaultdict(list)
    last: dict[int, int] = {}
    for pk, person, began, ended in touching.order_by("from_at", "pk").values_list(
        "pk", "person", "from_at", "until_at"
    ):
        until = FOREVER if ended is None else int(ended.timestamp()) - origin
        enrolled[person].append((int(began.timestamp()) - origin, until))
        last[person] = pk
    return dict(enrolled), last


def _was_clicked(session: ClassSession) -> bool:
    clicks = JoinClick.objects.filter(session=session).exclude(way=JoinClick.Way.HOST)
    return clicks.exclude(person=session.teacher_id).exists()


def _excused(session: ClassSession) -> frozenset[int]:
    accepted = Excuse.objects.filter(session=session, state=ExcuseState.ACCEPTED)
    return frozenset(accepted.values_list("student", flat=True))
