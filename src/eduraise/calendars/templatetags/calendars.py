"""``{% load calendars %}``: what pages with calendars write."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import gettext, pgettext

from eduraise.calendars.actions import address_of
from eduraise.calendars.asking import Asked
from eduraise.calendars.models import Feed
from eduraise.calendars.spans import AGENDA, DAY, MONTH, ONE_DAY, Span
from eduraise.ui import times
from eduraise.ui.hues import hue_of

register = template.Library()


@register.simple_tag
def feed_address(feed: Feed) -> str:
    """A feed's whole address, on its owner's own pages."""
    return address_of(feed)


@register.simple_tag
def calendar_address(asked: Asked, **changed: str | date) -> str:
    """The same page with something else chosen."""
    return asked.address(**changed)


@register.simple_tag
def span_words(span: Span, now: datetime) -> str:
    """ "24 to 30 November", "November 2026", "Thursday 26 November", "From Thu 26 Nov"."""
    today = now.astimezone(timezone.get_current_timezone()).date()
    if span.view == MONTH:
        return written(span.on, pgettext("month and year", "F Y"))
    if span.view == DAY:
        return times.long_day(span.on, today)
    if span.view == AGENDA:
        return gettext("From %(day)s") % {"day": times.day(span.on, today)}
    first, last = span.begins_on, span.ends_on - ONE_DAY
    is_far = abs(first - today) > times.SCHOOL_YEAR
    end = written(last, pgettext("day, month, year", "j F Y") if is_far else pgettext("day, month", "j F"))
    begin = written(first, "j" if first.month == last.month else pgettext("day, month", "j F"))
    return gettext("%(first)s to %(last)s") % {"first": begin, "last": end}


@register.filter
def week_number(span: Span) -> int:
    """The number of the week, as ISO 8601 counts them by their Thursday."""
    return (span.begins_on + 3 * ONE_DAY).isocalendar().week


@register.filter
def weekday_word(on: date) -> str:
    """ "Mon"."""
    return written(on, "D")


@register.filter
def hue(code: str) -> int:
    """The hue of a program's code."""
    return hue_of(code)


@register.filter
def hour_words(hour: int) -> str:
    """ "09:00", or "9 am"."""
    zone = timezone.get_current_timezone()
    return times.clock_time(datetime(2026, 1, 1, hour, tzinfo=zone), zone)
