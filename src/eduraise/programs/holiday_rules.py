"""What a holiday must be, whichever way it comes: typed, pasted or from a file. Knows no database."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError

LONGEST_NAME = 100
LONGEST_DAYS = 366
MOST_AT_ONCE = 500
YEARS = range(1990, 2101)


class UnfitHoliday(DomainError):
    """Days or a name that no holiday can have."""

    code = "unfit_holiday"


class HolidaysUnreadable(DomainError):
    """Lines or a file of which something can't be read: then nothing of it is done. problems: each thing."""

    code = "holidays_unreadable"

    def __init__(self, problems: list[str], *, field: str) -> None:
        super().__init__(" ".join(problems), field=field)
        self.problems = problems


@dataclass(frozen=True)
class Off:
    """Days without classes, first and last included, and what they are called."""

    starts_on: date
    ends_on: date
    name: str


def off(starts_on: date, ends_on: date, name: str) -> Off:
    """A holiday that can be kept; spaces and invisible characters in its name are put in order.

    Raises UnfitHoliday at the field concerned.
    """
    name = tidy(name)
    if not name:
        raise UnfitHoliday(_("Give it a name, such as Christmas."), field="name")
    if len(name) > LONGEST_NAME:
        raise UnfitHoliday(_("A name has %(most)d letters at most.") % {"most": LONGEST_NAME}, field="name")
    if starts_on.year not in YEARS or ends_on.year not in YEARS:
        raise UnfitHoliday(_("Look at the year again."), field="starts_on")
    if ends_on < starts_on:
        raise UnfitHoliday(_("The last day must not be before the first."), field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise UnfitHoliday(_("This is longer than a year. Look at the dates again."), field="ends_on")
    return Off(starts_on, ends_on, name)


def tidy(name: str) -> str:
    """A name on one line without control characters."""
    shown = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in name)
    return " ".join(shown.split())
