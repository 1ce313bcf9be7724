"""Once everything has come to rest: whatever was to be done is done, and was done once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F

from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.core import clock
from eduraise.events.meaning import read
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.notifications.models import Delivery, Message, QueuedMail
from eduraise.zoom.enums import OPEN_STATES, OperationState
from eduraise.zoom.models import Registrant, ZoomAccount, ZoomOperation, ZoomUser

UNHAPPY = (OperationState.FAILED, OperationState.GIVEN_UP)
LEASED = (
    ZoomOperation,
    ZoomEvent,
    Delivery,
    QueuedMail,
    ZoomUser,
    ZoomAccount,
    MeetingWatch,
    Registrant,
)


def operations_ended() -> Iterator[str]:
    """Nothing is under way, nothing was given up."""
    for operation in ZoomOperation.objects.filter(state__in=(*OPEN_STATES, *UNHAPPY)):
        why = operation.answer_code or operation.last_error_code
        yield f"operation {operation.kind} of {operation.meeting.ref} is {operation.state} ({why})"


def events_settled() -> Iterator[str]:
    """Every event that was kept came to an end, and each fact was applied once."""
    restless = (ZoomEvent.State.RECEIVED, ZoomEvent.State.WAITING, ZoomEvent.State.DEAD)
    for event in ZoomEvent.objects.filter(state__in=restless):
        yield f"event {event.event or event.digest[:8]} is {event.state} ({event.last_error_code})"
    applied = ZoomEvent.objects.filter(state=ZoomEvent.State.APPLIED)
    facts = Counter(read(row).semantic_key for row in applied)
    yield from (f"applied {number} times: {fact}" for fact, number in facts.items() if number > 1)
    asked = MeetingWatch.objects.filter(meeting__gone_at__isnull=True, meeting__meeting_number__isnull=False)
    yield from (f"{watch.meeting} was not read though that was asked for" for watch in asked)


def people_told(now: datetime) -> Iterator[str]:
    """What was to be told was told, and the last that a student heard of a class is so."""
    waiting = Delivery.objects.filter(
        state__in=(Delivery.State.WAITING, Delivery.State.SENDING), message__not_before__lte=now
    )
    yield from (f"a mail about {row.message.kind} is {row.state}" for row in waiting)
    untold = ClassSession.objects.filter(told_version__lt=F("version"), tell_at__lte=now)
    yield from (
        f"class {one.code} was not told"
        for one in untold.exclude(cancelled_at=None) | untold.filter(told_booked=True)
    )
    sets = ChangeSet.objects.filter(told_at=None, undone_at=None, tell_at__lte=now)
    yield from (f"what was {one.kind} as one was not told" for one in sets)
    told = Message.objects.values_list("person_id", "kind", "fact_key")
    yield from (f"told {number} times: {fact}" for fact, number in Counter(told).items() if number > 1)


def nothing_leased() -> Iterator[str]:
    """No row is held by a process that is no more."""
    lease_now = clock.lease_now()
    for model in LEASED:
        held = model._default_manager.filter(lease_until__gt=lease_now + timedelta(seconds=1))
        yield from (f"{model.__name__} {row.pk} is leased" for row in held)
