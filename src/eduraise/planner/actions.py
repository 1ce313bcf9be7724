"""What people do with a plan: make it, look at it again, choose, schedule, pause, try again what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.texts import clean_reason, clean_topic
from eduraise.classes.times import read_local
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.planner import checking
from eduraise.planner.enums import OnHoliday, PlanState, RowState
from eduraise.planner.grouping import groups_of
from eduraise.planner.models import Plan, PlannedClass
from eduraise.planner.words import words_of
from eduraise.programs.models import Program

MOST_ROWS = 1000


class TooManyRows(DomainError):
    """More classes than one plan may hold."""

    code = "too_many_rows"


class NothingToSchedule(DomainError):
    """No class of the plan can be scheduled."""

    code = "nothing_to_schedule"


class PlanMoved(Changed):
    """The plan is not where the person saw it."""

    code = "plan_moved"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A class as a timetable or a table gives it. on: local date in `zone`. holiday: its name, "" for none;
    next_free: the day that it could be on instead, None where there is none."""

    on: date
    local_start: time
    minutes: int
    zone: str
    topic: str
    teacher: User | None = None
    slot_uid: UUID | None = None
    every_weeks: int = 1
    holiday: str = ""
    next_free: date | None = None


@transaction.atomic
def make_plan(
    *,
    program: Program,
    candidates: Iterable[Candidate],
    by: User,
    now: datetime,
    on_holiday: OnHoliday = OnHoliday.SKIP,
) -> Plan:
    """Keep classes as a plan, of which nothing is scheduled yet. Raises TooManyRows, NothingToSchedule.

    A draft of the same person for the same program goes: it was never more than this one is.
    """
    found = list(candidates)
    if not found:
        raise NothingToSchedule(_("There are no classes to schedule."))
    if len(found) > MOST_ROWS:
        raise TooManyRows(
            _("A plan holds %(most)d classes at most, and these are %(number)d. Plan a shorter time.")
            % {"most": MOST_ROWS, "number": len(found)}
        )
    Plan.objects.filter(program=program, by=by, state=PlanState.DRAFT).delete()
    plan = Plan.objects.create(
        program=program, by=by, on_holiday=on_holiday, made_at=now, next_at=now, state=PlanState.DRAFT
    )
    rows = [_row(plan, number, candidate) for number, candidate in enumerate(found, 1)]
    for row in rows:
        _place(row, on_holiday)
    PlannedClass.objects.bulk_create(rows, batch_size=500)
    return plan


def _row(plan: Plan, number: int, candidate: Candidate) -> PlannedClass:
    return PlannedClass(
        plan=plan,
        row_number=number,
        slot_uid=candidate.slot_uid,
        on=candidate.on,
        held_on=candidate.on,
        next_free=candidate.next_free,
        local_start=candidate.local_start,
        minutes=candidate.minutes,
        every_weeks=candidate.every_weeks,
        zone=candidate.zone,
        teacher=candidate.teacher,
        topic=clean_topic(candidate.topic),
        holiday=candidate.holiday[:100],
        starts_at=read_local(datetime.combine(candidate.on, candidate.local_start), candidate.zone).at,
    )


def _place(row: PlannedClass, on_holiday: OnHoliday) -> None:
    """Put a class that falls on a holiday where it was chosen to go."""
    row.held_on, row.is_left_out = row.on, False
    if row.holiday and on_holiday is OnHoliday.SKIP:
        row.is_left_out = True
    elif row.holiday and on_holiday is OnHoliday.NEXT_FREE:
        row.held_on, row.is_left_out = row.next_free or row.on, row.next_free is None
    row.starts_at = read_local(datetime.combine(row.held_on, row.local_start), row.zone).at


@transaction.atomic
def choose_on_holiday(*, plan: Plan, choice: OnHoliday, now: datetime) -> None:
    """Choose for all classes on holidays at once. Raises PlanMoved."""
    _only_draft(plan, on_holiday=choice)
    rows = list(plan.rows.exclude(holiday=""))
    for row in rows:
        _place(row, choice)
    PlannedClass.objects.bulk_update(rows, ["held_on", "is_left_out", "starts_at"])


@transaction.atomic
def leave_out(*, plan: Plan, row_number: int, is_out: bool) -> None:
    """Leave one class out of the plan, or take it in again. Raises PlanMoved."""
    _only_draft(plan)
    plan.rows.filter(row_number=row_number, state=RowState.WAITING).update(is_left_out=is_out)


def look(plan: Plan, now: datetime) -> list[PlannedClass]:
    """The rows with what is to be known of them: of a plan that isn't begun as it is at this moment."""
    if plan.state == PlanState.DRAFT:
        return checking.check(plan, now)
    return list(plan.rows.select_related("teacher", "session").order_by("row_number"))


def begin(*, plan: Plan, by: User, now: datetime, reason: str = "") -> int:
    """Have the worker schedule all classes of a plan that nothing hinders; how many.

    What hinders them is looked for once more; those are kept with their reason and can be tried again alone.
    Raises PlanMoved, NothingToSchedule, TextUnfit.
    """
    rows = checking.check(plan, now)
    return _begin(plan, rows, by, now, clean_reason(reason))


@transaction.atomic
def _begin(plan: Plan, rows: Sequence[PlannedClass], by: User, now: datetime, reason: str) -> int:
    good = [row for row in rows if not row.is_left_out and not row.is_hindered]
    if not good:
        raise NothingToSchedule(_("None of these classes can be scheduled."))
    _only_draft(plan, state=PlanState.BOOKING, begun_at=now, next_at=now, by=by, reason=reason)
    for row in rows:
        if row.is_left_out:
            row.state = RowState.SKIPPED
        elif row.is_hindered:
            row.state, row.failure = RowState.FAILED, words_of(row)[0][:300]
    _number_groups(good)
    PlannedClass.objects.bulk_update(
        rows, ["state", "failure", "group", "verdicts", "starts_at"], batch_size=500
    )
    audit.record(
        "plan.begun",
        by=by,
        thing=plan,
        at=now,
        program_uid=plan.program.uid,
        after={"classes": len(good)},
    )
    return len(good)


def _number_groups(rows: Sequence[PlannedClass]) -> None:
    for number, group in enumerate(groups_of(rows), 1):
        for row in group:
            row.group = number


@transaction.atomic
def pause(*, plan: Plan, by: User, now: datetime) -> None:
    """Stop after the series that is being scheduled. Raises PlanMoved."""
    _move(plan, PlanState.BOOKING, PlanState.PAUSED)
    audit.record("plan.paused", by=by, thing=plan, at=now, program_uid=plan.program.uid)


@transaction.atomic
def resume(*, plan: Plan, by: User, now: datetime) -> None:
    """Go on with a plan that was paused. Raises PlanMoved."""
    _move(plan, PlanState.PAUSED, PlanState.BOOKING, next_at=now, attempts=0)
    audit.record("plan.resumed", by=by, thing=plan, at=now, program_uid=plan.program.uid)


@transaction.atomic
def try_again(*, plan: Plan, by: User, now: datetime, row_number: int | None = None) -> int:
    """Have what could not be scheduled tried once more, all or one class; how many. Raises PlanMoved."""
    _move(plan, PlanState.BOOKED, PlanState.BOOKING, next_at=now, attempts=0, told_at=None)
    failed = plan.rows.filter(state=RowState.FAILED)
    if row_number is not None:
        failed = failed.filter(row_number=row_number)
    rows = list(failed.order_by("on", "row_number"))
    last = max(plan.rows.values_list("group", flat=True), default=0)
    _number_groups(rows)
    for row in rows:
        row.group += last
        row.state, row.failure = RowState.WAITING, ""
    PlannedClass.objects.bulk_update(rows, ["state", "failure", "group"], batch_size=500)
    audit.record("plan.tried_again", by=by, thing=plan, at=now, program_uid=plan.program.uid)
    return len(rows)


def _only_draft(plan: Plan, **changes: object) -> None:
    _move(plan, PlanState.DRAFT, changes.pop("state", PlanState.DRAFT), **changes)


def _move(plan: Plan, state: str, to: object, **changes: object) -> None:
    if not Plan.objects.filter(pk=plan.pk, state=state).update(state=to, **changes):
        raise PlanMoved(_("This plan was gone on with meanwhile. Look at it again."))
    plan.refresh_from_db()
