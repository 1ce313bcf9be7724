"""When a teacher is there, and why she is not, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eduraise.programs.stated_times import Absence, Hours
from eduraise.ui import times

#: Any Monday: hours of the week are written as hours of a day of it.
MONDAY = date(2024, 1, 1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Weekday:
    """The hours of one day of the week."""

    number: int
    hours: tuple[Hours, ...]

    @property
    def name(self) -> str:
        """ "Monday"."""
        return str(WEEKDAYS[self.number - 1])

    @property
    def spans(self) -> list[str]:
        """ "09:00–13:00", each."""
        return [span_words(one) for one in self.hours]

    @property
    def with_words(self) -> list[tuple[Hours, str]]:
        """Each with its words."""
        return [(one, span_words(one)) for one in self.hours]


def week_of(hours: Iterable[Hours]) -> list[Weekday]:
    """The days with hours, in the order of a week as the reader's language begins it."""
    first = times.first_weekday(get_language() or "") + 1
    days = [Weekday(number, tuple(own)) for number, own in groupby(sorted(hours), lambda one: one.weekday)]
    return sorted(days, key=lambda day: (day.number - first) % 7)


def weekdays_in_order() -> list[tuple[int, str]]:
    """The days of a week as the reader's language begins it: number and short name."""
    first = times.first_weekday(get_language() or "")
    return [(day + 1, str(WEEKDAYS_ABBR[day])) for day in ((first + step) % 7 for step in range(7))]


def span_words(hours: Hours) -> str:
    """ "09:00–13:00", "22:00–Tue 02:00"; "all day"."""
    since = datetime.combine(MONDAY + (hours.weekday - 1) * DAY, hours.since, UTC)
    until = datetime.combine(since.date(), hours.until, UTC)
    if until <= since:
        until += DAY
    return _("all day") if until - since == DAY else times.span(since, until, UTC)


def absence_words(
    absence: Absence, name: str, *, knows_why: bool, is_own: bool = False, now: datetime
) -> str:
    """ "Tariq is off on Sun 3 May", "Outside Tariq’s hours (Mon 09:00–13:00)". knows_why: whether the reader
    may know; else only that she is not available."""
    if not knows_why:
        return _("%(name)s is not available then") % {"name": name}
    if absence.off is not None:
        return _off_words(absence, name, is_own, now)
    day = str(WEEKDAYS_ABBR[absence.on.isoweekday() - 1])
    hours = f"{day} {', '.join(span_words(one) for one in absence.hours)}"
    if not absence.hours:
        hours = _("none on %(day)s") % {"day": day}
    if absence.zone != str(timezone.get_current_timezone()):
        hours = _("%(hours)s, %(city)s time") % {"hours": hours, "city": times.city(absence.zone)}
    words = {"name": name, "hours": hours}
    return (
        _("Outside your hours (%(hours)s)") if is_own else _("Outside %(name)s’s hours (%(hours)s)")
    ) % words


def _off_words(absence: Absence, name: str, is_own: bool, now: datetime) -> str:
    assert absence.off
    today = timezone.localdate(now)
    first, last = times.day(absence.off.first_on, today), times.day(absence.off.last_on, today)
    words = {"name": name, "first": first, "last": last}
    if first == last:
        return (_("You are off on %(first)s") if is_own else _("%(name)s is off on %(first)s")) % words
    if is_own:
        return _("You are off from %(first)s to %(last)s") % words
    return _("%(name)s is off from %(first)s to %(last)s") % words
