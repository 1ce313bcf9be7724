"""Holidays out of a calendar file (RFC 5545): its entries that last whole days.

What happens once a year is written out for the term; any other repetition is refused by name, since half a
holiday calendar is worse than none.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar, Component, vRecur

from eduraise.programs.holiday_rules import (
    LONGEST_NAME,
    MOST_AT_ONCE,
    HolidaysUnreadable,
    Off,
    UnfitHoliday,
    off,
    tidy,
)

MOST_BYTES = 1024 * 1024
MOST_ENTRIES = 2000
DAY = timedelta(days=1)
#: What a rule may say beside “once a year” without saying anything else.
_YEARLY = {"FREQ", "INTERVAL", "UNTIL", "COUNT", "BYMONTH", "BYMONTHDAY", "WKST"}


@dataclass(frozen=True)
class CalendarFile:
    """The holidays of a file, each once, by date; how many entries were left out since they have an hour, and
    how many since they lie outside the days asked for."""

    holidays: list[Off]
    timed: int
    outside: int


def read_calendar(content: bytes, *, first_on: date, last_on: date) -> CalendarFile:
    """The whole-day entries of a calendar file that touch these days. Cancelled ones don't count.

    Raises HolidaysUnreadable at `file`, with each entry that is in the way.
    """
    entries = _entries(content)
    replaced = _replaced(entries)
    found: set[Off] = set()
    problems: list[str] = []
    timed = outside = 0
    for number, entry in enumerate(entries, 1):
        try:
            if _is_cancelled(entry):
                continue
            if (days := _days(entry)) is None:
                timed += 1
                continue
            name = tidy(_text(entry, "SUMMARY"))[:LONGEST_NAME] or _("Holiday")
            own = [
                off(first, last, name)
                for first, last in _dates(entry, *days, replaced, first_on, last_on)
                if first <= last_on and last >= first_on
            ]
        except (UnfitHoliday, ValueError, OverflowError) as problem:
            problems.append(_named(number, entry, problem))
            continue
        outside += not own
        found.update(own)
    _require_some(found, problems, timed, outside)
    return CalendarFile(sorted(found, key=lambda one: (one.starts_on, one.ends_on, one.name)), timed, outside)


def _entries(content: bytes) -> list[Component]:
    """The events of a file, unread. The parser is asked for no more than a term's calendar can hold."""
    if len(content) > MOST_BYTES:
        raise HolidaysUnreadable([_("A calendar file can have 1 MB at most.")], field="file")
    if content.upper().count(b"BEGIN:VEVENT") > MOST_ENTRIES:
        raise HolidaysUnreadable(
            [_("This calendar has more than %(most)d entries.") % {"most": MOST_ENTRIES}], field="file"
        )
    try:
        calendars = Calendar.from_ical(content.decode("utf-8-sig"), multiple=True)
        return [entry for one in calendars for entry in one.walk("VEVENT")]
    # the parser's own errors are ValueErrors, but what it stumbles over can be anything
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise HolidaysUnreadable(
            [_("This is no calendar file that can be read. Export it again, as .ics.")], field="file"
        ) from None


def _require_some(found: set[Off], problems: list[str], timed: int, outside: int) -> None:
    if not problems and len(found) > MOST_AT_ONCE:
        problems = [_("These are more than %(most)d holidays. Bring them in parts.") % {"most": MOST_AT_ONCE}]
    elif not problems and not found and outside:
        problems = [_("No entry of this calendar lies within the term.")]
    elif not problems and not found and timed:
        problems = [_("No entry of this calendar lasts whole days.")]
    elif not problems and not found:
        problems = [_("There is no entry in this file.")]
    if problems:
        raise HolidaysUnreadable(problems[:20], field="file")


def _named(number: int, entry: Component, problem: Exception) -> str:
    said = problem.message if isinstance(problem, UnfitHoliday) else _("Its date can’t be read.")
    words = {"number": number, "name": tidy(_text(entry, "SUMMARY"))[:60], "problem": said}
    return _("Entry %(number)d, “%(name)s”: %(problem)s") % words


def _is_cancelled(entry: Component) -> bool:
    return _text(entry, "STATUS").upper() == "CANCELLED"


def _text(entry: Component, name: str) -> str:
    value: Any = entry.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _days(entry: Component) -> tuple[date, date] | None:
    """First and last day, or None for what has an hour. DTEND is the day after the last (RFC 5545, 3.6.1)."""
    first = _moment(entry, "DTSTART")
    if first is None:
        raise UnfitHoliday(_("It has no date."))
    end = _moment(entry, "DTEND")
    if isinstance(first, datetime):
        if _text(entry, "X-MICROSOFT-CDO-ALLDAYEVENT").upper() != "TRUE":
            return None
        first, end = first.date(), end.date() if isinstance(end, datetime) else end
    if isinstance(end, datetime):
        raise UnfitHoliday(_("It begins with a day and ends with an hour."))
    if end is None:
        length = getattr(entry.get("DURATION"), "dt", DAY)
        end = first + (length if isinstance(length, timedelta) else DAY)
    # some programs write a single day as ending when it begins
    return first, max(end - DAY, first) if end >= first else end


def _moment(entry: Component, name: str) -> date | datetime | None:
    value: Any = entry.get(name)
    if isinstance(value, list):
        raise UnfitHoliday(_("It has several dates."))
    moment = None if value is None else value.dt
    if moment is not None and not isinstance(moment, date):
        raise UnfitHoliday(_("Its date can’t be read."))
    return moment


def _dates(
    entry: Component,
    first: date,
    last: date,
    replaced: dict[str, set[date]],
    first_on: date,
    last_on: date,
) -> Iterator[tuple[date, date]]:
    """When it is: once, or once a year as far as these days reach."""
    if "RDATE" in entry:
        raise UnfitHoliday(_("It has further dates of its own. Add them by hand."))
    if "RRULE" not in entry:
        yield first, last
        return
    rule, length = _yearly(entry, first), last - first
    without = _listed(entry, "EXDATE")
    if "RECURRENCE-ID" not in entry:
        without |= replaced[_text(entry, "UID")]
    for year in range(max(first.year, first_on.year - 1), last_on.year + 1):
        on = _in_year(first, year)
        if on is not None and on not in without and _is_within(rule, first, on):
            yield on, on + length


def _yearly(entry: Component, first: date) -> dict[str, Any]:
    """The rule, if it says no more than: once a year, until or so often. Raises UnfitHoliday."""
    value = entry["RRULE"]
    rule = {name.upper(): list(said) for name, said in value.items()} if isinstance(value, vRecur) else {}
    plain = (
        rule.get("FREQ") == ["YEARLY"]
        and not rule.keys() - _YEARLY
        and [int(one) for one in rule.get("INTERVAL", [1])] == [1]
        and [int(one) for one in rule.get("BYMONTH", [first.month])] == [first.month]
        and [int(one) for one in rule.get("BYMONTHDAY", [first.day])] == [first.day]
    )
    if not plain:
        raise UnfitHoliday(_("It repeats, and not simply on the same date each year. Add its dates by hand."))
    return rule


def _is_within(rule: dict[str, Any], first: date, on: date) -> bool:
    if "UNTIL" in rule:
        until = rule["UNTIL"][0]
        return bool(on <= (until.date() if isinstance(until, datetime) else until))
    if "COUNT" in rule:
        is_leap_day = (first.month, first.day) == (2, 29)
        years = calendar.leapdays(first.year, on.year) if is_leap_day else on.year - first.year
        return bool(years < int(rule["COUNT"][0]))
    return True


def _in_year(first: date, year: int) -> date | None:
    """The same date of another year; 29 February only where there is one."""
    try:
        return first.replace(year=year)
    except ValueError:
        return None


def _replaced(entries: list[Component]) -> dict[str, set[date]]:
    """By uid, the dates of a repeated entry that entries of their own stand for."""
    found: dict[str, set[date]] = defaultdict(set)
    for entry in entries:
        moment = getattr(entry.get("RECURRENCE-ID"), "dt", None)
        if isinstance(moment, date):
            found[_text(entry, "UID")].add(moment.date() if isinstance(moment, datetime) else moment)
    return found


def _listed(entry: Component, name: str) -> set[date]:
    value: Any = entry.get(name, [])
    found: set[date] = set()
    for one in value if isinstance(value, list) else [value]:
        for each in one.dts:
            found.add(each.dt.date() if isinstance(each.dt, datetime) else each.dt)
    return found
