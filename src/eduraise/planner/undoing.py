"""Taking a whole plan back: each of its classes that nobody has moved, given to another or cancelled since is
cancelled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_together
from eduraise.classes.models import Change, ClassSession
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.planner import telling
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
    """What undoing takes: classes cancelled, those kept because somebody moved them or gave them to another
    since, meetings removed."""

    cancelled: int
    kept: int
    meetings: int
    are_told: bool


def cost_of(plan: Plan) -> Cost:
    """What undoing a plan would do; two queries."""
    rows = plan.rows.filter(state=RowState.BOOKED, session__cancelled_at__isnull=True)
    marked = rows.annotate(is_chosen=Exists(_chosen_since(OuterRef("session"))))
    facts = list(marked.values_list("is_chosen", "session__occurrence__meeting"))
    untouched = [meeting for is_chosen, meeting in facts if not is_chosen]
    return Cost(
        cancelled=len(untouched),
        kept=len(facts) - len(untouched),
        meetings=len({meeting for meeting in untouched if meeting is not None}),
        are_told=plan.told_at is not None,
    )


def _chosen_since(session: OuterRef) -> QuerySet[Change]:
    return Change.objects.filter(session=session, field__in=CHOSEN_SINCE, undone_at__isnull=True)


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
    rows = list(current.rows.filter(state=RowState.BOOKED).select_related("session").order_by("on")[:AT_ONCE])
    if not rows:
        current.rows.filter(state=RowState.WAITING).update(state=RowState.SKIPPED)
        telling.tell_undone(current, now)
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.UNDONE, undone_at=now)
        return Counter()
    keys = [row.session_id for row in rows if row.session_id is not None]
    classes = ClassSession.objects.coming(now).filter(~Exists(_chosen_since(OuterRef("pk"))), pk__in=keys)
    cancelled = {
        session.pk for session in cancel_together(classes, by=current.by, now=now, are_told_apart=False)
    }
    for row in rows:
        row.state = RowState.UNDONE if row.session_id in cancelled else RowState.KEPT
    PlannedClass.objects.bulk_update(rows, ["state"])
    return Counter(row.state for row in rows)
