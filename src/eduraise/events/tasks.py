"""What the worker runs for this room. The rows are the queue: a task only wakes it."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime

from django.tasks import task

from eduraise.core import clock
from eduraise.events.apply import BATCH, apply_due

# A task hands on after this long, so that no worker is held by one room.
WORKS_SECONDS = 5.0


def apply_waiting(now: datetime) -> Counter[str]:
    """Apply what is due, batch after batch, for five seconds at most; hands on to a task if more is left."""
    until = time.monotonic() + WORKS_SECONDS
    outcome: Counter[str] = Counter()
    while (batch := apply_due(now)).total():
        outcome += batch
        if batch.total() < BATCH:
            break
        if time.monotonic() > until:
            apply_events.enqueue()
            break
    return outcome


@task
def apply_events() -> int:
    """Apply what is due; how many events."""
    return apply_waiting(clock.now()).total()
