"""Taking a whole plan back: each of its classes that is as it was booked is cancelled. What that means, the
page that asks and the work itself have from one rule, `taken_back`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_together
from eduraise.classes.models import Change, ClassQuerySet, ClassSession
from eduraise.classes.picking import calls_of_cancelling
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.planner import telling
from eduraise.planner.budgeting import Taken, taken_of
from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.models import Plan, PlannedClass

# Classes that are taken back in one transaction
AT_ONCE = 100
UNDOABLE = (PlanState.PAUSED, PlanState.BOOKED)
# Whose hour or teacher somebody has chosen since, or who is cancelled: these are not the plan's any more
CHOSEN_SINCE = ("time", "teacher", "cancelled")


class TooLate(DomainError):
    """A class of the plan has begun, or it is being carried out at this moment."""

    code = "too_late"


@dataclass(frozen=True)
class Cost:
    """What undoing takes: classes cancelled; those kept because somebody moved them or gave them to another
    since; meetings changed or removed at Zoom, and the changes that takes of each host."""

    cancelled: int
    kept: int
    meetings: int
    taken: list[Taken]
    are_told: bool


def cost_of(plan: Plan, now: datetime) -> Cost:
    """What undoing a plan would do; five queries."""
    off = list(taken_back(plan, now).select_related("occurrence__meeting__host__teacher"))
    kept = _booked(plan).filter(cancelled_at__isnull=True).count() - len(off)
    stand = [one for one in off if one.occurrence and one.occurrence.is_at_zoom]
    calls = calls_of_cancelling(stand, now) if stand else {}
    return Cost(
        cancelled=len(off),
        kept=kept,
        meetings=len(calls),
        taken=taken_of(stand, calls, now),
        are_told=plan.told_at is not None,
    )


def taken_back(plan: Plan, now: datetime) -> QuerySet[ClassSession]:
    """The classes that undoing a plan cancels: those to come that are as it booked them, be it that somebody
    moved them or gave them away and that was taken back."""
    chosen = Change.objects.filter(session=OuterRef("pk"), field__in=CHOSEN_SINCE, undone_at__isnull=True)
    lengths = plan.rows.order_by().values_list("minutes", flat=True).distinct()
    as_planned = Q(teacher=F("plan_row__teacher"), starts_at=F("plan_row__starts_at")) & reduce(
        or_, map(_lasts, lengths), Q(pk__in=[])
    )
    return _booked(plan).coming(now).filter(~Exists(chosen) | as_planned)


def _lasts(minutes: int) -> Q:
    """As long as planned: a sum of its own for each length, as no database multiplies all alike."""
    return Q(plan_row__minutes=minutes, ends_at=F("plan_row__starts_at") + timedelta(minutes=minutes))


def _booked(plan: Plan) -> ClassQuerySet:
    return ClassSession.objects.filter(plan_row__plan=plan, plan_row__state=RowState.BOOKED)


def may_undo(plan: Plan, now: datetime) -> bool:
    """Whether it is not too late: until the first of its classes has begun."""
    begun = Q(session__starts_at__lte=now, session__cancelled_at__isnull=True)
    return plan.state in UNDOABLE and not plan.rows.filter(begun, state=RowState.BOOKED).exists()


@transaction.atomic
def begin_undo(*, plan: Plan, by: User, now: datetime) -> None:
    """Have a plan taken back by the worker. Raises TooLate."""
    if not may_undo(plan, now) or not Plan.objects.filter(pk=plan.pk, state__in=UNDOABLE).update(
        state=PlanState.UNDOING, next_at=now, attempts=0
    ):
        raise TooLate(_("It is too late to undo this: a class of it has begun, or it was undone already."))
    audit.record("plan.undone", by=by, thing=plan, at=now, program_uid=plan.program.uid)


@transaction.atomic
def undo_some(plan: Plan, now: datetime) -> Counter[str]:
    """Cancel the next classes of a plan that is taken back; empty if none is left, which ends it."""
    current = Plan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    if current.state != PlanState.UNDOING or current.fence != plan.fence:
        return Counter()
    rows = list(current.rows.filter(state=RowState.BOOKED).order_by("on")[:AT_ONCE])
    if not rows:
        current.rows.filter(state=RowState.WAITING).update(state=RowState.SKIPPED)
        telling.tell_undone(current, now)
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.UNDONE, undone_at=now)
        return Counter()
    keys = [row.session_id for row in rows if row.session_id is not None]
    classes = taken_back(current, now).filter(pk__in=keys)
    cancelled = {
        session.pk for session in cancel_together(classes, by=current.by, now=now, are_told_apart=False)
    }
    off = ClassSession.objects.filter(pk__in=keys, cancelled_at__isnull=False)
    gone = set(off.values_list("pk", flat=True)) - cancelled
    for row in rows:
        row.state = _became(row.session_id, cancelled, gone)
    PlannedClass.objects.bulk_update(rows, ["state"])
    return Counter(row.state for row in rows)


def _became(session: int | None, cancelled: Container[int | None], gone: Container[int | None]) -> RowState:
    if session in cancelled:
        return RowState.UNDONE
    return RowState.GONE if session in gone else RowState.KEPT
