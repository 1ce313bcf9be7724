"""How the students of a register divide: each is counted as exactly one thing, whatever the class's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from eduraise.attendance.enums import Status
from eduraise.attendance.here import HERE, LEFT, WAITING

if TYPE_CHECKING:
    from eduraise.attendance.rows import Row
    from eduraise.attendance.sheet import Sheet

#: As what a student is counted besides the marks themselves and where they are
MISSING, NONE = "missing", "none"
#: What is told beside that, of students who are counted already
CHANGED, ENTERED, FLAGGED = "changed", "entered", "flagged"


@dataclass(frozen=True)
class Sum:
    """How many rows a filter would show."""

    value: str
    number: int
    words: str


def counted_as(row: Row) -> str:
    """As what a student is counted at this moment: HERE, WAITING, LEFT, MISSING, a Status or NONE. Until the
    planned end it is where they are that counts, after it their mark."""
    where = row.place.kind if row.place else MISSING if row.is_missing else ""
    order = (row.status, where) if row.sheet.is_past_its_end else (where, row.status)
    return next(filter(None, order), NONE)


def sums_of(sheet: Sheet) -> list[Sum]:
    """How many are counted as what, in words; together as many as there are students."""
    words = {
        HERE: _("here"),
        WAITING: _("in the waiting room"),
        LEFT: _("came") if sheet.has_paused else _("gone again"),
        MISSING: _("not here yet"),
        Status.PRESENT: _("present"),
        Status.LATE: _("late"),
        Status.LEFT_EARLY: _("left early"),
        Status.ABSENT: _("absent"),
        Status.EXCUSED: _("excused"),
        NONE: _none_words(sheet),
    }
    return _shown(words, sheet.counts)


def _none_words(sheet: Sheet) -> str:
    if not sheet.has_begun:
        return _("enrolled")
    was_expected = sheet.is_running and not sheet.is_led_elsewhere
    return _("not seen") if was_expected else _("without a mark")


def sums_among(sheet: Sheet) -> list[Sum]:
    """Of how many of them more is to be known."""
    words = {
        CHANGED: _("set by hand"),
        FLAGGED: _("to look at"),
        ENTERED: _("more became known of"),
    }
    return _shown(words, {value: sum(fits(row, value) for row in sheet.rows) for value in words})


def _shown(words: Mapping[str, str], counts: Mapping[str, int]) -> list[Sum]:
    return [Sum(value, counts[value], text) for value, text in words.items() if counts[value]]


def fits(row: Row, value: str) -> bool:
    """Whether a student is one of those whom a sum counts; "" is for all."""
    if value == CHANGED:
        return row.is_by_hand
    if value == ENTERED:
        return bool(row.late_label)
    if value == FLAGGED:
        return bool(row.flags)
    return not value or counted_as(row) == value
