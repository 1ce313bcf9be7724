"""Which days the calendar page shows: a week, a month in whole weeks, a day, or a list of the days ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEK, MONTH, AGENDA, DAY = VIEWS = ("week", "month", "agenda", "day")
AGENDA_DAYS = 28
ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(weeks=1)
# Far enough from where a date can't be counted on
FIRST, LAST = date(1971, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Span:
    """The days that are shown, `ends_on` no more among them. earlier, later: the day to look at before and
    after."""

    view: str
    on: date
    begins_on: date
    ends_on: date
    earlier: date
    later: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.begins_on + timedelta(days=n) for n in range((self.ends_on - self.begins_on).days)]

    @property
    def weeks(self) -> list[list[date]]:
        """The same by weeks."""
        days = self.days
        return [days[n : n + 7] for n in range(0, len(days), 7)]

    def between(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From which instant until which it lasts, by a reader's clocks."""
        return midnight(self.begins_on, zone), midnight(self.ends_on, zone)


def midnight(on: date, zone: tzinfo) -> datetime:
    """The instant at which a day begins."""
    return datetime.combine(on, time(), zone).astimezone(UTC)


def span_of(view: str, on: date, first_weekday: int) -> Span:
    """What a view shows around a day. first_weekday: 0 is Monday."""
    on = min(max(on, FIRST), LAST)
    if view == MONTH:
        first = on.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        begins = _week_begin(first, first_weekday)
        ends = _week_begin(after - ONE_DAY, first_weekday) + ONE_WEEK
        return Span(view, on, begins, ends, (first - ONE_DAY).replace(day=1), after)
    if view == WEEK:
        begins = _week_begin(on, first_weekday)
        return Span(view, on, begins, begins + ONE_WEEK, begins - ONE_WEEK, begins + ONE_WEEK)
    length = ONE_DAY if view == DAY else timedelta(days=AGENDA_DAYS)
    return Span(view, on, on, on + length, on - length, on + length)


def _week_begin(on: date, first_weekday: int) -> date:
    return on - timedelta(days=(on.weekday() - first_weekday) % 7)
