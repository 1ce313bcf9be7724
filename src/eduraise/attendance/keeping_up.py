"""Registers behind what is known are folded: while a class runs, after it, and when late facts come."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q, QuerySet

from eduraise.attendance import closing, folding, registers, who
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import Register
from eduraise.core import clock, crash, queue

LEASE = timedelta(seconds=60)
WORKS_SECONDS = 5.0
# However fast facts come, a class is folded no more often
APART = timedelta(seconds=2)
WHILE_IT_RUNS, AFTER_IT = timedelta(minutes=1), timedelta(minutes=30)

log = structlog.get_logger(__name__)


def fold_due(now: datetime, limit: int = 200) -> Counter[str]:
    """Make registers of classes that began, and fold those that are behind, the longest due first; what came
    of it, counted. Safe in several processes at once.
    """
    until = time.monotonic() + WORKS_SECONDS
    outcomes = Counter(begun=registers.begin_due(now))
    for register in [*behind(now)[:limit], *timely(now)[:limit]]:
        if time.monotonic() > until:
            break
        fence = queue.claim(_unfolded(now), register, lease_now=clock.lease_now(), lease=LEASE)
        if fence is not None:
            register.fence, register.attempts = fence, register.attempts + 1
            outcomes[_fold(register, now)] += 1
    return +outcomes


def behind(now: datetime) -> QuerySet[Register]:
    """Registers with facts that are not folded. What failed keeps its pause."""
    due = Q(attempts=0) | Q(next_at__lte=now)
    return _unfolded(now).filter(due, facts_version__gt=F("folded_version")).order_by("next_at", "pk")


def timely(now: datetime) -> QuerySet[Register]:
    """Registers that are not final, whose time has come without a new fact: time itself goes on."""
    pending = _unfolded(now).filter(state=RegisterState.PENDING, next_at__lte=now)
    return pending.filter(facts_version__lte=F("folded_version")).order_by("next_at", "pk")


def _unfolded(now: datetime) -> QuerySet[Register]:
    """What is no longer kept is not worked out again."""
    rows = Register.objects.filter(rolled_up_at__isnull=True)
    return rows.filter(Q(folded_at__isnull=True) | Q(folded_at__lte=now - APART))


def _fold(register: Register, now: datetime) -> str:
    crash.point("attendance.fold.claimed")
    try:
        if not _is_only_ruled(register.pk):
            who.name_register(register.pk, now)
        folding.fold_register(register.pk, now)
    except Exception as problem:
        # one class must not keep the others from being folded
        log.exception("a register can't be folded", register=str(register.uid))
        Register.objects.filter(pk=register.pk, fence=register.fence).update(
            lease_until=None,
            next_at=now + queue.back_off(register.attempts),
            last_error_code=type(problem).__name__[:80],
            last_error_at=now,
        )
        return "failed"
    crash.point("attendance.fold.folded")
    return _settle(register, now)


def _is_only_ruled(register_id: int) -> bool:
    """Whether of a final register nothing but its rules is new: who was there stays as it was."""
    rows = Register.objects.filter(pk=register_id, ruled_version=F("facts_version"))
    return rows.exclude(state=RegisterState.PENDING).exists()


def _settle(register: Register, now: datetime) -> str:
    """Let it go until it is due again; final where its sittings need not be read any more."""
    mine = Register.objects.filter(pk=register.pk, fence=register.fence)
    session = Register.objects.select_related("session").get(pk=register.pk).session
    pause = WHILE_IT_RUNS if now < session.ends_at + AFTER_IT else AFTER_IT
    mine.update(lease_until=None, attempts=0, next_at=now + pause)
    settled = Register.objects.filter(
        pk=register.pk, plan__settled_at__isnull=False, session__ends_at__lte=now
    )
    return "final" if settled.exists() and closing.finish(register.pk, now) else "folded"
