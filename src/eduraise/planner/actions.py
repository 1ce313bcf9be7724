"""What people do with a plan: look at it again, schedule it, pause, try again what failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.texts import clean_reason
from eduraise.core import audit
from eduraise.planner import checking
from eduraise.planner.checking import Looked
from eduraise.planner.drafting import NothingToSchedule, move, only_draft, put_teacher
from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.grouping import groups_of
from eduraise.planner.models import Plan, PlannedClass
from eduraise.planner.words import words_of


def look(plan: Plan, now: datetime) -> Looked:
    """The rows with what is to be known of them: of a plan that isn't begun as it is at this moment."""
    if plan.state == PlanState.DRAFT:
        return checking.check(plan, now)
    host = "session__occurrence__meeting__host"
    rows = plan.rows.select_related("teacher", "session__series", f"{host}__account", f"{host}__teacher")
    return Looked(list(rows.order_by("row_number")))


def begin(*, plan: Plan, by: User, now: datetime, reason: str = "") -> int:
    """Have the worker schedule all classes of a plan that nothing hinders; how many.

    What hinders them is looked for once more; those are kept with their reason and can be tried again alone.
    Raises PlanMoved, NothingToSchedule, TextUnfit.
    """
    rows = checking.check(plan, now).rows
    return _begin(plan, rows, by, now, clean_reason(reason))


@transaction.atomic
def _begin(plan: Plan, rows: Sequence[PlannedClass], by: User, now: datetime, reason: str) -> int:
    good = [row for row in rows if not row.is_left_out and not row.is_hindered]
    if not good:
        raise NothingToSchedule(_("None of these classes can be scheduled."))
    only_draft(plan, state=PlanState.BOOKING, begun_at=now, next_at=now, by=by, reason=reason)
    for row in rows:
        if row.is_left_out:
            row.state = RowState.SKIPPED
        elif row.is_booked_already:
            row.state, row.failure = RowState.SKIPPED, words_of(row)[0][:300]
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
    move(plan, PlanState.BOOKING, PlanState.PAUSED)
    audit.record("plan.paused", by=by, thing=plan, at=now, program_uid=plan.program.uid)


@transaction.atomic
def resume(*, plan: Plan, by: User, now: datetime) -> None:
    """Go on with a plan that was paused. Raises PlanMoved."""
    move(plan, PlanState.PAUSED, PlanState.BOOKING, next_at=now, attempts=0)
    audit.record("plan.resumed", by=by, thing=plan, at=now, program_uid=plan.program.uid)


@transaction.atomic
def try_again(*, plan: Plan, by: User, now: datetime, row_number: int | None = None) -> int:
    """Have what could not be scheduled tried once more, all or one class; how many. Raises PlanMoved."""
    failed = plan.rows.filter(state=RowState.FAILED)
    if row_number is not None:
        failed = failed.filter(row_number=row_number)
    return _try(plan, failed, by, now)


@transaction.atomic
def try_with(*, plan: Plan, rows: Iterable[PlannedClass], teacher: User, by: User, now: datetime) -> int:
    """Let somebody else teach what could not be scheduled, and have it tried; how many. Raises PlanMoved."""
    number = put_teacher(plan, rows, RowState.FAILED, teacher)
    _try(plan, plan.rows.filter(pk__in=[row.pk for row in rows], state=RowState.FAILED), by, now)
    return number


def _try(plan: Plan, failed: QuerySet[PlannedClass], by: User, now: datetime) -> int:
    move(plan, PlanState.BOOKED, PlanState.BOOKING, next_at=now, attempts=0, told_at=None)
    rows = list(failed.order_by("on", "row_number"))
    last = max(plan.rows.values_list("group", flat=True), default=0)
    _number_groups(rows)
    for row in rows:
        row.group += last
        row.state, row.failure = RowState.WAITING, ""
    PlannedClass.objects.bulk_update(rows, ["state", "failure", "group"], batch_size=500)
    audit.record("plan.tried_again", by=by, thing=plan, at=now, program_uid=plan.program.uid)
    return len(rows)
