"""What a person does with Zoom's events: have them tried again, or put away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.events.models import ZoomEvent
from eduraise.events.queries import DISMISSIBLE, RETRIABLE
from eduraise.events.tasks import apply_events


@transaction.atomic
def retry_event(*, event: ZoomEvent, by: User, now: datetime) -> bool:
    """Have a failed or quarantined event tried again; False if it stands otherwise by now."""
    again = ZoomEvent.objects.filter(pk=event.pk, state__in=RETRIABLE)
    if not _put_back(again, now):
        return False
    audit.record("event.retried", by=by, thing=event, at=now, before={"state": event.state})
    apply_events.enqueue()
    return True


@transaction.atomic
def put_away(*, event: ZoomEvent, by: User, now: datetime) -> bool:
    """Have a failed or quarantined event ask for nothing any more. It is kept as long as any other, and can
    be tried again; False if it stands otherwise by now."""
    rows = ZoomEvent.objects.filter(pk=event.pk, state__in=DISMISSIBLE)
    if not rows.update(state=ZoomEvent.State.DISMISSED):
        return False
    audit.record("event.put_away", by=by, thing=event, at=now, before={"state": event.state})
    return True


@transaction.atomic
def replay_events(
    *, states: Collection[str], received_from: datetime, received_until: datetime, now: datetime
) -> int:
    """Have all events of these states and this span applied again, as if they came now; how many.

    Harmless for what was applied before: each effect is one that gives the same twice. For after a mended
    fault, or when a kind is needed that was passed over.
    """
    chosen = ZoomEvent.objects.filter(
        state__in=states, received_at__gte=received_from, received_at__lt=received_until
    )
    count = _put_back(chosen, now)
    audit.record("event.replayed", by=None, at=now, after={"states": sorted(states), "events": count})
    return count


def _put_back(events: QuerySet[ZoomEvent], now: datetime) -> int:
    """The key goes too: should the event come to stand for nothing this time, a copy may still be applied."""
    return events.update(
        state=ZoomEvent.State.RECEIVED,
        next_at=now,
        attempts=0,
        lease_until=None,
        semantic_key=None,
        same_as=None,
        skipped_why="",
        last_error_code="",
    )
