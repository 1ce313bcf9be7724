"""Telling students of recordings to watch: each once, when she first may."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from eduraise.attendance.models import MarkChange, Register
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.recordings import queries
from eduraise.recordings.actions import UNDOABLE
from eduraise.recordings.enums import STUDENTS_SEE, Audience
from eduraise.recordings.messages import READY
from eduraise.recordings.models import Recording

TURN = 100
#: Of one that was found longer ago nobody is told any more.
NEWS = timedelta(days=14)
#: What was being written meanwhile has an earlier hour, and is seen in the next turn.
AT_ONCE = timedelta(minutes=2)


def tell_due(now: datetime) -> int:
    """Tell students of recordings that they can watch by now: when one is ready, and who may watch it only
    later, by a rule, a hand or the register, then. Of how many."""
    settled = Q(visible_at__isnull=True) | Q(visible_at__lte=now - UNDOABLE)
    rows = (
        Recording.objects.with_audience()
        .with_media()
        .filter(settled, removed_at__isnull=True, found_at__gt=now - NEWS, program__archived_at__isnull=True)
    )
    watchable = Q(audience__in=STUDENTS_SEE) & (Q(has_media=True) | ~Q(link=""))
    found = rows.filter(_may_be_others(), watchable).select_related("program", "session")
    return sum(
        _tell(recording, now)
        for recording in list(found.order_by(F("told_at").asc(nulls_first=True), "pk")[:TURN])
    )


def _may_be_others() -> Q:
    """Whether others may watch it than when it was last told of."""
    told_at = OuterRef("told_at")
    said = MarkChange.objects.filter(mark__register__session=OuterRef("session"), at__gte=told_at)
    folded = Register.objects.filter(session=OuterRef("session"), folded_at__gte=told_at)
    return (
        Q(told_at__isnull=True)
        | Q(visible_at__gte=F("told_at"))
        | Q(program__recording_rules__changed_at__gte=F("told_at"))
        | (Q(audience=Audience.PRESENT) & (Q(Exists(folded)) | Q(Exists(said))))
    )


@transaction.atomic
def _tell(recording: Recording, now: datetime) -> int:
    before = recording.told_at
    same = Q(told_at__isnull=True) if before is None else Q(told_at=before)
    if not Recording.objects.filter(same, pk=recording.pk).update(told_at=now - AT_ONCE):
        return 0
    fact_key = f"{recording.uid}:ready"
    told = Message.objects.filter(person=OuterRef("pk"), kind=READY, fact_key=fact_key)
    new = tell_all(
        people=list(queries.who_watch(recording, now).exclude(Exists(told))),
        kind=READY,
        fact_key=fact_key,
        thing_uid=recording.uid,
        program_uid=recording.program.uid,
        now=now,
    )
    return 1 if new else 0
