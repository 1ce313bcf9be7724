"""Whether a teacher is there at some time, by the hours and days off that she states. Knows no database.

Her hours are those of the wall clock in her zone, through every clock change; who states no hours is there
at any. It is never a reason to refuse: whoever plans a class outside of it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eduraise.accounts.reading import named_zone

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, order=True)
class Hours:
    """A span of the week. weekday: from Monday, 1. until at or before since: on the next day."""

    weekday: int
    since: time
    until: time


@dataclass(frozen=True, order=True)
class Off:
    """Days off, both included. note: for herself and for whoever plans for her."""

    first_on: date
    last_on: date
    note: str = ""


@dataclass(frozen=True)
class Absence:
    """Why a teacher is not there. off: the days off; without, it lies outside her hours. hours: what she
    states for the day on which it begins, none for a day without hours. on: that day, by her clocks."""

    on: date
    zone: str
    off: Off | None = None
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True)
class StatedTimes:
    """What one teacher states. No hours: no statement, and so at any hour. zone: whose clocks are meant."""

    zone: str
    hours: tuple[Hours, ...] = ()
    days_off: tuple[Off, ...] = ()

    def absence(self, starts_at: datetime, ends_at: datetime) -> Absence | None:
        """Why she is not there for all of a span of at most some days; None if she is."""
        place = named_zone(self.zone)
        first = starts_at.astimezone(place).date()
        last = max(first, (ends_at - INSTANT).astimezone(place).date())
        for off in self.days_off:
            if off.first_on <= last and off.last_on >= first:
                return Absence(first, self.zone, off=off)
        if not self.hours or any(
            since <= starts_at and ends_at <= until
            for since, until in _joined(self._spans(first - DAY, last, place))
        ):
            return None
        today = tuple(one for one in sorted(self.hours) if one.weekday == first.isoweekday())
        return Absence(first, self.zone, hours=today)

    def _spans(self, first: date, last: date, place: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """When she is there, of the spans that begin on these days."""
        for number in range((last - first).days + 1):
            on = first + number * DAY
            for one in self.hours:
                if one.weekday == on.isoweekday():
                    ends_on = on if one.until > one.since else on + DAY
                    yield _instant(on, one.since, place, 0), _instant(ends_on, one.until, place, 1)


def _instant(on: date, hour: time, place: ZoneInfo, fold: int) -> datetime:
    """When clocks show an hour that day: of one that comes twice the first, with fold the second. Where they
    skip it, the moment is as much later as they skip."""
    wall = datetime.combine(on, hour, tzinfo=place)
    at = wall.replace(fold=fold).astimezone(UTC)
    shows = at.astimezone(place).replace(tzinfo=None)
    return at if shows == wall.replace(tzinfo=None) else wall.replace(fold=0).astimezone(UTC)


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Sequence[tuple[datetime, datetime]]:
    """Spans that touch or overlap made one: 09:00–13:00 and 13:00–17:00 hold a class from noon to 14:00."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted(spans):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        else:
            joined.append((since, until))
    return joined
