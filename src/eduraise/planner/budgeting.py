"""What a plan costs at Zoom: how many changes of each host, of those that Zoom still takes today."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from eduraise.classes.models import ClassSession
from eduraise.planner.checking import Looked
from eduraise.planner.grouping import calls_of, groups_of
from eduraise.planner.models import PlannedClass
from eduraise.zoom.hosts import calls_left_of
from eduraise.zoom.models import ZoomUser


@dataclass(frozen=True)
class Share:
    """What a plan takes of one host. name: whose classes it holds; left: what Zoom takes today beside
    repairs; seen_at: when its own list of meetings was last looked at. series: how many meetings hold
    several classes, in_series: so many; singles: the classes with a meeting of their own."""

    name: str
    calls: int
    series: int
    in_series: int
    singles: int
    left: int
    seen_at: datetime | None
    starts_again_at: datetime

    @property
    def today(self) -> int:
        """How many go out today."""
        return min(self.calls, self.left)

    @property
    def later(self) -> int:
        """How many wait for Zoom's next day."""
        return self.calls - self.today


def shares_of(looked: Looked, now: datetime) -> list[Share]:
    """What the classes that would be scheduled take of each host, by name. One query."""
    good = (row for row in looked.rows if not row.is_left_out and not row.is_hindered and row.host)
    by_host: dict[ZoomUser, list[Sequence[PlannedClass]]] = defaultdict(list)
    for group in groups_of(good):
        assert group[0].host
        by_host[group[0].host].append(group)
    left = calls_left_of(by_host, now)
    midnight = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    shares = [_share(host, groups, left[host.pk], midnight) for host, groups in by_host.items()]
    return sorted(shares, key=lambda share: share.name)


@dataclass(frozen=True)
class Taken:
    """What changes at Zoom take of one host's day. name: whose Zoom it is; left: what it takes today."""

    name: str
    calls: int
    left: int

    @property
    def later(self) -> int:
        """How many wait for Zoom's next day."""
        return max(0, self.calls - self.left)


def taken_of(sessions: Iterable[ClassSession], calls: Mapping[int, int], now: datetime) -> list[Taken]:
    """The changes that each host's meetings take, by name; calls: of each meeting by its key. One query."""
    hosts = {one.occurrence.meeting_id: one.occurrence.meeting.host for one in sessions if one.occurrence}
    by_host: Counter[ZoomUser] = Counter()
    for meeting, number in calls.items():
        by_host[hosts[meeting]] += number
    left = calls_left_of(by_host, now)
    found = [Taken(_called(host), number, left[host.pk]) for host, number in by_host.items()]
    return sorted(found, key=lambda taken: taken.name)


def _called(host: ZoomUser) -> str:
    return host.teacher.name if host.teacher else str(host)


def _share(host: ZoomUser, groups: Sequence[Sequence[PlannedClass]], left: int, midnight: datetime) -> Share:
    series = [group for group in groups if len(group) > 1]
    return Share(
        name=_name(host, groups),
        calls=sum(map(calls_of, groups)),
        series=len(series),
        in_series=sum(map(len, series)),
        singles=len(groups) - len(series),
        left=left,
        seen_at=host.listed_at,
        starts_again_at=midnight,
    )


def _name(host: ZoomUser, groups: Iterable[Sequence[PlannedClass]]) -> str:
    """A teacher's own host is called by her name, a shared one by its own."""
    teachers = {group[0].teacher for group in groups}
    own: Collection[str] = [one.name for one in teachers if one and one.pk == host.teacher_id]
    return next(iter(own), str(host))
