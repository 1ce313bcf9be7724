"""What a program's timetable wants: each date of each slot, with the topic that the term has for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError
from eduraise.planner.candidates import Candidate
from eduraise.programs.expanding import expand, next_free
from eduraise.programs.models import Holiday, Program
from eduraise.programs.timetable_queries import holidays_of, slots_of

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


def candidates_of(program: Program, *, first_on: date, last_on: date) -> list[Candidate]:
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
    return with_holidays(program, found, holidays, last_on=last_on)


def with_holidays(
    program: Program, found: Sequence[Candidate], holidays: Iterable[Holiday] | None = None, *, last_on: date
) -> list[Candidate]:
    """The same classes; those on a holiday with its name, and the day that they could be on instead.

    holidays: of the program in this span, read if not given.
    """
    if holidays is None:
        first_on = min((one.on for one in found), default=last_on)
        holidays = holidays_of(program, first_on=first_on, last_on=last_on)
    breaks = list(holidays)
    taken = {one.on for one in found}
    weekdays = program.class_settings.isoweekdays

    def of(one: Candidate) -> Candidate:
        name = next((off.name for off in breaks if off.starts_on <= one.on <= off.ends_on), "")
        if not name:
            return one
        free = next_free(one.on, breaks, weekdays, last_on=last_on, taken=taken)
        if free:
            taken.add(free)  # a break of a week has several, and each gets a day of its own
        return replace(one, holiday=name, next_free=free)

    return [of(one) for one in found]
