"""How every time on every page is written. Pure: instants, zones and now come in, text goes out.

Dates with their weekday, the year only outside the school year, an en dash without spaces, the 12 or 24 hour
clock and the order by the reader's language, zones by their city. What is relative is said only within an
hour of now, with the clock time beside it. An hour that clocks show twice, as they go back, is told with its
offset, and so are both ends of a span over which clocks change.
"""

from datetime import date, datetime, timedelta, tzinfo
from datetime import time as wall_time
from functools import cache
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as written
from django.utils.translation import get_language, gettext, pgettext

from eduraise.ui.zones import present_name

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
#: Nearer than this, a weekday, day and month name one date beyond doubt.
SCHOOL_YEAR = timedelta(days=270)
TWELVE_HOUR_LANGUAGES = ("en-us", "en-ca", "en-au", "en-in", "en-ph", "hi")


def clock_time(at: datetime, zone: tzinfo) -> str:
    """ "18:00", or "6:00 pm" where the language counts to twelve; "02:30 (UTC+02:00)" of an hour that comes
    twice."""
    local = at.astimezone(zone)
    return with_offset(_on_clocks(local), local) if comes_twice(local) else _on_clocks(local)


def comes_twice(local: datetime) -> bool:
    """Whether clocks of its zone show this time twice that day, an hour apart."""
    return bool(local.fold) or local.replace(fold=1).utcoffset() != local.utcoffset()


def with_offset(written: str, local: datetime) -> str:
    """ "02:30 (UTC+02:00)"."""
    return f"{written} ({written_offset(local.utcoffset() or timedelta())})"


def written_offset(offset: timedelta) -> str:
    """ "UTC+02:00"."""
    minutes = round(offset / MINUTE)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _on_clocks(local: datetime) -> str:
    shape = _clock_shape(get_language() or "")
    if shape == "H:i":  # nearly always, and many times on a page
        return f"{local:%H:%M}"
    return written(local, shape).replace("a.m.", "am").replace("p.m.", "pm")


@cache
def _clock_shape(language: str) -> str:
    twelve = language.lower().startswith(TWELVE_HOUR_LANGUAGES)
    return pgettext("12 hour time", "g:i a") if twelve else pgettext("24 hour time", "H:i")


def span(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """ "18:00–19:30", within one minute "18:00"; an end on another day says which: "23:30–Fri 00:30"; over a
    change of clocks "02:30 (UTC+02:00)–03:00 (UTC+01:00)", within an hour that comes twice
    "02:10–02:40 (UTC+02:00)"."""
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    start, end = _on_clocks(first), _on_clocks(last)
    if last.date() != first.date():
        end = f"{written(last, 'D')} {end}"
    if first.utcoffset() != last.utcoffset() and ends_at - starts_at <= DAY:
        return f"{with_offset(start, first)}–{with_offset(end, last)}"
    shown = f"{start}–{end}" if end != start else start
    return with_offset(shown, last) if comes_twice(first) or comes_twice(last) else shown


def day(on: date, today: date) -> str:
    """ "Thu 27 Nov"; further than a school year away "Thu 27 Nov 2025"."""
    if abs(on - today) > SCHOOL_YEAR:
        return written(on, pgettext("short date with year", "D j M Y"))
    return written(on, pgettext("short date", "D j M"))


def long_day(on: date, today: date) -> str:
    """ "Thursday 27 November"."""
    if abs(on - today) > SCHOOL_YEAR:
        return written(on, pgettext("long date with year", "l j F Y"))
    return written(on, pgettext("long date", "l j F"))


def near_day(on: date, today: date) -> str:
    """ "Today", "Tomorrow", "Yesterday", or "" for any other day."""
    names = {0: gettext("Today"), 1: gettext("Tomorrow"), -1: gettext("Yesterday")}
    return names.get((on - today).days, "")


def day_and_span(starts_at: datetime, ends_at: datetime | None, zone: tzinfo, now: datetime) -> str:
    """ "Thu 27 Nov, 18:00–19:30"."""
    time = span(starts_at, ends_at, zone) if ends_at else clock_time(starts_at, zone)
    on = starts_at.astimezone(zone).date()
    return gettext("%(day)s, %(time)s") % {"day": day(on, now.astimezone(zone).date()), "time": time}


def week_of(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The calendar week that it is in the zone, from Monday's midnight to the next one's."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return midnight(monday, zone), midnight(monday + timedelta(weeks=1), zone)


def midnight(on: date, zone: tzinfo) -> datetime:
    """When a day begins in the zone."""
    return datetime.combine(on, wall_time(), zone)


def length(duration: timedelta) -> str:
    """ "90 min" up to 2 h, then "2 h 30"."""
    minutes = round(duration / MINUTE)
    if minutes < 120:
        return gettext("%(minutes)d min") % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    if not rest:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}


def until(at: datetime, now: datetime) -> str:
    """ "in 12 min" within the hour before, else "". Never stands alone: the clock time is beside it."""
    ahead = at - now
    if not timedelta(0) < ahead <= HOUR:
        return ""
    minutes = -(-ahead // MINUTE)
    return gettext("in %(minutes)d min") % {"minutes": minutes}


def since(at: datetime, now: datetime) -> str:
    """ "for 24 min" within the hour after, else ""."""
    if not timedelta(0) <= now - at < HOUR:
        return ""
    return gettext("for %(minutes)d min") % {"minutes": (now - at) // MINUTE}


def age(at: datetime, zone: tzinfo, now: datetime) -> str:
    """How old something is: "5 s ago", "12 min ago", after an hour its time, after its day the date too."""
    old = max(now - at, timedelta(0))
    if old < MINUTE:
        return gettext("%(seconds)d s ago") % {"seconds": old.seconds}
    if old < HOUR:
        return gettext("%(minutes)d min ago") % {"minutes": old // MINUTE}
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return clock_time(at, zone)
    return day_and_span(at, None, zone, now)


def state_of_start(starts_at: datetime, zone: tzinfo, now: datetime) -> str:
    """A board's first line before its class: "Starts in 12 min", "Tomorrow", or the day."""
    if now >= starts_at:
        return gettext("Ready to start")
    minutes = -(-(starts_at - now) // MINUTE)
    if minutes <= 60:
        return gettext("Starts in %(minutes)d min") % {"minutes": minutes}
    on, today = starts_at.astimezone(zone).date(), now.astimezone(zone).date()
    return near_day(on, today) or day(on, today)


def city(zone: tzinfo | str) -> str:
    """ "Madrid" for Europe/Madrid, "Buenos Aires" for America/Argentina/Buenos_Aires."""
    return present_name(str(zone)).rsplit("/", 1)[-1].replace("_", " ")


def differs(at: datetime, zone: tzinfo, other: tzinfo) -> bool:
    """Whether clocks in the two zones show different times at that instant."""
    return at.astimezone(zone).utcoffset() != at.astimezone(other).utcoffset()


def elsewhere(starts_at: datetime, class_zone: tzinfo | str, zone: tzinfo) -> str:
    """ "09:00 in London" where the class's clocks differ from the reader's, else "". Another day is named."""
    other = ZoneInfo(class_zone) if isinstance(class_zone, str) else class_zone
    if not differs(starts_at, zone, other):
        return ""
    there = starts_at.astimezone(other)
    time = clock_time(starts_at, other)
    if there.date() != starts_at.astimezone(zone).date():
        time = f"{written(there, 'D')} {time}"
    return gettext("%(time)s in %(city)s") % {"time": time, "city": city(other)}


#: Where a week begins on another day than Monday, by language (CLDR 48, supplemental/weekData)
SATURDAY_LANGUAGES = ("ar", "fa")
SUNDAY_LANGUAGES = ("en-us", "en-ca", "en-in", "en-ph", "he", "hi", "ja", "ko", "pt-br", "zh-hant")


def first_weekday(language: str) -> int:
    """The day on which a week begins for readers of a language; 0 is Monday, as `date.weekday()` has it."""
    language = language.lower()
    if language.startswith(SATURDAY_LANGUAGES):
        return 5
    return 6 if language.startswith(SUNDAY_LANGUAGES) else 0
