"""Finding what was recorded: Zoom tells of it, and the hosts of classes that ended lately are asked for it.

An event only says that there is something to read; without any event all is found by asking.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db.models import Max, QuerySet

from eduraise.classes.models import ClassSession
from eduraise.core import breaker, clock, queue
from eduraise.recordings.enums import State
from eduraise.recordings.models import HostWatch, Recording
from eduraise.recordings.storing import find_or_begin, take
from eduraise.zoom import features, recorded, silence
from eduraise.zoom.enums import USABLE, Licence
from eduraise.zoom.models import ZoomUser

LEASE = timedelta(seconds=60)
WORKS_SECONDS = 15.0
#: For so long after a class its host's recordings are listed; how often, by how long ago the last one ended.
LATELY = timedelta(days=3)
RHYTHM = (
    (timedelta(hours=3), timedelta(minutes=5)),
    (timedelta(hours=24), timedelta(hours=1)),
    (LATELY, timedelta(hours=6)),
)
WITHOUT_SCOPE = timedelta(hours=6)

log = structlog.get_logger(__name__)


def hear(*, host: ZoomUser, number: str, uuid: str, began_at: datetime | None, now: datetime) -> bool:
    """Zoom tells something of a recording: it is read as soon as may be. False if it is of no class of ours.

    Within the caller's transaction.
    """
    if not uuid:
        return False
    recording = find_or_begin(host=host, number=number, uuid=uuid, began_at=began_at, now=now)
    if recording is None:
        return False
    row = Recording.objects.filter(pk=recording.pk)
    row.filter(state=State.DELETED).update(state=State.TRASHED, missing_reads=0)  # it may be back
    row.update(next_at=now, attempts=0)
    return True


def find_due(now: datetime) -> Counter[str]:
    """List the recordings of hosts whose classes ended lately; what came of it, counted.

    Safe in several processes at once.
    """
    plan(now)
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + WORKS_SECONDS
    due = HostWatch.objects.filter(next_at__lte=now, host__state__in=USABLE)
    for watch in list(due.select_related("host__account").order_by("next_at", "pk")[:100]):
        if time.monotonic() > until:
            break
        if not breaker.may_call(silence.BREAKER, now):
            outcomes["silent"] += 1
            break
        if queue.claim(due, watch, lease_now=clock.lease_now(), lease=LEASE) is not None:
            outcomes[look(watch, clock.now())] += 1
    return outcomes


def plan(now: datetime) -> None:
    """Watch the hosts of classes that ended lately; two queries."""
    watched = HostWatch.objects.values("host")
    hosts = ended_lately(now).exclude(occurrence__meeting__host__in=watched)
    ids = hosts.values_list("occurrence__meeting__host", flat=True).distinct()
    HostWatch.objects.bulk_create([HostWatch(host_id=pk, next_at=now) for pk in ids], ignore_conflicts=True)


def ended_lately(now: datetime) -> QuerySet[ClassSession]:
    """Classes after which a recording may appear: a Basic host has none in the cloud."""
    return (
        ClassSession.objects.not_cancelled()
        .filter(ends_at__gt=now - LATELY, ends_at__lte=now, occurrence__isnull=False)
        .exclude(occurrence__meeting__host__licence=Licence.BASIC)
    )


def look(watch: HostWatch, now: datetime) -> str:
    """List one host's recordings of the last days and take them over; one word for what came of it."""
    host = watch.host
    if not features.may(host, features.RECORDINGS):
        return _again(watch, WITHOUT_SCOPE, now, "scope_missing")
    try:
        for found in recorded.listed(host, (now - LATELY).date(), now.date(), now):
            take(host, found, now)
    except recorded.Unanswered as problem:
        wait = problem.retry_at - now if problem.retry_at else queue.back_off(watch.attempts, cap=7200)
        return _again(watch, max(wait, timedelta(seconds=30)), now, problem.reason)
    except Exception as problem:
        # one host must not keep the others from being asked
        log.exception("recordings can't be listed", host=str(host.uid))
        return _again(watch, queue.back_off(watch.attempts, cap=7200), now, type(problem).__name__)
    ended = ended_lately(now).filter(occurrence__meeting__host=host).aggregate(at=Max("ends_at"))["at"]
    if ended is None:
        HostWatch.objects.filter(pk=watch.pk).delete()
        return "done"
    rhythm = next((every for age, every in RHYTHM if now - ended <= age), RHYTHM[-1][1])
    HostWatch.objects.filter(pk=watch.pk).update(
        next_at=now + rhythm, lease_until=None, attempts=0, last_error_code=""
    )
    return "listed"


def _again(watch: HostWatch, wait: timedelta, now: datetime, reason: str) -> str:
    HostWatch.objects.filter(pk=watch.pk).update(
        next_at=now + wait, lease_until=None, last_error_code=reason[:80], last_error_at=now
    )
    return "unread"
