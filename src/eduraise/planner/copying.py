"""A program copied to its next term, and its classes planned there by timetable and former classes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.planner.candidates import Candidate
from eduraise.planner.drafting import make_plan
from eduraise.planner.enums import PlanKind
from eduraise.planner.models import Plan
from eduraise.planner.sourcing import candidates_of, term_of, with_holidays
from eduraise.programs.copying import CopyDraft, copy_program, shift_of
from eduraise.programs.models import Program
from eduraise.programs.timetable_queries import slots_of


@transaction.atomic
def copy_to_term(
    *, program: Program, draft: CopyDraft, with_others: bool, by: User, now: datetime
) -> tuple[Program, Plan | None]:
    """The copy, and the plan of its term; None where there is nothing to plan. Nothing is booked by this.

    with_others: whether classes outside the timetable are planned again too, as many weeks later. Raises
    CodeTaken, TimetableTooLong, TooManyRows.
    """
    copy = copy_program(program=program, draft=draft, by=by, now=now)
    first_on, last_on = term_of(copy, now)
    found = candidates_of(copy, first_on=first_on, last_on=last_on, now=now) if slots_of(copy) else []
    if with_others:
        shift = shift_of(program, draft.starts_on)
        others = _others(program, copy, shift, draft.teachers)
        last_on = max([last_on, *(one.on for one in others)])
        found += with_holidays(copy, others, last_on=last_on, now=now)
    if not found:
        return copy, None
    in_order = sorted(found, key=lambda one: (one.on, one.local_start))
    return copy, make_plan(program=copy, candidates=in_order, by=by, now=now, kind=PlanKind.COPY)


def outside_timetable(program: Program) -> list[ClassSession]:
    """A program's classes that come from no hour of its week, nor lie on one: these the timetable brings
    anyway. Two queries."""
    hours = {(slot.weekday, slot.local_start) for slot in slots_of(program)}
    apart = ClassSession.objects.not_cancelled().filter(
        program=program, series__slot_uid__isnull=True, plan_row__slot_uid__isnull=True
    )
    found = apart.select_related("teacher").order_by("starts_at")
    return [one for one in found if _hour_of(one) not in hours]


def _hour_of(session: ClassSession) -> tuple[int, time]:
    local = session.starts_at.astimezone(ZoneInfo(session.zone))
    return local.isoweekday(), local.time()


def _others(program: Program, copy: Program, shift: timedelta, teachers: Collection[User]) -> list[Candidate]:
    found = []
    for one in outside_timetable(program):
        local = one.starts_at.astimezone(ZoneInfo(one.zone))
        found.append(
            Candidate(
                on=local.date() + shift,
                local_start=local.time(),
                minutes=int(one.duration / timedelta(minutes=1)),
                zone=one.zone,
                topic=one.topic,
                teacher=one.teacher if one.teacher in teachers else None,
            )
        )
    return found
