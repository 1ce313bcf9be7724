"""Holidays as people paste them, one a line: “2026-12-24 - 2027-01-06 Christmas”."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eduraise.programs.holiday_rules import MOST_AT_ONCE, HolidaysUnreadable, Off, UnfitHoliday, off
from eduraise.ui.written_dates import Order, month_named, month_names

_BY_NUMBER = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{1,2}/\d{1,2}/\d{4}"
# between two dates: a dash, a tab or a comma from a spreadsheet, or a short word such as “to”, “bis”, “hasta”
_BETWEEN = r"[\s,;:.\-–—]*(?:[^\W\d]{1,5})?[\s,;:.\-–—]*"
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/\d{4}")
#: How many bad lines are named before the rest is counted.
NAMED = 20
MONTHS_OF_A_YEAR = 12


def read_lines(text: str, order: Order) -> list[Off]:
    """The holidays of a text, each once; empty lines don't count.

    Dates are 2026-12-24, 24.12.2026, 24/12/2026, 24 December 2026 or December 24, 2026. order: of day and
    month between slashes, where none of the text's dates shows which it is. Raises HolidaysUnreadable with
    each bad line's number and what would be right.
    """
    order = _order_in(text, order)
    found: dict[Off, None] = {}
    problems: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if not line.strip():
            continue
        try:
            found[_read(line.strip(), order)] = None
        except UnfitHoliday as problem:
            problems.append(
                _("Line %(number)d: %(problem)s") % {"number": number, "problem": problem.message}
            )
    if len(found) > MOST_AT_ONCE:
        problems = [_("These are more than %(most)d holidays. Bring them in parts.") % {"most": MOST_AT_ONCE}]
    elif not found and not problems:
        problems = [_("There is no line with a holiday in it.")]
    if problems:
        raise HolidaysUnreadable(_shortened(problems), field="text")
    return list(found)


def _shortened(problems: list[str]) -> list[str]:
    more = len(problems) - NAMED
    if more <= 0:
        return problems
    return [*problems[:NAMED], _("And %(more)d more lines that can’t be read.") % {"more": more}]


def _order_in(text: str, otherwise: Order) -> Order:
    dates = [(int(found[1]), int(found[2])) for found in _SLASHED.finditer(text)]
    if any(first > MONTHS_OF_A_YEAR for first, _second in dates):
        return Order.DAY_FIRST
    if any(second > MONTHS_OF_A_YEAR for _first, second in dates):
        return Order.MONTH_FIRST
    return otherwise


def _read(line: str, order: Order) -> Off:
    found = _line(get_language() or "").fullmatch(line)
    if found is None:
        raise UnfitHoliday(_("Begin with a date, such as 2026-12-24."))
    first, last, name = found.groups()
    starts_on = _date(first, order)
    return off(starts_on, _date(last, order) if last else starts_on, name)


@cache
def _line(language: str) -> re.Pattern[str]:
    """A line of the language's readers: a date, perhaps another, a name."""
    names = sorted(month_names(language), key=len, reverse=True)
    month = rf"(?:{'|'.join(map(re.escape, names))})(?![^\W\d])\.?"
    day_first = rf"\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?[ ]?(?:de[ ])?{month},?[ ](?:del?[ ])?\d{{4}}"
    month_first = rf"{month}[ ]?\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{4}}"
    date_of_line = rf"({_BY_NUMBER}|{day_first}|{month_first})"
    return re.compile(rf"{date_of_line}(?:{_BETWEEN}{date_of_line})?(?!\d)[\s,;:.\-–—]*(.*)", re.IGNORECASE)


def _date(written: str, order: Order) -> date:
    year, month, day = _parts(written, order)
    try:
        return date(year, month, day)
    except ValueError:
        raise UnfitHoliday(_("There is no day %(day)s.") % {"day": written}) from None


def _parts(written: str, order: Order) -> tuple[int, int, int]:
    """Year, month and day."""
    numbers = [int(one) for one in re.findall(r"\d+", written)]
    if len(numbers) == 2:
        words = re.findall(r"[^\W\d]+", written)
        month = next((found for word in words if (found := month_named(word))), 0)
        return numbers[1], month, numbers[0]
    first, second, third = numbers
    if "-" in written:
        return first, second, third
    month_first = "/" in written and order is Order.MONTH_FIRST
    return (third, first, second) if month_first else (third, second, first)
