"""A zone's rules as iCalendar writes them, taken from the zone database over the years that are written.

icalendar's own `Timezone.from_tzinfo` (7.3.2) gives the onset of summer time by the clocks after the change;
RFC 5545 (3.6.5, 3.8.3.3) reads it by those before it, an hour earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

# Rules change no more often than this; Morocco's pause for Ramadan is the shortest, some 30 days
STEP = timedelta(days=7)
SECOND = timedelta(seconds=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Observance:
    """What clocks show in a time of the year. before, after: what is added to UTC."""

    is_summer: bool
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=256)
def zone_rules(name: str, first_year: int, last_year: int) -> Timezone:
    """The rules of a zone for these years and one more on each side."""
    zone = ZoneInfo(name)
    begins, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (first_year - 1, last_year + 2))
    changes = list(_changes(zone, begins, ends))
    # what clocks show before the first change matters only if that comes late
    needs_first = not changes or changes[0].year >= first_year
    onsets: dict[Observance, list[datetime]] = {}
    for at in [begins, *changes] if needs_first else changes:
        before = _offset(at - SECOND if at > begins else at, zone)
        there = at.astimezone(zone)
        kind = Observance(bool(there.dst()), before, _offset(at, zone), there.tzname() or name)
        onsets.setdefault(kind, []).append((at + before).replace(tzinfo=None))
    rules = Timezone()
    rules.add("tzid", name)
    for kind, starts in onsets.items():
        rules.add_component(_written(kind, starts))
    return rules


def _written(kind: Observance, starts: list[datetime]) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if kind.is_summer else TimezoneStandard()
    part.add("dtstart", starts[0])
    part.add("tzoffsetfrom", kind.before)
    part.add("tzoffsetto", kind.after)
    part.add("tzname", kind.name)
    day = _day_of_each_year(starts)
    if day:
        part.add("rrule", {"freq": "yearly", "bymonth": starts[0].month, "byday": day})
    elif starts[1:]:
        part.add("rdate", starts[1:])
    return part


def _day_of_each_year(starts: list[datetime]) -> str:
    """The Sunday, or other weekday, of the month on which each of these falls, one a year: "-1SU" is the
    last; "" where they follow no such rule. Some programs read nothing but rules."""
    first = starts[0]
    years = [at.year for at in starts]
    same = {(at.month, at.weekday(), at.time()) for at in starts}
    if len(starts) < 2 or len(same) > 1 or years != list(range(years[0], years[0] + len(years))):
        return ""
    weekday = WEEKDAYS[first.weekday()]
    if all((at + timedelta(days=7)).month != at.month for at in starts):
        return f"-1{weekday}"
    weeks = {(at.day - 1) // 7 + 1 for at in starts}
    return f"{weeks.pop()}{weekday}" if len(weeks) == 1 else ""


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The instants within a span at which the zone's clocks or their name change, to the second."""
    at = begins
    while at < ends:
        if _look(at, zone) != _look(at + STEP, zone):
            yield _change_between(at, at + STEP, zone)
        at += STEP


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    look = _look(before, zone)
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        before, after = (middle, after) if _look(middle, zone) == look else (before, middle)
    return after


def _look(at: datetime, zone: ZoneInfo) -> tuple[timedelta, str | None, bool]:
    there = at.astimezone(zone)
    return _offset(at, zone), there.tzname(), bool(there.dst())


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
