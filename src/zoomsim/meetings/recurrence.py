"""The dates of a recurring meeting (type 8): Zoom's rules, expanded on the wall clock of its zone."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from zoomsim.errors import ValidationFailed
from zoomsim.records import Json

DAILY, WEEKLY, MONTHLY = 1, 2, 3
_LONGEST_INTERVAL = {DAILY: 99, WEEKLY: 50, MONTHLY: 10}
_MOST_TIMES = 60
_LAST_WEEK = -1


@dataclass(frozen=True)
class Rule:
    """weekly_days and month_weekday: 1 is Sunday. times: None without a count. until: the last instant."""

    kind: int
    interval: int
    weekly_days: tuple[int, ...]
    month_day: int
    month_week: int | None
    month_weekday: int
    times: int | None
    until: datetime | None


def parse(raw: Any, first_on: date) -> Rule:
    """A `recurrence` as sent. Raises 300 naming the field. What is left out follows from the first date."""
    if not isinstance(raw, dict):
        raise ValidationFailed(("recurrence", "Invalid field."))
    kind = _number(raw, "type", None, 1, 3)
    week = raw.get("monthly_week")
    if week is not None and week not in (-1, 1, 2, 3, 4):
        raise _wrong("monthly_week")
    times, until = _end(raw)
    return Rule(
        kind=kind,
        interval=_number(raw, "repeat_interval", 1, 1, _LONGEST_INTERVAL[kind]),
        weekly_days=_weekly_days(raw, first_on),
        month_day=_number(raw, "monthly_day", first_on.day, 1, 31),
        month_week=week,
        month_weekday=_number(raw, "monthly_week_day", _weekday(first_on), 1, 7),
        times=times,
        until=until,
    )


def shown(rule: Rule) -> Json:
    """As answers show it."""
    body: Json = {"type": rule.kind, "repeat_interval": rule.interval}
    if rule.kind == WEEKLY:
        body["weekly_days"] = ",".join(str(day) for day in rule.weekly_days)
    if rule.kind == MONTHLY and rule.month_week is None:
        body["monthly_day"] = rule.month_day
    if rule.kind == MONTHLY and rule.month_week is not None:
        body |= {"monthly_week": rule.month_week, "monthly_week_day": rule.month_weekday}
    if rule.until is not None:
        body["end_date_time"] = rule.until.strftime("%Y-%m-%dT%H:%M:%SZ")
    else:
        body["end_times"] = rule.times or 0
    return body


def starts(rule: Rule, first: datetime, zone: ZoneInfo, most: int) -> list[datetime]:
    """The instants, the first at `first` or at the rule's next date after it; each at the same local time."""
    local = first.astimezone(zone)
    dates = _dates(rule, local.date())
    instants: Iterator[datetime] = (_instant(on, local.time(), zone) for on in dates)
    if rule.until is not None:
        until = rule.until
        instants = takewhile(lambda instant: instant <= until, instants)
    return list(islice(instants, min(most, rule.times or most)))


def _dates(rule: Rule, first_on: date) -> Iterator[date]:
    step = {DAILY: _daily, WEEKLY: _weekly, MONTHLY: _monthly}[rule.kind]
    return (on for on in step(rule, first_on) if on >= first_on)


def _daily(rule: Rule, first_on: date) -> Iterator[date]:
    return (first_on + timedelta(days=rule.interval * n) for n in count())


def _weekly(rule: Rule, first_on: date) -> Iterator[date]:
    sunday = first_on - timedelta(days=_weekday(first_on) - 1)
    for n in count():
        week = sunday + timedelta(weeks=rule.interval * n)
        yield from (week + timedelta(days=day - 1) for day in rule.weekly_days)


def _monthly(rule: Rule, first_on: date) -> Iterator[date]:
    for n in count():
        years, month = divmod(first_on.month - 1 + rule.interval * n, 12)
        on = _in_month(rule, first_on.year + years, month + 1)
        if on is not None:
            yield on


def _in_month(rule: Rule, year: int, month: int) -> date | None:
    """The rule's day in a month; None where the month has no such day."""
    days = [date(year, month, day + 1) for day in range(calendar.monthrange(year, month)[1])]
    if rule.month_week is None:
        return days[rule.month_day - 1] if rule.month_day <= len(days) else None
    fitting = [day for day in days if _weekday(day) == rule.month_weekday]
    return fitting[-1] if rule.month_week == _LAST_WEEK else fitting[rule.month_week - 1]


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time that a clock change skips comes out later by the gap."""
    return datetime.combine(on, at.replace(tzinfo=None), zone).astimezone(UTC)


def _weekday(on: date) -> int:
    return on.isoweekday() % 7 + 1


def _weekly_days(raw: Json, first_on: date) -> tuple[int, ...]:
    text = raw.get("weekly_days")
    if text in (None, ""):
        return (_weekday(first_on),)
    days = str(text).split(",")
    if any(day.strip() not in ("1", "2", "3", "4", "5", "6", "7") for day in days):
        raise _wrong("weekly_days")
    return tuple(sorted({int(day) for day in days}))


def _end(raw: Json) -> tuple[int | None, datetime | None]:
    """After so many times or by an instant, not both; once if neither is given, without an end for 0."""
    until = raw.get("end_date_time")
    if until in (None, ""):
        return _number(raw, "end_times", 1, 0, _MOST_TIMES) or None, None
    if raw.get("end_times"):
        raise _wrong("end_times")
    try:
        return None, datetime.strptime(str(until), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _wrong("end_date_time") from None


def _number(raw: Json, name: str, default: int | None, low: int, high: int) -> int:
    value = raw.get(name)
    if value is None:
        value = default
    if type(value) is not int or not low <= value <= high:
        raise _wrong(name)
    return value


def _wrong(name: str) -> ValidationFailed:
    return ValidationFailed((f"recurrence.{name}", "Invalid field."))
