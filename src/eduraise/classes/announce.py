"""Telling people of classes that were booked, moved, changed or cancelled, and of those in trouble.

The rows are the queue: a class whose `told_version` is behind its `version`. What is told is the difference
between what people heard last and what holds now, so that three edits are one message and an undone one none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from eduraise.accounts.models import User
from eduraise.classes import deciding, messages, troubled
from eduraise.classes.changesets import tell_due_sets
from eduraise.classes.enums import Attention, DifferenceField, DifferenceState
from eduraise.classes.models import Change, ClassSession, Difference
from eduraise.classes.queries import students_told
from eduraise.classes.refusals import Mender, refusal_of
from eduraise.classes.states import AT_ZOOM
from eduraise.classes.told import keep
from eduraise.core import queue
from eduraise.notifications.actions import tell_all
from eduraise.zoom import spent
from eduraise.zoom.enums import OF_HOSTS, OPEN_STATES, OperationKind, OperationState
from eduraise.zoom.models import ZoomOperation

# A booking that Zoom hasn't taken after this is told to its teacher.
LATE_AFTER = timedelta(minutes=2)
TROUBLE_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Fact:
    """What is to be told: a kind of message, what it needs, and until when it is of use."""

    kind: str
    data: dict[str, Any]
    until: datetime


def announce_due(now: datetime, limit: int = 100) -> dict[str, int]:
    """Tell what is due of up to `limit` classes; how many classes and troubles were told. Call it outside a
    transaction."""
    sets = tell_due_sets(now)  # first: what was changed of their classes since is told after them
    told = sum(announce(session, now) for session in queue.found(due(now), limit))
    return {
        "classes": told,
        "sets": sets,
        "troubles": tell_troubles(now),
        "settled": tell_settled(now),
    }


def due(now: datetime) -> QuerySet[ClassSession]:
    """Classes of which people have something to hear: not before the change can't be undone any more, and
    nothing of a class that isn't at Zoom yet, unless it is cancelled."""
    tellable = Q(told_booked=True) | Q(cancelled_at__isnull=False) | AT_ZOOM
    return (
        ClassSession.objects.filter(
            tellable, told_version__lt=F("version"), tell_at__lte=now, tell_with__isnull=True
        )
        .select_related("program", "teacher", "created_by", "cancelled_by")
        .order_by("tell_at", "pk")
    )


@transaction.atomic
def announce(session: ClassSession, now: datetime) -> bool:
    """Tell what holds of one class now; False if it changed or another process told it meanwhile."""
    seen = ClassSession.objects.filter(
        pk=session.pk, version=session.version, told_version=session.told_version
    )
    became_booked = not session.told_booked and session.cancelled_at is None
    if not seen.update(
        told_version=session.version, told_booked=session.told_booked or became_booked, undo=None
    ):
        return False
    changes = list(
        Change.objects.filter(session=session, version__gt=session.told_version, undone_at__isnull=True)
        .select_related("by")
        .order_by("version", "pk")
    )
    by = changes[-1].by if changes else session.created_by
    fact = fact_of(session, changes, became_booked)
    if fact is not None:
        _tell(fact, session, _concerned(session, changes, now), by, now)
    given = _given_on(session, changes, became_booked)
    if given is not None:
        _tell(given, session, [session.teacher], by, now)
    return True


def fact_of(session: ClassSession, changes: list[Change], became_booked: bool) -> Fact | None:
    """What a class's people have to hear, or None if nothing that concerns them differs."""
    last = changes[-1].pk if changes else None
    if session.cancelled_at is not None:
        # of a class that was never announced nobody needs to hear that it is off
        return Fact(messages.CANCELLED, {"change": last}, session.ends_at) if session.told_booked else None
    if became_booked:
        return Fact(messages.BOOKED, {}, session.starts_at)
    net = _net(changes)
    if "cancelled" in net:
        return Fact(messages.RESTORED, {"change": last}, session.ends_at)
    if "time" in net:
        return Fact(messages.MOVED, {"change": last, "before": net["time"]}, session.ends_at)
    fields = sorted(messages.TOLD_FIELDS.keys() & net.keys())
    return Fact(messages.CHANGED, {"change": last, "fields": fields}, session.ends_at) if fields else None


def _given_on(session: ClassSession, changes: list[Change], became_booked: bool) -> Fact | None:
    """What a teacher hears to whom somebody else gave the class, or for whom somebody scheduled it."""
    if session.cancelled_at is not None:
        return None
    gave = next((change for change in reversed(changes) if change.field == "teacher"), None)
    if gave is not None:
        own = gave.by_id == session.teacher_id
        return None if own else Fact(messages.GIVEN, {"change": gave.pk}, session.starts_at)
    if became_booked and session.created_by_id != session.teacher_id:
        return Fact(messages.GIVEN, {}, session.starts_at)
    return None


def tell_troubles(now: datetime) -> int:
    """Tell whoever can mend it that a class is in trouble, once for each trouble; how many were told."""
    return sum(
        len(
            tell_all(
                people=_menders(session, mender),
                kind=troubled.TROUBLE,
                fact_key=":".join((str(session.uid), reason, *(str(key) for key in about.values()))),
                thing_uid=session.uid,
                program_uid=session.program.uid,
                data={"reason": reason, **about, **keep(session)},
                stale_at=session.ends_at,
                now=now,
            )
        )
        for session, reason, about, mender in _troubles(now)
    )


def tell_settled(now: datetime) -> int:
    """Tell teachers what their programs' rules set back, once each; how many were told. A time that was taken
    over is a move, of which they hear as of any other."""
    settled = deciding.settled_since(now - TROUBLE_FOR).filter(session__ends_at__gt=now)
    return sum(
        len(
            tell_all(
                people=[difference.session.teacher],
                kind=troubled.SETTLED,
                fact_key=f"{difference.session.uid}:{difference.pk}",
                thing_uid=difference.session.uid,
                program_uid=difference.session.program.uid,
                data={"difference": difference.pk, **keep(difference.session)},
                now=now,
            )
        )
        for difference in queue.found(settled.select_related("session__program", "session__teacher"))
    )


def _net(changes: list[Change]) -> dict[str, str]:
    """Fields that differ from what was told last, with their value then."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for change in changes:
        first.setdefault(change.field, change.before)
        last[change.field] = change.after
    return {field: before for field, before in first.items() if before != last[field]}


def _concerned(session: ClassSession, changes: list[Change], now: datetime) -> list[User]:
    """The program's students, unless it isn't open to them yet, and its teacher if another did it."""
    program = session.program
    people = students_told(program, now)
    if session.cancelled_at is None and any(change.field == "teacher" for change in changes):
        return people  # she hears that the class is hers now
    by_others = any(change.by_id != session.teacher_id for change in changes)
    return [*people, session.teacher] if by_others else people


def _tell(fact: Fact, session: ClassSession, people: list[User], by: User | None, now: datetime) -> None:
    tell_all(
        people=people,
        kind=fact.kind,
        fact_key=f"{session.uid}:{session.version}",
        thing_uid=session.uid,
        program_uid=session.program.uid,
        data=fact.data | keep(session),
        stale_at=fact.until,
        by=by,
        now=now,
    )


def _troubles(now: datetime) -> list[tuple[ClassSession, str, dict[str, int], Mender]]:
    """Fresh troubles of coming classes: refusals, differences that people must decide, and bookings that Zoom
    doesn't answer. Each with its reason, the row that it is about, and whose it is to mend."""
    refused = {
        operation.meeting_id: operation
        for operation in ZoomOperation.objects.filter(
            state__in=(OperationState.FAILED, OperationState.GIVEN_UP), finished_at__gt=now - TROUBLE_FOR
        )
        .exclude(kind__in=OF_HOSTS)  # whoever wished for that tells it
        .order_by("pk")
    }
    found: list[tuple[ClassSession, str, dict[str, int], Mender]] = [
        (
            session,
            _reason_of(operation),
            {"operation": operation.pk},
            refusal_of(operation.answer_code).mender,
        )
        for session in _coming(now).filter(occurrence__meeting__in=refused)
        if session.occurrence and (operation := refused[session.occurrence.meeting_id])
    ]
    differing = Difference.objects.filter(
        state=DifferenceState.OPEN, seen_at__gt=now - TROUBLE_FOR, session__ends_at__gt=now
    ).exclude(pk__in=deciding.due(now).order_by().values("pk"))
    for difference in queue.found(differing.select_related("session__program", "session__teacher")):
        reason = DIFFERENCE_REASONS[difference.field]
        found.append((difference.session, reason, {"difference": difference.pk}, Mender.TEACHER))
    waiting = _coming(now).filter(
        told_version__lt=F("version"),
        told_booked=False,
        cancelled_at__isnull=True,
        tell_at__lte=now - LATE_AFTER,
        tell_at__gt=now - TROUBLE_FOR,
    )
    waiting = waiting.exclude(AT_ZOOM).exclude(occurrence__meeting__in=refused)
    return found + [(session, _why_waiting(session), {}, Mender.TEACHER) for session in queue.found(waiting)]


def _why_waiting(session: ClassSession) -> str:
    """Zoom is silent, or its limit of the day is used up."""
    spent_ones = ZoomOperation.objects.filter(
        meeting=session.occurrence.meeting if session.occurrence else None, last_error_code__in=spent.CODES
    )
    return troubled.LIMITED if spent_ones.filter(state__in=OPEN_STATES).exists() else troubled.WAITING


def _reason_of(operation: ZoomOperation) -> str:
    if operation.state == OperationState.GIVEN_UP:
        return troubled.GIVEN_UP
    return REASON_OF.get(operation.kind, Attention.REFUSED.value)


REASON_OF = {
    OperationKind.CREATE.value: Attention.NOT_BOOKED.value,
    OperationKind.UPDATE.value: Attention.REFUSED.value,
    OperationKind.DELETE.value: Attention.STILL_AT_ZOOM.value,
    OperationKind.END.value: Attention.REFUSED.value,
}
DIFFERENCE_REASONS = {
    DifferenceField.TIME.value: Attention.TIME_DIFFERS.value,
    DifferenceField.GONE.value: Attention.GONE.value,
    DifferenceField.UNSAFE.value: Attention.UNSAFE.value,
    DifferenceField.WEBINAR.value: Attention.WEBINAR.value,
}


def _coming(now: datetime) -> QuerySet[ClassSession]:
    return ClassSession.objects.filter(ends_at__gt=now).select_related("program", "teacher", "occurrence")


def _menders(session: ClassSession, mender: Mender) -> list[User]:
    """The teacher always hears of it; admins too where only they can do something."""
    admins = User.objects.filter(is_admin=True, is_active=True) if mender is Mender.ADMIN else []
    return list({person.pk: person for person in [session.teacher, *admins]}.values())
