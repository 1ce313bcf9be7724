"""A timetable in words: “Every Tue and Thu, 18:00–19:30, Madrid time: 42 classes, skips 6 holidays.”"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.programs.expanding import Tally, TimetableTooLong, tally
from eduraise.programs.models import Program, Slot
from eduraise.programs.timetable_queries import dated_of
from eduraise.ui import times

#: Any Monday: hours of the week are written as hours of a day of it.
MONDAY = date(2024, 1, 1)
#: How many different hours a sentence names.
NAMED = 4


@dataclass(frozen=True)
class Sum:
    """What a timetable comes to within its term: in words, and its number of classes where that is known."""

    words: str
    count: str = ""


def span_of(slot: Slot) -> str:
    """ "18:00–19:30"; past midnight with the day on which it ends."""
    return hours_of(slot.weekday, slot.local_start, slot.minutes)


def hours_of(weekday: int, local_start: time, minutes: int) -> str:
    """The same of an hour that is no slot."""
    starts_at = datetime.combine(MONDAY + timedelta(days=weekday - 1), local_start, UTC)
    return times.span(starts_at, starts_at + timedelta(minutes=minutes), UTC)


def rule_of(slot: Slot, today: date) -> str:
    """When it is held if that isn't each week of the term: "every second week, counted from Tue 1 Dec"."""
    said = []
    if slot.every_weeks > 1:
        words = {"weeks": slot.every_weeks, "day": times.day(slot.anchor_on, today)}
        said.append(
            _("every second week, counted from %(day)s") % words
            if slot.every_weeks == 2
            else _("every %(weeks)d weeks, counted from %(day)s") % words
        )
    return ", ".join([*said, *_bounds(slot, today)])


def sum_of(program: Program, slots: list[Slot], today: date) -> Sum:
    """A timetable in a sentence, with its number of classes where the term is known. At most one query."""
    if not slots:
        return Sum(_("No hours of the week yet."))
    head = _patterns(slots, today)
    where = _("%(city)s time") % {"city": times.city(program.zone)}
    if program.starts_on is None or program.ends_on is None:
        missing = _("Give the first and the last day of the term, and the classes are counted.")
        return Sum(f"{head}, {where}. {missing}")
    try:
        found = tally(dated_of(program, slots))
    except TimetableTooLong as problem:
        return Sum(f"{head}, {where}. {problem.message}")
    term = f"{times.day(program.starts_on, today)} – {times.day(program.ends_on, today)}"
    said = format_html("{}, {}, {}: <b>{}</b>{}.", head, where, term, _classes(found), _beside(found))
    return Sum(said, _classes(found))


def _classes(found: Tally) -> str:
    return ngettext("%(n)d class", "%(n)d classes", found.classes) % {"n": found.classes}


def _beside(found: Tally) -> str:
    said = [times.length(timedelta(minutes=found.minutes))] if found.minutes else []
    if found.skipped:
        words = ngettext("skips %(n)d holiday", "skips %(n)d holidays", found.skipped)
        said.append(words % {"n": found.skipped})
    return "".join(f", {one}" for one in said)


type _Kind = tuple[int, time, int, date | None, date | None, int]


def _patterns(slots: Iterable[Slot], today: date) -> str:
    """ "Every Tue and Thu, 18:00–19:30; every second Fri, 10:00–11:00"."""
    kinds: dict[_Kind, list[Slot]] = {}
    for slot in slots:
        kinds.setdefault(_kind(slot), []).append(slot)
    said = [_pattern(alike, today) for alike in list(kinds.values())[:NAMED]]
    if (more := len(kinds) - NAMED) > 0:
        said.append(ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more})
    joined = "; ".join(said)
    return joined[:1].upper() + joined[1:]


def _kind(slot: Slot) -> _Kind:
    # where an hour ends on the next day, that day is named: then each weekday stands for itself
    ends = datetime.combine(MONDAY, slot.local_start) + timedelta(minutes=slot.minutes)
    own = slot.weekday if ends.date() != MONDAY else 0
    return (slot.every_weeks, slot.local_start, slot.minutes, slot.from_on, slot.until_on, own)


def _pattern(alike: list[Slot], today: date) -> str:
    slot = alike[0]
    days = dict.fromkeys(str(WEEKDAYS_ABBR[one.weekday - 1]) for one in alike)
    words = {"days": get_text_list(list(days), _("and")), "weeks": slot.every_weeks}
    every = {1: _("every %(days)s"), 2: _("every second %(days)s")}
    said = every.get(slot.every_weeks, _("every %(weeks)d weeks on %(days)s")) % words
    return ", ".join([said, span_of(slot), *_bounds(slot, today)])


def _bounds(slot: Slot, today: date) -> list[str]:
    bounds = ((slot.from_on, _("from %(day)s")), (slot.until_on, _("until %(day)s")))
    return [said % {"day": times.day(on, today)} for on, said in bounds if on is not None]
