"""Registers of classes: made when the first fact comes or the class begins, and marked as behind facts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import ReadingPlan, Register
from eduraise.attendance.refusals import RegisterLocked
from eduraise.classes.models import ClassSession
from eduraise.programs.models import Program
from eduraise.zoom.models import ZoomInstance, ZoomOccurrence

# What began longer ago and has no register never gets one by itself
LOOKS_BACK = timedelta(days=3)
BATCH = 200


def note_sittings(*, occurrence_ids: Collection[int]) -> None:
    """More is known of sittings of these occurrences: the registers of their classes are behind, or are made.

    Two queries where the registers are there, however many.
    """
    held_for = ZoomOccurrence.objects.filter(pk__in=occurrence_ids).values("held_for")
    # one order for all, so that two who mark several never wait for each other
    ours = Register.objects.filter(session__uid__in=held_for).order_by("pk")
    found = dict(ours.select_for_update(no_key=True, of=("self",)).values_list("pk", "plan__settled_at"))
    if len(found) < len(set(occurrence_ids)):
        make_for(ClassSession.objects.filter(uid__in=held_for, register__isnull=True))
        found = dict(ours.values_list("pk", "plan__settled_at"))
    Register.objects.filter(pk__in=found).update(facts_version=F("facts_version") + 1)
    if any(found.values()):
        # what was settled may be told of once more, now that there is news
        ReadingPlan.objects.filter(register__in=found, settled_at__isnull=False).update(settled_at=None)


def read_again(uuids: Collection[str], now: datetime) -> int:
    """There is news of sittings that can't be believed as it came: of classes that were settled Zoom's lists
    are read once more; how many. uuids: Zoom's, of sittings."""
    held_for = ZoomInstance.objects.filter(meeting_uuid__in=uuids).values("occurrence__held_for")
    settled = ReadingPlan.objects.filter(register__session__uid__in=held_for, settled_at__isnull=False)
    return settled.update(settled_at=None, next_at=now)


def make_for(sessions: QuerySet[ClassSession]) -> int:
    """A register, and a plan for its readings, for each class that has none; how many."""
    new = [Register(session=one, next_at=one.starts_at, facts_version=0) for one in sessions]
    if not new:
        return 0
    Register.objects.bulk_create(new, ignore_conflicts=True)
    ends = {one.session_id: one.session.ends_at for one in new}
    made = Register.objects.filter(session__in=ends, plan__isnull=True)
    ReadingPlan.objects.bulk_create(
        [ReadingPlan(register=one, next_at=ends[one.session_id]) for one in made], ignore_conflicts=True
    )
    return len(new)


def mark_behind(registers: QuerySet[Register]) -> int:
    """Facts came: they are to be folded. In the transaction that keeps the facts."""
    # one order for all, so that two who mark several never wait for each other
    ids = list(registers.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return Register.objects.filter(pk__in=ids).update(facts_version=F("facts_version") + 1)


def hold(register: Register) -> None:
    """Have it for this transaction alone. Raises RegisterLocked."""
    if Register.objects.select_for_update(no_key=True).get(pk=register.pk).state == RegisterState.LOCKED:
        raise RegisterLocked


def name_anew(registers: QuerySet[Register]) -> int:
    """Somebody said who was there: they are to be folded, and what moves does so by that; how many."""
    ids = list(registers.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return Register.objects.filter(pk__in=ids).update(
        facts_version=F("facts_version") + 1, named_version=F("facts_version") + 1
    )


def rule_anew(registers: QuerySet[Register]) -> int:
    """The rules of their program are others: they are to be folded, and where nothing else is new nobody is
    taken for somebody else by it; how many."""
    ids = list(registers.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    rows = Register.objects.filter(pk__in=ids)
    nothing_new = Q(folded_version__gte=F("facts_version")) | Q(ruled_version=F("facts_version"))
    rows.filter(nothing_new).update(ruled_version=F("facts_version") + 1)
    return rows.update(facts_version=F("facts_version") + 1)


def note_enrolments(program: Program, since: datetime, until: datetime | None) -> int:
    """Who was enrolled between two instants is otherwise: the registers of that time are behind, of whatever
    state; how many."""
    touched = Register.objects.filter(session__program=program, session__ends_at__gt=since)
    return mark_behind(touched if until is None else touched.filter(session__starts_at__lt=until))


def begin_due(now: datetime, limit: int = BATCH) -> int:
    """Registers for classes that began, of which nothing was heard: the marking is by hand then."""
    begun = ClassSession.objects.filter(
        ~Exists(Register.objects.filter(session=OuterRef("pk"))),
        starts_at__lte=now,
        ends_at__gt=now - LOOKS_BACK,
        cancelled_at__isnull=True,
    )
    return make_for(begun.order_by("ends_at")[:limit])
