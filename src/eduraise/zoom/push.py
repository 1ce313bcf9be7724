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
from contextlib import ExitStack
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.tasks import task

from eduraise.core import breaker, clock, crash
from eduraise.zoom import adopting, answers, carrying, senders, settling, silence, tokens, waiting
from eduraise.zoom.enums import CHANGES, SHAPE_KINDS, OperationKind, OperationState
from eduraise.zoom.models import ZoomOperation
from zoomclient import ZoomError

BUDGET_SECONDS = 3.0
TURN_SECONDS = 8.0
# so much before its end a turn has the next one begin: an idle thread of the worker finds it within a second
HANDING_ON_SECONDS = 1.5
BROKEN_PAUSE = timedelta(minutes=5)
UNKNOWN = OperationState.UNKNOWN

log = structlog.get_logger(__name__)
_turn = threading.Lock()
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


def push_due(now: datetime) -> Counter[str]:
    """Carry out operations that are due, for a few seconds at most; what came of them, counted.

    Several at a time (`ZOOM_SENDERS`), as fast as Zoom lets the account be called. While one turn of this
    process is on, another has nothing to do; one that leaves work behind has `push_on` carry on.
    """
    if not _turn.acquire(blocking=False):
        return Counter()
    return _take_turn(now)


@task
def push_on() -> int:
    """The next turn, which begins as soon as the present one gives nothing more out; how many it carried."""
    if not _turn.acquire(timeout=2 * HANDING_ON_SECONDS):
        return 0
    return _take_turn(clock.now()).total()


def _take_turn(now: datetime) -> Counter[str]:
    """A turn of whoever holds `_turn`, which is let go before the last answers are there."""
    with ExitStack() as held:
        carrier = held.enter_context(senders.Senders(_push_or_put_off, settings.ZOOM_SENDERS))
        held.callback(_turn.release)
        outcomes = Counter(waiting.recover(now))
        until = time.monotonic() + TURN_SECONDS
        is_handed_on = False
        for operation_id, meeting_id in waiting.rounds(until):
            carrier.give(operation_id, meeting_id)
            if not is_handed_on and time.monotonic() > until - HANDING_ON_SECONDS:
                is_handed_on = bool(push_on.enqueue())
    outcomes.update(carrier.outcomes)
    return outcomes


def _push_or_put_off(operation_id: int) -> str:
    """Carry out one operation; a fault of ours in one is logged and holds up none of the others."""
    now = clock.now()
    try:
        return push(operation_id, now)
    except Exception:
        log.exception("operation broken", operation=operation_id)
        rows = ZoomOperation.objects.filter(pk=operation_id, state__in=(OperationState.PENDING, UNKNOWN))
        rows.update(next_at=now + BROKEN_PAUSE, last_error_code="broken", last_error_at=now)
        return "broken"


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
        return adopting.look(operation, access, now)
    if (claimed := carrying.claim(operation, now)) is None:
        return "taken"
    crash.point("zoom.push.claimed")
    return carrying.call_and_store(claimed, access, now)


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
        if operation.kind == OperationKind.RECORD and operation.deadline_at <= now:
            return False
        if ZoomOperation.objects.filter(waiting.is_kept(), pk=operation.pk).exists():
            return False
        older = meeting.operations.filter(state__in=("calling", "unknown"), kind__in=SHAPE_KINDS)
        if older.exists():
            return False
    elif operation.state != OperationState.UNKNOWN:
        return False
    return meeting.host.is_usable


def _drop_unsent(operation: ZoomOperation, now: datetime) -> bool:
    """Earlier wishes go with the delete; where Zoom holds no meeting yet, the delete goes, too.

    A create that waits made none: it was not sent, was refused, or was looked for twice in vain. One that
    another process began meanwhile shows after that: then the delete waits for it.
    """
    meeting = operation.meeting
    with transaction.atomic():
        others = meeting.operations.filter(state=OperationState.PENDING).exclude(pk=operation.pk)
        others.filter(kind__in=SHAPE_KINDS, stray_number="").update(
            state=OperationState.OVERTAKEN, finished_at=now
        )
        begun = meeting.operations.filter(state__in=("calling", "unknown"), kind__in=SHAPE_KINDS)
        if begun.exists():
            return False
        meeting.refresh_from_db(fields=["meeting_number"])
        if meeting.meeting_number is not None:
            return False
        ZoomOperation.objects.filter(pk=operation.pk, state=OperationState.PENDING).update(
            state=OperationState.OVERTAKEN, finished_at=now
        )
        answers.store_gone(meeting, now)
    return True
