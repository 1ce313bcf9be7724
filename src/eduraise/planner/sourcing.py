"""What a program's timetable wants: each date of each slot, with the topic that the term has for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from eduraise.classes.freeing import FreeHours
from eduraise.classes.times import read_local
from eduraise.core.errors import DomainError
from eduraise.planner.candidates import Candidate
from eduraise.programs.expanding import expand, next_free
from eduraise.programs.models import Holiday, Program
from eduraise.programs.timetable_queries import holidays_of, slots_of

DAY = timedelta(days=1)
# The term of a program that has no last day
USUAL_TERM = timedelta(weeks=26)


class NoSlots(DomainError):
    """The timetable has no hours yet."""

    code = "no_slots"


def term_of(program: Program, now: datetime) -> tuple[date, date]:
    """From when until when a program is planned if nobody says otherwise: from tomorrow at the earliest."""
    tomorrow = now.astimezone(ZoneInfo(program.zone)).date() + timedelta(days=1)
    first = max(program.starts_on or tomorrow, tomorrow)
    return first, max(program.ends_on or first + USUAL_TERM, first)


def candidates_of(program: Program, *, first_on: date, last_on: date, now: datetime) -> list[Candidate]:
    """The classes of a program's timetable from one day to another. Raises NoSlots, TimetableTooLong."""
    slots = slots_of(program)
    if not slots:
        raise NoSlots(_("The timetable has no hours yet. Add the first one."))
    holidays = list(holidays_of(program, first_on=first_on, last_on=last_on))
    dated = expand(slots, holidays, first_on=first_on, last_on=last_on)
    by_slot = {slot.uid: slot for slot in slots}
    found = [
        Candidate(
            on=one.on,
            local_start=one.local_start,
            minutes=one.minutes,
            zone=program.zone,
            topic=program.title,
            teacher=by_slot[one.slot_uid].teacher,
            slot_uid=one.slot_uid,
            every_weeks=by_slot[one.slot_uid].every_weeks,
        )
        for one in dated
    ]
    return with_holidays(program, found, holidays, last_on=last_on, now=now)


def with_holidays(
    program: Program,
    found: Sequence[Candidate],
    holidays: Iterable[Holiday] | None = None,
    *,
    last_on: date,
    now: datetime,
) -> list[Candidate]:
    """The same classes; those on a holiday with its name, and the day that they could be on instead: one of
    the program's days without another of these classes, on which their teacher is there and teaches nothing
    else then.

    holidays: of the program in this span, read if not given.
    """
    first_on = min((one.on for one in found), default=last_on)
    if holidays is None:
        holidays = holidays_of(program, first_on=first_on, last_on=last_on)
    breaks = list(holidays)
    off = {one: name for one in found if (name := _holiday_on(one.on, breaks))}
    if not off:
        return list(found)
    days = _FreeDays(program, breaks, {one.on for one in found}, (first_on, last_on), now, off)
    return [replace(one, holiday=off[one], next_free=days.after(one)) if one in off else one for one in found]


def _holiday_on(on: date, breaks: Iterable[Holiday]) -> str:
    return next((off.name for off in breaks if off.starts_on <= on <= off.ends_on), "")


class _FreeDays:
    """The days on which classes could be instead of a holiday. A break of a week has several, and each gets a
    day of its own."""

    def __init__(
        self,
        program: Program,
        breaks: Sequence[Holiday],
        taken: set[date],
        span: tuple[date, date],
        now: datetime,
        found: Iterable[Candidate],
    ) -> None:
        self.breaks, self.taken, self.last_on = breaks, taken, span[1]
        self.weekdays = program.class_settings.isoweekdays
        first, last = (datetime.combine(on, time(), ZoneInfo(program.zone)) for on in span)
        teachers = {one.teacher for one in found if one.teacher}
        self.free = FreeHours(teachers=teachers, within=(first, last + 2 * DAY), now=now)

    def after(self, one: Candidate) -> date | None:
        """The first day after its own that would do, taken for it; None where there is none."""
        on = one.on
        while day := next_free(on, self.breaks, self.weekdays, last_on=self.last_on, taken=self.taken):
            at = read_local(datetime.combine(day, one.local_start), one.zone).at
            span = (at, at + timedelta(minutes=one.minutes))
            if one.teacher is None or self.free.take(span, teacher=one.teacher.pk):
                self.taken.add(day)
                return day
            on = day
        return None
