"""What the worker runs for this room. The rows are the queue: a task only wakes it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.tasks import task
from django.utils import timezone

from eduraise.core import clock
from eduraise.notifications.sending import BATCH, send_due

#: A task hands on after this long, so that no worker is held by one room.
WORKS_SECONDS = 5.0
MOMENT = timedelta(seconds=1)


@task
def send_mail() -> int:
    """Send what is due; how many mails left. Hands on to another task while more is due."""
    until = time.monotonic() + WORKS_SECONDS
    done = 0
    while time.monotonic() < until:
        handled = send_due(clock.now(), BATCH)
        done += handled
        if handled < BATCH:
            return done
    send_mail.enqueue()
    return done


def wake_at(at: datetime, now: datetime) -> None:
    """Have the worker look for due mail at `at`, in the caller's transaction. Both by the product's clock:
    the engine compares with the real one, so only the distance is handed on."""
    distance = at - now
    if distance > MOMENT:
        send_mail.using(run_after=timezone.now() + distance).enqueue()
    else:
        send_mail.enqueue()
