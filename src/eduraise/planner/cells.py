"""Dates, hours and lengths as people write them into tables. Knows no database.

Each reader gives None for what it can't read: whether that is wrong is for those who ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from functools import cache

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, override

from eduraise.ui.written_dates import Order, month_named

SHORTEST, LONGEST = 5, 1440
#: Whole numbers below are hours: no class lasts four minutes.
MOST_BARE_HOURS = 4
DAY = 24 * 60
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?")
_NUMBERS = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})?\.?")
# 1.5 is a length, 1.5. a day
_NO_YEAR = re.compile(r"(\d{1,2})(/|\.(?=\d{1,2}\.$))(\d{1,2})\.?")
_DAY_WORD = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s-]*(?:de\s+)?([^\W\d]+)\.?[\s,-]*(?:del?\s+)?(\d{4}|\d{2})?"
)
_WORD_DAY = re.compile(r"([^\W\d]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?[\s,]*(\d{4})?")
_CLOCK = r"(\d{1,2})(?:\s?[:.hH]\s?(\d{2}))?(?::\d{2})?\s?[hH]?\s?([aApP])?\.?\s?(?:[mM]\.?)?"
_TIME = re.compile(_CLOCK)
_FOUR_DIGITS = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_SPAN = re.compile(rf"{_CLOCK}\s?(?:[-–—]|to|bis|a|à|until)\s?{_CLOCK}")
_WITH_TIME = re.compile(
    r"(.*?\d)(?:T|,?\s+(?:at\s+|um\s+|à\s+|a las\s+)?)(\d{1,2}[:.hH]\d{2}.*|\d{1,2}\s?[aApP]\.?[mM].*)"
)
_COLON = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?(?:\s?h)?")
_PARTS = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s?(?:h|hr|hrs|hours?|std|stunden?|horas?|heures?)\.?)?\s?(?:(\d+)\s?(?:m|min|mins|minutes?|minuten|minutos)?\.?)?",
    re.IGNORECASE,
)


def order_in(cells: Iterable[str], otherwise: Order) -> Order:
    """The order that a column's dates have, if one of them shows it."""
    found = [match for cell in cells if (match := _NUMBERS.fullmatch(_bare(cell)))]
    slashed = [(int(match[1]), int(match[3])) for match in found if match[2] != "."]
    if any(first > 12 for first, _second in slashed):
        return Order.DAY_FIRST
    if any(second > 12 for _first, second in slashed):
        return Order.MONTH_FIRST
    return otherwise


def read_date(cell: str, order: Order, today: date) -> date | None:
    """A day: 2027-03-04, 4.3.2027, 3/4/27, "Thu 4 March 2027", "Mar 4". Without a year, the next such day."""
    bare = _bare(cell)
    if match := _YEAR_FIRST.fullmatch(bare):
        return _date(match[1], match[2], match[3], today)
    if match := _NUMBERS.fullmatch(bare) or _NO_YEAR.fullmatch(bare):
        # dots part days from months in that order everywhere
        day_first = order is Order.DAY_FIRST or match[2] == "."
        day, month = (match[1], match[3]) if day_first else (match[3], match[1])
        return _date(match[4] if match.re is _NUMBERS else None, month, day, today)
    if match := _DAY_WORD.fullmatch(bare):
        return _date(match[3], month_named(match[2]), match[1], today)
    if match := _WORD_DAY.fullmatch(bare):
        return _date(match[3], month_named(match[1]), match[2], today)
    return None


def parted(cell: str) -> tuple[str, str]:
    """A cell with a day and an hour in two: "2027-03-04T18:00" is "2027-03-04" and "18:00". Without an hour
    the second is empty."""
    match = _WITH_TIME.fullmatch(cell.strip())
    return (match[1], match[2]) if match else (cell, "")


def read_span(cell: str) -> tuple[time, time | None] | None:
    """An hour, or one and when it ends: 18:00, 6 pm, 18h30, "6:00–7:30 pm"."""
    bare = " ".join(cell.split())
    if match := _FOUR_DIGITS.fullmatch(bare):
        return time(int(match[1]), int(match[2])), None
    if match := _TIME.fullmatch(bare):
        start = _clock(match[1], match[2], match[3]) if _is_clock(bare) else None
        return None if start is None else (start, None)
    if match := _SPAN.fullmatch(bare):
        start, end = _clock(match[1], match[2], match[3] or match[6]), _clock(match[4], match[5], match[6])
        if start and end and not match[3] and match[6] and _minute(start) > _minute(end):
            start = _clock(match[1], match[2], "a")  # 11–1 pm begins in the morning
        return None if start is None or end is None else (start, end)
    return None


def read_time(cell: str) -> time | None:
    """One hour of the day."""
    found = read_span(cell)
    return found[0] if found and found[1] is None else None


def read_minutes(cell: str) -> int | None:
    """A length in minutes: 90, "1:30", "1 h 30", "1.5 h", "45 min"."""
    bare = " ".join(cell.split())
    if match := _COLON.fullmatch(bare):
        return _length(int(match[1]) * 60 + int(match[2]))
    match = _PARTS.fullmatch(bare)
    if match is None or not (match[1] or match[2]):
        return _decimal(bare)
    hours = float(match[1].replace(",", ".")) if match[1] else 0.0
    minutes = int(match[2]) if match[2] and len(match[2]) < 6 else 0
    if not match[1] and bare.isdecimal() and minutes <= MOST_BARE_HOURS:
        minutes *= 60
    return _length(round(hours * 60) + minutes)


def minutes_between(start: time, end: time) -> int:
    """From one hour to another, on the next day where that is earlier; a whole day between equal ones."""
    return (_minute(end) - _minute(start) - 1) % DAY + 1


def is_weekday(cell: str) -> bool:
    """Whether it is the name of a day of the week, and nothing else."""
    return cell.strip(" .").casefold() in _weekdays(get_language() or "")


def _bare(cell: str) -> str:
    """A date without the weekday before it."""
    words = cell.replace(",", " , ").split()
    while words and (words[0] == "," or is_weekday(words[0])):
        words.pop(0)
    return " ".join(words).replace(" ,", ",")


def _date(year: str | None, month: str | int | None, day: str, today: date) -> date | None:
    if month is None:
        return None
    try:
        if year:
            return date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
        return _next(int(month), int(day), today)
    except ValueError:
        return None


def _next(month: int, day: int, today: date) -> date | None:
    """The first such day that isn't before today; 29 February is looked for as far as the next leap year."""
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


@cache
def _weekdays(_language: str) -> frozenset[str]:
    groups = (WEEKDAYS, WEEKDAYS_ABBR)
    own = {str(name).strip(".").casefold() for group in groups for name in group.values()}
    with override("en"):
        return frozenset(own | {str(name).casefold() for group in groups for name in group.values()})


def _is_clock(bare: str) -> bool:
    """Whether it shows that it is an hour of the day: "18" alone could be anything."""
    return not bare.isdecimal()


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "pP" else 0)
    if hours == 24 and not minutes:
        hours = 0
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _decimal(bare: str) -> int | None:
    if re.fullmatch(r"\d{1,2}[.,]\d{1,2}", bare):
        return _length(round(float(bare.replace(",", ".")) * 60))
    return None


def _length(minutes: int) -> int | None:
    return minutes if SHORTEST <= minutes <= LONGEST else None


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
