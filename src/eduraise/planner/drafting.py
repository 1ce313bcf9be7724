"""Plans before they are scheduled: made of classes, looked at, classes left out, holidays chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.texts import clean_topic
from eduraise.classes.times import read_local
from eduraise.core.errors import Changed, DomainError
from eduraise.planner.candidates import Candidate
from eduraise.planner.enums import OnHoliday, PlanKind, PlanState, RowState
from eduraise.planner.models import Plan, PlannedClass
from eduraise.programs.models import Program

MOST_ROWS = 1000
DRAFTS_KEPT = timedelta(days=7)


class TooManyRows(DomainError):
    """More classes than one plan may hold."""

    code = "too_many_rows"


class NothingToSchedule(DomainError):
    """No class of the plan can be scheduled."""

    code = "nothing_to_schedule"


class PlanMoved(Changed):
    """The plan is not where the person saw it."""

    code = "plan_moved"


@transaction.atomic
def make_plan(
    *,
    program: Program,
    candidates: Iterable[Candidate],
    by: User,
    now: datetime,
    kind: PlanKind = PlanKind.TIMETABLE,
    on_holiday: OnHoliday = OnHoliday.SKIP,
) -> Plan:
    """Keep classes as a plan, of which nothing is scheduled yet. Raises TooManyRows, NothingToSchedule.

    Other drafts of the same person stay beside it for a week: one may be open in another tab.
    """
    found = list(candidates)
    if not found:
        raise NothingToSchedule(_("There are no classes to schedule."))
    plan = new_draft(program=program, by=by, now=now, kind=kind, on_holiday=on_holiday)
    write_rows(plan, found)
    return plan


def new_draft(
    *, program: Program, by: User, now: datetime, kind: PlanKind, on_holiday: OnHoliday = OnHoliday.SKIP
) -> Plan:
    """A plan without classes. Drafts of the person for the program that are left since long go."""
    old = Plan.objects.filter(program=program, by=by, state=PlanState.DRAFT, made_at__lt=now - DRAFTS_KEPT)
    old.delete()
    return Plan.objects.create(
        program=program,
        by=by,
        kind=kind,
        on_holiday=on_holiday,
        made_at=now,
        next_at=now,
        state=PlanState.DRAFT,
    )


def write_rows(plan: Plan, found: Sequence[Candidate]) -> None:
    """Give a draft these classes instead of those that it has. Raises TooManyRows."""
    if len(found) > MOST_ROWS:
        raise TooManyRows(
            _("A plan holds %(most)d classes at most, and these are %(number)d. Plan a shorter time.")
            % {"most": MOST_ROWS, "number": len(found)}
        )
    rows = [_row(plan, number, candidate) for number, candidate in enumerate(found, 1)]
    for row in rows:
        _place(row, OnHoliday(plan.on_holiday))
    plan.rows.all().delete()
    PlannedClass.objects.bulk_create(rows, batch_size=500)


def _row(plan: Plan, number: int, candidate: Candidate) -> PlannedClass:
    return PlannedClass(
        plan=plan,
        row_number=candidate.number or number,
        slot_uid=candidate.slot_uid,
        on=candidate.on,
        held_on=candidate.on,
        next_free=candidate.next_free,
        local_start=candidate.local_start,
        minutes=candidate.minutes,
        every_weeks=candidate.every_weeks,
        zone=candidate.zone,
        teacher=candidate.teacher,
        said_teacher=candidate.said_teacher,
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
    only_draft(plan, on_holiday=choice)
    rows = list(plan.rows.exclude(holiday=""))
    for row in rows:
        _place(row, choice)
    PlannedClass.objects.bulk_update(rows, ["held_on", "is_left_out", "starts_at"])


@transaction.atomic
def leave_out(*, plan: Plan, row_number: int, is_out: bool) -> None:
    """Leave one class out of the plan, or take it in again. Raises PlanMoved."""
    only_draft(plan)
    plan.rows.filter(row_number=row_number, state=RowState.WAITING).update(is_left_out=is_out)


@transaction.atomic
def give_teacher(*, plan: Plan, rows: Iterable[PlannedClass], teacher: User) -> int:
    """Let somebody teach these classes of a plan of which nothing is scheduled yet; how many. Whether she can
    is looked at with the plan. Raises PlanMoved.
    """
    only_draft(plan)
    return put_teacher(plan, rows, RowState.WAITING, teacher)


def put_teacher(plan: Plan, rows: Iterable[PlannedClass], state: RowState, teacher: User) -> int:
    """Write her into those of these rows that are in a state; how many."""
    found = plan.rows.filter(pk__in=[row.pk for row in rows], state=state)
    return found.update(teacher=teacher, said_teacher="")


def only_draft(plan: Plan, **changes: object) -> None:
    """Change a plan of which nothing is scheduled yet. Raises PlanMoved."""
    move(plan, PlanState.DRAFT, changes.pop("state", PlanState.DRAFT), **changes)


def move(plan: Plan, state: str, to: object, **changes: object) -> None:
    """Bring a plan from one state to another, if that is where it stands. Raises PlanMoved."""
    if not Plan.objects.filter(pk=plan.pk, state=state).update(state=to, **changes):
        raise PlanMoved(_("This plan was gone on with meanwhile. Look at it again."))
    plan.refresh_from_db()
