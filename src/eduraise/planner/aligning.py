"""Bringing a timetable and its program's booked classes in line: the timetable says what the classes have,
or the days without class are planned. Classes themselves are moved where several are moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core.errors import Changed
from eduraise.planner.candidates import Candidate
from eduraise.planner.comparing import Apart, compare
from eduraise.planner.drafting import make_plan
from eduraise.planner.lessons import weeks_between
from eduraise.planner.models import Plan
from eduraise.planner.sourcing import candidates_of
from eduraise.programs.models import Program, Slot
from eduraise.programs.slots import SlotDraft, add_slots, change_slot


def splits(apart: Apart) -> bool:
    """Whether the slot stays as it is until these classes begin, since others of it come before them."""
    return bool(apart.slot and apart.stays)


def may_take_over(apart: Apart) -> bool:
    """Whether the timetable can say what these classes have: not where others of their slot, which are as it
    says, come between or after them, and not where it has their hour, but not their days."""
    return not apart.is_outside and not (apart.stays and apart.stays[-1] >= apart.days[0])


@transaction.atomic
def take_over(*, program: Program, key: str, by: User, now: datetime) -> Slot:
    """Let the timetable say what coming classes have, from the first of them on; the slot that says it.

    key: of the classes in the comparison. Raises Changed where they don't differ any more, UnfitSlot,
    ProgramArchived.
    """
    apart = compare(program, now).find(key)
    if apart is None or not may_take_over(apart):
        raise Changed(_("Classes and timetable have changed meanwhile. Look at them again."))
    slot = apart.slot
    if slot is None:
        return add_slots(program=program, drafts=[_new(apart, program)], by=by, now=now)[0]
    if not splits(apart):
        return change_slot(slot=slot, draft=_moved(apart, slot), seen_version=slot.version, by=by, now=now)
    first = apart.days[0]
    ended = _ended(slot, until_on=first - timedelta(days=1))
    change_slot(slot=slot, draft=ended, seen_version=slot.version, by=by, now=now)
    return add_slots(program=program, drafts=[_moved(apart, slot, from_on=first)], by=by, now=now)[0]


def plan_missing(*, program: Program, by: User, now: datetime) -> Plan:
    """A plan of just the coming days of the timetable that have no class. Nothing is booked by this. Raises
    NothingToSchedule, NoSlots, TooManyRows."""
    missing = compare(program, now).missing
    wanted = {(one.slot.uid, on) for one in missing for on in one.days}
    days = [on for _uid, on in wanted]
    found: list[Candidate] = []
    if days:
        every = candidates_of(program, first_on=min(days), last_on=max(days), now=now)
        found = [one for one in every if (one.slot_uid, one.on) in wanted]
    return make_plan(program=program, candidates=found, by=by, now=now)


def _moved(apart: Apart, slot: Slot, from_on: date | None = None) -> SlotDraft:
    """The slot at the hour of these classes; its own first and last day wide enough for them."""
    first, last = apart.days[0], apart.days[-1]
    return replace(
        SlotDraft.of(slot),
        weekday=apart.hour.weekday,
        local_start=apart.hour.local_start,
        minutes=apart.hour.minutes,
        anchor_on=first,
        from_on=from_on or (min(slot.from_on, first) if slot.from_on else None),
        until_on=max(slot.until_on, last) if slot.until_on else None,
    )


def _ended(slot: Slot, until_on: date) -> SlotDraft:
    from_on = min(slot.from_on, until_on) if slot.from_on else None
    return replace(SlotDraft.of(slot), from_on=from_on, until_on=until_on)


def _new(apart: Apart, program: Program) -> SlotDraft:
    """A slot for classes of none: their hour, on their days and no others."""
    days, teachers = apart.days, {one.teacher_id: one.teacher for one in apart.sessions}
    weeks = weeks_between(days)
    ends = days[-1] + timedelta(weeks=weeks)
    is_last = program.ends_on is not None and ends > program.ends_on
    return SlotDraft(
        weekday=apart.hour.weekday,
        local_start=apart.hour.local_start,
        minutes=apart.hour.minutes,
        every_weeks=weeks,
        anchor_on=days[0],
        teacher=next(iter(teachers.values())) if len(teachers) == 1 else None,
        from_on=days[0],
        until_on=None if is_last else days[-1],
    )
