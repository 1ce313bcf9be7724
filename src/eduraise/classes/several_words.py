"""What was done to several classes in a line: from when to when, on which days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.classes.told_sets import Told
from eduraise.classes.words import span_words
from eduraise.ui import times

# So many days or classes are named; of more the first and the last
NAMED = 3


def line_of(one: Told, now: datetime) -> str:
    """ "Thu 4 Dec, 18:00–19:00; it was Tue 2 Dec, 18:00–19:00"."""
    when = span_words(*one.span, now)
    if one.before is None:
        return when
    return _("%(when)s; it was %(before)s") % {"when": when, "before": span_words(*one.before, now)}


def in_short(told: Sequence[Told], now: datetime) -> str:
    """When they are, and were where they were moved, in the reader's zone: in one sentence, without a stop,
    where all have the same hours."""
    if len(told) == 1:
        return line_of(told[0], now)
    hours = {_hours(one) for one in told}
    if len(hours) == 1 and all(_stays_on_its_day(one) for one in told):
        [(before, after)] = hours
        said = {"days": _days(told, now), "before": before, "after": after}
        if before:
            return _("%(days)s: %(after)s, it was %(before)s") % said
        return _("%(days)s: %(after)s") % said
    lines = [line_of(one, now) for one in told[: NAMED if len(told) <= NAMED else 1]]
    if more := len(told) - len(lines):
        until = span_words(*told[-1].span, now)
        words = ngettext("and %(n)d more, until %(until)s", "and %(n)d more, until %(until)s", more)
        lines.append(words % {"n": more, "until": until})
    return "; ".join(lines)


def _hours(one: Told) -> tuple[str, str]:
    """By the reader's clocks: those that it had, "" if it wasn't moved, and those that it has."""
    zone = timezone.get_current_timezone()
    before = times.span(*one.before, zone) if one.before else ""
    return before, times.span(*one.span, zone)


def _stays_on_its_day(one: Told) -> bool:
    zone = timezone.get_current_timezone()
    before = one.before or one.span
    return before[0].astimezone(zone).date() == one.starts_at.astimezone(zone).date()


def _days(told: Sequence[Told], now: datetime) -> str:
    """ "Tue 2 Dec, Thu 4 Dec", or "Tue 2 Dec to Thu 26 Mar"."""
    zone = timezone.get_current_timezone()
    today = now.astimezone(zone).date()
    days = list(dict.fromkeys(times.day(one.starts_at.astimezone(zone).date(), today) for one in told))
    if len(days) <= NAMED:
        return ", ".join(days)
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}
