"""Holidays as people paste them, one a line: “2026-12-24 - 2027-01-06 Christmas”."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from eduraise.programs.holiday_rules import MOST_AT_ONCE, HolidaysUnreadable, Off, UnfitHoliday, off

_DATE = r"(\d{4}-\d{1,2}-\d{1,2})"
# between two dates: a dash, a tab or a comma from a spreadsheet, or a short word such as “to”, “bis”, “hasta”
_LINE = re.compile(
    rf"{_DATE}(?:[\s,;:.\-–—]*(?:[^\W\d]{{1,5}})?[\s,;:.\-–—]*{_DATE})?(?!\d)[\s,;:.\-–—]*(.*)"
)
#: How many bad lines are named before the rest is counted.
NAMED = 20


def read_lines(text: str) -> list[Off]:
    """The holidays of a text, each once; empty lines don't count.

    Dates are year-month-day, since other orders mean different days to different people. Raises
    HolidaysUnreadable with each bad line's number and what would be right.
    """
    found: dict[Off, None] = {}
    problems: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if not line.strip():
            continue
        try:
            found[_read(line.strip())] = None
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


def _read(line: str) -> Off:
    found = _LINE.fullmatch(line)
    if found is None:
        raise UnfitHoliday(_("Begin with a date, such as 2026-12-24."))
    first, last, name = found.groups()
    starts_on = _date(first)
    return off(starts_on, _date(last) if last else starts_on, name)


def _date(written: str) -> date:
    year, month, day = map(int, written.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        raise UnfitHoliday(_("There is no day %(day)s.") % {"day": written}) from None
