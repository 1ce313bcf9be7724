"""Which classes of a plan become one recurring meeting at Zoom, and how many calls that takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from eduraise.planner.models import PlannedClass
from eduraise.zoom.sentzones import is_held
from eduraise.zoom.series import MOST_DATES, MOST_WEEKS


def groups_of(rows: Iterable[PlannedClass]) -> list[list[PlannedClass]]:
    """The rows by the meeting that will hold them, in the order of their first dates.

    Together are those of one slot and one teacher, as many as Zoom holds in a series; where a series would
    take more calls than single meetings, each row is a group of its own.
    """
    alike: dict[Hashable, list[PlannedClass]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.on, row.row_number)):
        alike[_likeness(row)].append(row)
    found = [
        group
        for together in alike.values()
        for chunk in _chunks(together)
        for part in _by_clocks(chunk)
        for group in _cheap(part)
    ]
    return sorted(found, key=lambda group: (group[0].on, group[0].row_number))


def calls_of(group: Sequence[PlannedClass]) -> int:
    """How many calls a group takes at Zoom: one to book it, one for each date without class or elsewhere."""
    if len(group) == 1:
        return 1
    step = timedelta(weeks=group[0].every_weeks)
    dates = (group[-1].on - group[0].on) // step + 1
    return 1 + (dates - len(group)) + sum(row.held_on != row.on for row in group)


def _likeness(row: PlannedClass) -> Hashable:
    return (
        row.slot_uid,
        row.teacher_id,
        row.on.isoweekday(),
        row.local_start,
        row.minutes,
        row.zone,
        row.every_weeks,
    )


def _chunks(rows: Sequence[PlannedClass]) -> Iterator[list[PlannedClass]]:
    """Rows on one rule, and within as many dates as Zoom holds. Two of one date are never together."""
    step = timedelta(weeks=rows[0].every_weeks)
    chunk: list[PlannedClass] = []
    rest: list[PlannedClass] = []
    for row in rows:
        if not chunk:
            chunk.append(row)
            continue
        off_rule = (row.on - chunk[0].on) % step != timedelta()
        if off_rule or row.on == chunk[-1].on or (row.on - chunk[0].on) // step >= MOST_DATES:
            rest.append(row)
        else:
            chunk.append(row)
    yield chunk
    if rest:
        yield from _chunks(rest)


def _by_clocks(chunk: list[PlannedClass]) -> list[list[PlannedClass]]:
    """A chunk whose zone Zoom doesn't know, cut at each clock change; all others whole."""
    zone = chunk[0].zone
    instants = [_on_rule(row) for row in chunk]
    if is_held(zone, instants):
        return [chunk]
    parts: dict[timedelta | None, list[PlannedClass]] = {}
    for row, instant in zip(chunk, instants, strict=True):
        parts.setdefault(instant.astimezone(ZoneInfo(zone)).utcoffset(), []).append(row)
    return [part for found in parts.values() for part in _without_break(found)]


def _on_rule(row: PlannedClass) -> datetime:
    return datetime.combine(row.on, row.local_start, ZoneInfo(row.zone)).astimezone(UTC)


def _without_break(rows: list[PlannedClass]) -> Iterator[list[PlannedClass]]:
    """Rows of one offset, cut where clocks were otherwise in between: the next winter is another part."""
    part: list[PlannedClass] = []
    for row in rows:
        if part and row.on - part[-1].on > 8 * timedelta(weeks=row.every_weeks):
            yield part
            part = []
        part.append(row)
    yield part


def _cheap(chunk: list[PlannedClass]) -> list[list[PlannedClass]]:
    is_series = chunk[0].every_weeks <= MOST_WEEKS and calls_of(chunk) < len(chunk)
    return [chunk] if is_series else [[row] for row in chunk]
