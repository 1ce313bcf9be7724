"""What Zoom told of a class is kept until its register was locked for a while, or stood final for long where
a program locks none; then its marks stand alone.

A mark has all that its explanation needs: the stays, by what they were measured, what was changed and why.
Who came under which name, each coming and going, and what students wrote to be excused is deleted then.
Nothing of such a register is worked out again, whatever still comes.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import Excuse, Interval, Participant, Reading, Register

#: So long after a register was locked, what it was made of stays
KEPT = timedelta(days=90)
#: The same after it was final, or opened again, where it is never locked: a school year may still ask for it
OPEN_KEPT = timedelta(days=365)
#: Excuses of a class that never got a register, after its end: as long as one takes that locks as usual
EXCUSES_KEPT = timedelta(days=104)
BATCH, MOST_EXCUSES = 200, 1000
#: What names somebody in a meeting
NAMING = ("name", "email", "zoom_user_id", "zoom_registrant_id", "phone_key")


def roll_up_due(now: datetime, limit: int = BATCH) -> Counter[str]:
    """Delete what registers were made of that came to an end long ago; how many registers and rows, counted.

    Twice does it once; safe in several processes at once. Each register is a transaction of its own.
    """
    outcomes: Counter[str] = Counter()
    for register in due(now).select_related("session").order_by("final_at", "pk")[:limit]:
        outcomes += _roll_up(register, now)
    lonely = Excuse.objects.filter(session__register__isnull=True, session__ends_at__lte=now - EXCUSES_KEPT)
    outcomes["excuses"] += _forget(lonely)
    return +outcomes


def due(now: datetime) -> QuerySet[Register]:
    """Registers that came to an end long ago and are worked out; and of those that were rolled up, those of
    which something was told since."""
    locked = Q(state=RegisterState.LOCKED, locked_at__lte=now - KEPT)
    stood = now - OPEN_KEPT
    not_reopened = Q(reopened_at__isnull=True) | Q(reopened_at__lte=stood)
    final = Q(state=RegisterState.FINAL, final_at__lte=stood) & not_reopened
    old = Register.objects.filter(locked | final)
    is_ahead = Q(facts_version__gt=F("folded_version"))
    return old.filter(Q(rolled_up_at__isnull=True) & ~is_ahead | Q(rolled_up_at__isnull=False) & is_ahead)


@transaction.atomic
def _roll_up(register: Register, now: datetime) -> Counter[str]:
    # first, so that no fold that has read what is deleted writes what it lacks
    if not due(now).filter(pk=register.pk).update(rolled_up_at=now, folded_version=F("facts_version")):
        return Counter()
    sittings = {"instance__occurrence__held_for": register.session.uid}
    people = Participant.objects.filter(**sittings)
    gone, _of_each = Interval.objects.filter(participant__in=people).delete()
    read, _of_each = Reading.objects.filter(**sittings).delete()
    people.update(**dict.fromkeys(NAMING, ""))
    excuses = _forget(Excuse.objects.filter(session=register.session_id))
    return Counter(registers=1, stays=gone, lists=read, excuses=excuses)


def _forget(excuses: QuerySet[Excuse]) -> int:
    """That there was one, and what came of it, stays."""
    forgotten = list(excuses.filter(is_forgotten=False)[:MOST_EXCUSES])
    for excuse in forgotten:
        excuse.text, excuse.answer, excuse.is_forgotten = "", "", True
        excuse.save(update_fields=["text", "answer", "is_forgotten"])
    return len(forgotten)
