"""Registers come to an end: final when all is known that will be, locked some days later, opened again by an
admin; and what then still came, entered beside the marks until an admin takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance import entries, messages
from eduraise.attendance.correcting import minutes_of
from eduraise.attendance.enums import Cause, RegisterState
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import AttendanceRules, Mark, MarkChange, Register
from eduraise.attendance.refusals import RegisterLocked, RolledUp
from eduraise.attendance.registers import mark_behind
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError

BATCH = 500


class ReasonMissing(DomainError):
    """A locked register is opened with a reason that stays."""

    code = "reason_missing"


@transaction.atomic
def finish(register_id: int, now: datetime) -> bool:
    """Make a register final that has been worked out from all its facts, and tell those who were absent.

    False if it is final already, or more became known since it was folded.
    """
    pending = Register.objects.filter(
        pk=register_id, state=RegisterState.PENDING, facts_version__lte=F("folded_version")
    )
    if not pending.update(state=RegisterState.FINAL, final_at=now):
        return False
    messages.tell_absent(register_id, now)
    return True


def lock_due(now: datetime, limit: int = BATCH) -> int:
    """Lock the registers whose days for corrections are over, by each program's rule; how many."""
    own = AttendanceRules.objects.values_list("lock_days", flat=True).distinct()
    locked = 0
    for days in sorted({*own, Rules().lock_days} - {0}):
        late = Q(final_at__lte=now - timedelta(days=days))
        late &= Q(reopened_at__isnull=True) | Q(reopened_at__lte=now - timedelta(days=days))
        rows = Register.objects.filter(late, _locks_after(days), state=RegisterState.FINAL)
        due = list(rows.order_by("final_at").values_list("pk", flat=True)[:limit])
        still = Register.objects.filter(late, state=RegisterState.FINAL)
        locked += sum(_lock(register, still, now) for register in due)
    return locked


@transaction.atomic
def _lock(register_id: int, still: QuerySet[Register], now: datetime) -> int:
    """Lock one that is still due; whoever was not told of an absence, as somebody was yet to be named, is."""
    if not still.filter(pk=register_id).update(state=RegisterState.LOCKED, locked_at=now):
        return 0
    if Register.objects.filter(pk=register_id, matched__lt=F("expected")).exists():
        messages.tell_absent(register_id, now)
    return 1


def _locks_after(days: int) -> Q:
    by_rule = Q(session__program__attendance_rules__lock_days=days)
    is_default = days == Rules().lock_days
    return by_rule | Q(session__program__attendance_rules__isnull=True) if is_default else by_rule


@transaction.atomic
def reopen(*, register: Register, why: str, by: User, now: datetime) -> None:
    """Open a locked register again, for as many days as before: marks can be set, and follow the facts as
    long as those are kept; what is entered beside them waits otherwise for the next lock.

    Raises ReasonMissing, Changed if it isn't locked any more.
    """
    if not why.strip():
        raise ReasonMissing(_("Say why the register is opened again; it stays in its history."), field="why")
    # held first, so that it is known when it was locked
    held = Register.objects.select_for_update(no_key=True).get(pk=register.pk)
    locked = Register.objects.filter(pk=register.pk, state=RegisterState.LOCKED)
    if not locked.update(state=RegisterState.FINAL, reopened_at=now, reopened_by_uid=by.uid, locked_at=None):
        raise Changed(_("This register is open already."))
    follows = Mark.objects.filter(register=register, register__rolled_up_at__isnull=True)
    follows.exclude(late_status="").update(**entries.NONE)
    mark_behind(Register.objects.filter(pk=register.pk))
    before = {"locked_at": held.locked_at.isoformat()} if held.locked_at else {}
    _record("attendance.reopened", register, by, now, before=before, why=why.strip())


@transaction.atomic
def apply_entries(*, register: Register, students: Collection[int], by: User, now: datetime) -> int:
    """Let what came after the lock count: the marks of these students become what is entered beside them,
    with all that was seen.

    How many were entered still. What somebody said by hand stays above it. Raises Changed if none was.
    """
    # held first, so that no fold writes meanwhile
    held = Register.objects.select_for_update(no_key=True).get(pk=register.pk)
    entered = Mark.objects.filter(register=held, student__in=students).exclude(late_status="")
    marks = list(entered) if held.state == RegisterState.LOCKED else []
    if not marks:
        raise Changed(_("There is nothing entered beside these marks any more."))
    applied = [entries.as_entered(mark) for mark in marks]
    Mark.objects.bulk_update(applied, entries.APPLIED)
    MarkChange.objects.bulk_create(
        MarkChange(
            mark=after,
            at=now,
            by=by,
            cause=Cause.ENTRY,
            before=before.hand_status or before.rule_status,
            after=after.hand_status or after.rule_status,
            minutes_before=minutes_of(before),
            minutes_after=minutes_of(after),
        )
        for before, after in zip(marks, applied, strict=True)
    )
    _record("attendance.entries_applied", register, by, now, marks=len(marks))
    return len(marks)


@transaction.atomic
def say_not_held(*, register: Register, is_held: bool, by: User, now: datetime) -> None:
    """Say that a class was not held, so that it counts for nobody, or that it was after all.

    Raises RegisterLocked, RolledUp, Changed if that was said already.
    """
    if Register.objects.filter(pk=register.pk, rolled_up_at__isnull=False).exists():
        raise RolledUp
    rows = Register.objects.filter(pk=register.pk, not_held_at__isnull=not is_held)
    said = {"not_held_at": None if is_held else now, "not_held_by_uid": None if is_held else by.uid}
    if not rows.exclude(state=RegisterState.LOCKED).update(**said):
        if Register.objects.filter(pk=register.pk, state=RegisterState.LOCKED).exists():
            raise RegisterLocked
        raise Changed(_("That was said already."))
    mark_behind(Register.objects.filter(pk=register.pk))
    _record("attendance.held" if is_held else "attendance.not_held", register, by, now)


def _record(
    verb: str,
    register: Register,
    by: User,
    now: datetime,
    *,
    before: Mapping[str, object] | None = None,
    **after: object,
) -> None:
    program = register.session.program
    audit.record(
        verb, by=by, thing=register, at=now, program_uid=program.uid, before=dict(before or {}), after=after
    )
