"""What a plan costs at Zoom: how many changes of each host, of those that Zoom still takes today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eduraise.core.errors import DomainError
from eduraise.planner.grouping import calls_of, groups_of
from eduraise.planner.models import PlannedClass
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.hosts import DAILY_CALLS, KEPT_FOR_REPAIRS, calls_left_today


@dataclass(frozen=True)
class Share:
    """What a plan takes of one teacher's host. left: what Zoom takes today beside repairs."""

    name: str
    calls: int
    left: int

    @property
    def today(self) -> int:
        """How many go out today."""
        return min(self.calls, self.left)

    @property
    def later(self) -> int:
        """How many wait for Zoom's next day."""
        return self.calls - self.today

    @property
    def used(self) -> int:
        """How many of the day are spent already."""
        return DAILY_CALLS - KEPT_FOR_REPAIRS - self.left


def shares_of(rows: Iterable[PlannedClass], now: datetime) -> list[Share]:
    """What the classes that would be scheduled take of each host, by the teacher's name."""
    groups = groups_of(row for row in rows if not row.is_left_out and not row.is_hindered and row.teacher)
    by_teacher: dict[int, list[Sequence[PlannedClass]]] = {}
    for group in groups:
        assert group[0].teacher_id is not None
        by_teacher.setdefault(group[0].teacher_id, []).append(group)
    shares = [share for found in by_teacher.values() if (share := _share(found, now))]
    return sorted(shares, key=lambda share: share.name)


def _share(groups: Sequence[Sequence[PlannedClass]], now: datetime) -> Share | None:
    first = groups[0][0]
    assert first.teacher
    try:
        hosts = hosts_for(first.teacher, starts_at=first.starts_at, length=first.ends_at - first.starts_at)
    except DomainError:
        return None
    return Share(first.teacher.name, sum(map(calls_of, groups)), calls_left_today(hosts[0], now))
