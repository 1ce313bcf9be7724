"""Nobody teaches two classes at once, and no host holds more than its licence can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Q

from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.zoom.hosts import capacity
from eduraise.zoom.models import HostClaim, ZoomUser
from tests.truths.zoom import AtZoom

# who, from, until, for what
type Hold = tuple[Any, datetime, datetime, Any]


def nobody_held_twice(now: datetime) -> Iterator[str]:
    """At any moment: each standing class holds its teacher and a lane of its host, and no two the same.

    Hours that were given up are held on while a move can be undone, and exclude others as long.
    """
    standing = list(
        ClassSession.objects.filter(cancelled_at__isnull=True).select_related("occurrence__meeting")
    )
    holds = Q(releases_at__isnull=True) | Q(releases_at__gt=now)
    teachers = list(TeacherClaim.objects.filter(holds))
    hosts = list(HostClaim.objects.filter(holds))
    yield from _same(
        "teachers' claims",
        Counter(_held(one.teacher_id, one) for one in teachers if one.releases_at is None),
        Counter((one.teacher_id, one.starts_at, one.ends_at, one.uid) for one in standing),
    )
    yield from _same(
        "hosts' claims",
        Counter(_held(one.host_id, one) for one in hosts if one.releases_at is None),
        Counter(
            (one.occurrence.meeting.host_id, one.starts_at, one.ends_at, one.uid)
            for one in standing
            if one.occurrence
        ),
    )
    yield from _overlaps("teacher", [_held(one.teacher_id, one) for one in teachers])
    yield from _overlaps("host", [_held((one.host_id, one.lane), one) for one in hosts])
    yield from _overlaps(
        "teacher of classes", [(one.teacher_id, one.starts_at, one.ends_at, one.uid) for one in standing]
    )
    yield from _lanes(hosts)


def _held(who: Any, claim: Any) -> Hold:
    return (who, claim.starts_at, claim.ends_at, claim.held_for)


def _lanes(claims: list[HostClaim]) -> Iterator[str]:
    """A host has as many lanes as meetings at once."""
    hosts = ZoomUser.objects.select_related("account").in_bulk({claim.host_id for claim in claims})
    for claim in claims:
        most = capacity(hosts[claim.host_id])
        if claim.lane >= most:
            yield f"{hosts[claim.host_id]} holds lane {claim.lane}, and may hold {most} at once"


def nothing_else_held(there: AtZoom, now: datetime) -> Iterator[str]:
    """At rest: no hours are held but those of standing classes, and at Zoom too no host has too much."""
    for model in (TeacherClaim, HostClaim):
        left = model._default_manager.filter(releases_at__gt=now)
        yield from (f"{model.__name__} of {one} is still held" for one in left)
    hosts = {host.zoom_user_id: host for host in ZoomUser.objects.select_related("account")}
    for zoom_user_id, host in hosts.items():
        spans = [
            _span(meeting) for _ref, _date, meeting in there.sittings() if meeting["host_id"] == zoom_user_id
        ]
        most = max((_at_once(begins, spans) for begins, _minutes in spans), default=0)
        if most > capacity(host):
            yield f"at Zoom {host} has {most} classes at once, and may hold {capacity(host)}"


def _span(meeting: dict[str, Any]) -> tuple[datetime, float]:
    return datetime.fromisoformat(meeting["start_time"]), meeting["duration"] * 60


def _at_once(moment: datetime, spans: list[tuple[datetime, float]]) -> int:
    return sum(1 for begins, seconds in spans if 0 <= (moment - begins).total_seconds() < seconds)


def _same(what: str, found: Counter[Hold], wanted: Counter[Hold]) -> Iterator[str]:
    if found != wanted:
        over, lacking = list((found - wanted).elements()), list((wanted - found).elements())
        yield f"{what}: too many {over}, lacking {lacking}"


def _overlaps(who: str, rows: Iterable[Hold]) -> Iterator[str]:
    for (one, begins, ends, uid), (other, from_at, until_at, held_for) in combinations(rows, 2):
        if one == other and uid != held_for and begins < until_at and from_at < ends:
            yield f"{who} {one} is held twice: {begins}–{ends} and {from_at}–{until_at}"
