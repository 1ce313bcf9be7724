"""What a program's timetable wants: each date of each slot, with the topic that the term has for it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError
from eduraise.planner.actions import Candidate
from eduraise.programs.expanding import expand, next_free
from eduraise.programs.models import Program
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
    taken = {one.on for one in dated}
    weekdays = [day + 1 for day in range(7) if program.class_settings.weekdays & (1 << day)]
    return [
        Candidate(
            on=one.on,
            local_start=one.local_start,
            minutes=one.minutes,
            zone=program.zone,
            topic=program.title,
            teacher=by_slot[one.slot_uid].teacher,
            slot_uid=one.slot_uid,
            every_weeks=by_slot[one.slot_uid].every_weeks,
            holiday=one.holiday,
            next_free=next_free(one.on, holidays, weekdays, last_on=last_on, taken=taken)
            if one.holiday
            else None,
        )
        for one in dated
    ]
