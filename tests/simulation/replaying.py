"""Zoom's events once more, in other orders: what they say must come out the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from eduraise.classes.models import Change, ClassSession, Difference
from eduraise.events.actions import replay_events
from eduraise.events.apply import apply_due
from eduraise.events.models import ZoomEvent
from eduraise.notifications.models import Message
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomOccurrence, ZoomOperation

APPLIED = ZoomEvent.State.APPLIED
SITTING = ("meeting_uuid", "meeting_number", "host", "meeting", "occurrence", "started_at", "ended_at")
STANDING = {
    ClassSession: ("pk", "topic", "starts_at", "ends_at", "cancelled_at", "version"),
    ZoomMeeting: ("pk", "meeting_number", "zoom_topic", "gone_at", "wanted_version"),
    ZoomOccurrence: ("pk", "zoom_starts_at", "zoom_minutes", "zoom_gone_at"),
    ZoomInstance: (*SITTING, "host_joined_at", "end_is_estimate"),
    ZoomOperation: ("pk", "state"),
    Difference: ("pk", "state"),
    Change: ("pk",),
    Message: ("pk",),
}


def otherwise_in_another_order(chance: Random, now: datetime) -> Iterator[str]:
    """Forget what events told, and apply them all in two orders: that gives the same. It is undone after."""
    told = []
    for _order in range(2):
        with transaction.atomic():
            ZoomInstance.objects.all().delete()
            again(chance, now)
            told.append(_what_events_told())
            transaction.set_rollback(True)
    one, other = told
    if one != other:
        yield f"in one order events told {one - other}, in another {other - one}"


def again(chance: Random, now: datetime) -> None:
    """Apply every event once more, in an order of its own, a few at a time.

    Not those that weren't needed: about what else a host does it is told only while she is connected.
    """
    heard = ZoomEvent.objects.exclude(state=ZoomEvent.State.IGNORED)
    rows = list(heard.order_by("pk"))
    replay_events(
        states=set(ZoomEvent.State.values) - {ZoomEvent.State.IGNORED},
        received_from=now - timedelta(days=30),
        received_until=now + timedelta(seconds=1),  # those of this very moment too
        now=now,
    )
    chance.shuffle(rows)
    for place, row in enumerate(rows):
        row.next_at = now - timedelta(seconds=len(rows) - place)
    ZoomEvent.objects.bulk_update(rows, ["next_at"])
    while apply_due(now, limit=chance.randrange(1, 9)).total():
        pass


def standing() -> dict[str, Counter[Any]]:
    """What stands here, as far as events could have changed it."""
    return {
        model.__name__: Counter(model._default_manager.values_list(*fields))
        for model, fields in STANDING.items()
    }


def _what_events_told() -> Counter[Any]:
    told = Counter(ZoomInstance.objects.values_list(*SITTING, "host_joined_at"))
    return told + Counter(ZoomEvent.objects.filter(state=APPLIED).values_list("semantic_key"))
