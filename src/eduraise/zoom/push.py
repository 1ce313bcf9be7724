"""What is due at Zoom, and carrying out one operation: may it be tried, with which token, by which way.

The same code runs in the worker (`push_due`) and, for a create, within the request that wants it
(`push_now`). A create is not idempotent at Zoom: one whose outcome is unknown is looked for, by its
reference, before it is sent again. The call itself is in `carrying`, what comes of it in `settling`, the
looking in `adopting`.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from eduraise.core import breaker, clock, crash
from eduraise.zoom import adopting, answers, api, carrying, settling, silence, tokens
from eduraise.zoom.enums import SHAPE_KINDS, USABLE, OperationKind, OperationState
from eduraise.zoom.models import ZoomOperation
from zoomclient import ZoomError

BUDGET_SECONDS = 3.0
TURN_SECONDS = 4.0
SHARE_OF_A_HOST = 5
BROKEN_PAUSE = timedelta(minutes=5)
UNKNOWN = OperationState.UNKNOWN
# What can be sent only of a meeting that Zoom holds
CHANGES = tuple(kind for kind in SHAPE_KINDS if kind not in (OperationKind.CREATE, OperationKind.DELETE))

log = structlog.get_logger(__name__)
_at_once = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))


def push_now(operation_id: int) -> None:
    """Try a create within the request that wanted it; the person waits for it three seconds at most.

    Never raises: what doesn't come in time the worker carries on. At most a quarter of the server's threads
    are in such tries, and none starts while Zoom is silent.
    """
    if connection.in_atomic_block or breaker.is_open(silence.BREAKER) or not _at_once.acquire(blocking=False):
        return
    thread = threading.Thread(target=_push_in_thread, args=(operation_id,), daemon=False)
    try:
        thread.start()
    except RuntimeError:  # the system gives no more threads
        _at_once.release()
        log.exception("a try at once was not begun", operation=operation_id)
        return
    # the call runs on to its own deadline and stores what comes; only the waiting ends
    thread.join(BUDGET_SECONDS)


def _push_in_thread(operation_id: int) -> None:
    try:
        push(operation_id, clock.now())
    except Exception:
        log.exception("a try at once failed", operation=operation_id)
    finally:
        _at_once.release()
        connection.close()


def push_due(now: datetime, limit: int = 40) -> Counter[str]:
    """Carry out operations that are due, for a few seconds at most; what came of them, counted.

    The nearest class comes first, but no host takes more than its share of a round: a hundred changes of one
    teacher hold up nobody else's.
    """
    outcomes = Counter(recover(now))
    until, tried = time.monotonic() + TURN_SECONDS, set[int]()
    while time.monotonic() < until:
        ids = list(in_turn(due(now).exclude(pk__in=tried)).values_list("pk", flat=True)[:limit])
        if not ids:
            break
        for operation_id in ids:
            outcomes[_push_or_put_off(operation_id)] += 1
            tried.add(operation_id)
    return outcomes


def in_turn(rows: QuerySet[ZoomOperation]) -> QuerySet[ZoomOperation]:
    """Of each host the first few, nearest class first."""
    place = Window(
        RowNumber(), partition_by=F("meeting__host"), order_by=[F("deadline_at").asc(), F("id").asc()]
    )
    return rows.annotate(place=place).filter(place__lte=SHARE_OF_A_HOST).order_by("deadline_at", "id")


def _push_or_put_off(operation_id: int) -> str:
    """Carry out one operation; a fault of ours in one is logged and holds up none of the others."""
    now = clock.now()
    try:
        return push(operation_id, now)
    except Exception:
        log.exception("operation broken", operation=operation_id)
        waits = ZoomOperation.objects.filter(pk=operation_id, state__in=(OperationState.PENDING, UNKNOWN))
        waits.update(next_at=now + BROKEN_PAUSE, last_error_code="broken", last_error_at=now)
        return "broken"


def due(now: datetime) -> QuerySet[ZoomOperation]:
    """Operations whose time has come, and creates that are to be looked for.

    A change of a meeting that isn't there yet is not due: its create carries it, or is followed by it.
    """
    is_early = Q(kind__in=CHANGES, meeting__meeting_number__isnull=True)
    return ZoomOperation.objects.filter(
        ~is_early,
        Q(state=OperationState.PENDING, not_before__lte=now) | Q(state=OperationState.UNKNOWN),
        next_at__lte=now,
        meeting__host__state__in=USABLE,
    ).order_by("deadline_at", "id")


def recover(now: datetime) -> dict[str, int]:
    """Take up what a process left when it died: a create is of unknown outcome, the rest may be repeated."""
    left = ZoomOperation.objects.filter(state=OperationState.CALLING, lease_until__lte=clock.lease_now())
    unknown = left.filter(kind=OperationKind.CREATE).update(
        state=OperationState.UNKNOWN,
        next_at=now,
        lease_until=None,
        last_error_code="process_died",
        last_error_at=now,
    )
    again = left.exclude(kind=OperationKind.CREATE).update(
        state=OperationState.PENDING,
        next_at=now,
        lease_until=None,
        last_error_code="process_died",
        last_error_at=now,
    )
    late = ZoomOperation.objects.filter(
        state__in=(OperationState.PENDING, OperationState.UNKNOWN),
        kind=OperationKind.CREATE,
        deadline_at__lte=now,
    ).update(state=OperationState.GIVEN_UP, finished_at=now, answer_code="too_late")
    return {"unknown": unknown, "again": again, "too late": late}


def push(operation_id: int, now: datetime) -> str:
    """Carry out one operation, if it may be; one word for what came of it."""
    operation = ZoomOperation.objects.select_related("meeting__host__account").filter(pk=operation_id).first()
    if operation is None or not _may_try(operation, now):
        return "not now"
    if operation.kind == OperationKind.DELETE and not operation.stray_number and _drop_unsent(operation, now):
        return "overtaken"
    if not breaker.may_call(silence.BREAKER, now):
        return "silent"
    crash.point("zoom.push.before_claim")
    host = operation.meeting.host
    try:
        access = tokens.access_for(host, now)
    except ZoomError as problem:
        return settling.put_off_for_token(operation, problem, now)
    if operation.state == OperationState.UNKNOWN:
        return adopting.look(operation, api.zoom_for(host, access), now)
    if not carrying.claim(operation, now):
        return "taken"
    crash.point("zoom.push.claimed")
    return carrying.call_and_store(operation, access, now)


def _may_try(operation: ZoomOperation, now: datetime) -> bool:
    """Its time has come, its host is connected, nothing older of its meeting is open, nothing undoes it."""
    meeting = operation.meeting
    if operation.state == OperationState.PENDING:
        if operation.not_before > now or operation.next_at > now:
            return False
        if meeting.wanted_gone and operation.kind != OperationKind.DELETE:
            return False  # the delete that waits will fold it
        if operation.kind in CHANGES and meeting.meeting_number is None:
            return False
        older = meeting.operations.filter(state__in=("calling", "unknown"), kind__in=SHAPE_KINDS)
        if older.exists():
            return False
    elif operation.state != OperationState.UNKNOWN:
        return False
    return meeting.host.is_usable


def _drop_unsent(operation: ZoomOperation, now: datetime) -> bool:
    """Earlier wishes go with the delete; where Zoom holds no meeting yet, the delete goes, too.

    A create that waits made none: it was not sent, was refused, or was looked for twice in vain.
    """
    meeting = operation.meeting
    with transaction.atomic():
        others = meeting.operations.filter(state=OperationState.PENDING).exclude(pk=operation.pk)
        others.filter(kind__in=SHAPE_KINDS, stray_number="").update(
            state=OperationState.OVERTAKEN, finished_at=now
        )
        if meeting.meeting_number is not None:
            return False
        ZoomOperation.objects.filter(pk=operation.pk, state=OperationState.PENDING).update(
            state=OperationState.OVERTAKEN, finished_at=now
        )
        answers.store_gone(meeting, now)
    return True
