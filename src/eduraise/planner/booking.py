"""Carrying plans out: group by group, each in one transaction, so that whoever dies in between leaves whole
series done and whole series to do.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.reading import as_read_by
from eduraise.classes.on_holidays import keep_planned
from eduraise.classes.serial import DatedClass, SeriesDraft, schedule_series
from eduraise.core import clock, crash, queue
from eduraise.core.errors import DomainError
from eduraise.core.queue import back_off
from eduraise.planner import telling, undoing
from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.models import Plan, PlannedClass

LEASE = timedelta(seconds=60)
# A turn hands on after this long: it comes again in a few seconds.
WORKS_SECONDS = 4.0
BUSY = (PlanState.BOOKING, PlanState.UNDOING)

log = structlog.get_logger(__name__)


def plan_due(now: datetime) -> Counter[str]:
    """Carry on with the plans that are under way, and tell of those that are done; what was done, counted.

    Call it outside a transaction. Safe in several processes at once: a plan is worked on by one of them.
    """
    done: Counter[str] = Counter()
    until = time.monotonic() + WORKS_SECONDS
    for plan in Plan.objects.filter(state__in=BUSY, next_at__lte=now).order_by("next_at", "pk"):
        if time.monotonic() > until:
            break
        fence = queue.claim(
            Plan.objects.filter(state__in=BUSY), plan, lease_now=clock.lease_now(), lease=LEASE
        )
        if fence is not None:
            plan.fence = fence
            done += _carry_on(plan, until)
    done["told"] = telling.tell_due(now)
    return +done


def _carry_on(plan: Plan, until: float) -> Counter[str]:
    """Work on one plan until it is done, is paused, or the turn is over."""
    done: Counter[str] = Counter()
    try:
        while time.monotonic() < until:
            now = clock.now()
            what = undoing.undo_some(plan, now) if plan.state == PlanState.UNDOING else book_group(plan, now)
            done += what
            if not what:
                break
    except Exception as problem:
        log.exception("a plan can't be carried on", plan=str(plan.uid))
        Plan.objects.filter(pk=plan.pk, fence=plan.fence).update(
            lease_until=None,
            next_at=clock.now() + back_off(plan.attempts),
            last_error_code=type(problem).__name__[:80],
            last_error_at=clock.now(),
        )
        return done + Counter(broken=1)
    Plan.objects.filter(pk=plan.pk, fence=plan.fence).update(lease_until=None, attempts=0)
    return done


@transaction.atomic
def book_group(plan: Plan, now: datetime) -> Counter[str]:
    """Schedule the next series of a plan; empty if there is none, or it was paused meanwhile."""
    current = Plan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.pk)
    if current.state != PlanState.BOOKING or current.fence != plan.fence:
        return Counter()
    rows = list(_next_group(plan))
    if not rows:
        Plan.objects.filter(pk=plan.pk).update(state=PlanState.BOOKED, booked_at=now)
        return Counter()
    done = _schedule(current, rows, now)
    crash.point("planner.group.written")
    return done


def _next_group(plan: Plan) -> Sequence[PlannedClass]:
    waiting = plan.rows.filter(state=RowState.WAITING)
    first = waiting.order_by("group", "on", "row_number").first()
    if first is None:
        return []
    return list(waiting.filter(group=first.group).select_related("teacher").order_by("on", "row_number"))


def _schedule(plan: Plan, rows: Sequence[PlannedClass], now: datetime) -> Counter[str]:
    try:
        # why one is refused is kept in words, with hours as the one who planned reads them
        with as_read_by(plan.by), transaction.atomic():
            result = schedule_series(by=plan.by, draft=_draft(plan, rows), now=now)
    except DomainError as refused:
        for row in rows:
            row.state, row.failure = RowState.FAILED, refused.message[:300]
    else:
        for row in rows:
            session = result.booked.get(row.on)
            row.session = session
            row.state = RowState.BOOKED if session else RowState.FAILED
            row.failure = "" if session else result.refused[row.on].message[:300]
    PlannedClass.objects.bulk_update(rows, ["state", "session", "failure"])
    kept = [row.session for row in rows if row.session is not None and row.holiday]
    keep_planned(sessions=kept, by=plan.by, now=now)
    return Counter(row.state for row in rows)


def _draft(plan: Plan, rows: Sequence[PlannedClass]) -> SeriesDraft:
    """Raises DomainError where nobody teaches them."""
    first = rows[0]
    if first.teacher is None:
        raise DomainError(_("Nobody teaches it yet."))
    return SeriesDraft(
        program=plan.program,
        teacher=first.teacher,
        topic=plan.program.title[:150],
        zone=first.zone,
        local_start=first.local_start,
        duration=timedelta(minutes=first.minutes),
        every_weeks=first.every_weeks,
        classes=[DatedClass(row.on, row.starts_at, row.topic) for row in rows],
        reason=plan.reason,
        slot_uid=first.slot_uid,
        tell_with=plan.uid,
    )
