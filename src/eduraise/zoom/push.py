"""Carrying out what is wanted at Zoom: claim, call outside any transaction, store what came of it.

The same code runs in the worker (`push_due`) and, for a create, within the request that wants it
(`push_now`). A create is not idempotent at Zoom: one whose outcome is unknown is looked for, by its
reference, before it is sent again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet

from eduraise.core import audit, breaker, clock, crash
from eduraise.core.queue import back_off
from eduraise.zoom import answers, api, looking, quota, shapes, tokens
from eduraise.zoom.enums import SHAPE_KINDS, USABLE, OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation
from eduraise.zoom.wanting import want
from zoomclient import (
    AccessTokenRefused,
    ConnectionLost,
    Meeting,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Zoom,
    ZoomError,
)

BREAKER = "zoom"
LEASE = timedelta(seconds=60)
LOOK_AGAIN = timedelta(seconds=60)
LOOKS = 2
BUDGET_SECONDS = 3.0
COUNTED = (OperationKind.CREATE, OperationKind.UPDATE)

log = structlog.get_logger(__name__)
_at_once = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))


def push_now(operation_id: int) -> None:
    """Try a create within the request that wanted it; the person waits for it three seconds at most.

    Never raises: what doesn't come in time the worker carries on. At most a quarter of the server's threads
    are in such tries, and none starts while Zoom is silent.
    """
    if connection.in_atomic_block or breaker.is_open(BREAKER) or not _at_once.acquire(blocking=False):
        return
    thread = threading.Thread(target=_push_in_thread, args=(operation_id,), daemon=False)
    thread.start()
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
    """Carry out operations that are due, nearest class first; what came of them, counted."""
    outcomes = Counter(recover(now))
    for operation_id in list(due(now).values_list("pk", flat=True)[:limit]):
        outcomes[push(operation_id, clock.now())] += 1
    return outcomes


def due(now: datetime) -> QuerySet[ZoomOperation]:
    """Operations whose time has come, and creates that are to be looked for."""
    return ZoomOperation.objects.filter(
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
    if not breaker.may_call(BREAKER, now):
        return "silent"
    crash.point("zoom.push.before_claim")
    host = operation.meeting.host
    try:
        token = tokens.access_token_for(host, now)
    except ZoomError as problem:
        return _put_off_for_token(operation, problem, now)
    if operation.state == OperationState.UNKNOWN:
        return _look(operation, api.zoom_for(host, token, now), now)
    if not _claim(operation, now):
        return "taken"
    crash.point("zoom.push.claimed")
    return _call_and_store(operation, lambda: api.zoom_for(host, token, now), now)


def _may_try(operation: ZoomOperation, now: datetime) -> bool:
    """Its time has come, its host is connected, nothing older of its meeting is open, nothing undoes it."""
    meeting = operation.meeting
    if operation.state == OperationState.PENDING:
        if operation.not_before > now or operation.next_at > now:
            return False
        if meeting.wanted_gone and operation.kind != OperationKind.DELETE:
            return False  # the delete that waits will fold it
        older = meeting.operations.filter(state__in=("calling", "unknown"), kind__in=SHAPE_KINDS)
        if older.exists():
            return False
    elif operation.state != OperationState.UNKNOWN:
        return False
    return meeting.host.is_usable


def _drop_unsent(operation: ZoomOperation, now: datetime) -> bool:
    """Wanted and unwanted before it was sent: nothing is sent. Earlier changes go with the delete, too."""
    meeting = operation.meeting
    with transaction.atomic():
        others = meeting.operations.filter(state=OperationState.PENDING).exclude(pk=operation.pk)
        unsent = others.filter(kind=OperationKind.CREATE, attempts=0).exists()
        others.filter(kind__in=COUNTED, stray_number="").exclude(
            kind=OperationKind.CREATE, attempts__gt=0
        ).update(state=OperationState.OVERTAKEN, finished_at=now)
        if not (unsent and meeting.meeting_number is None):
            return False
        ZoomOperation.objects.filter(pk=operation.pk, state=OperationState.PENDING).update(
            state=OperationState.OVERTAKEN, finished_at=now
        )
        answers.store_gone(meeting, now)
    return True


def _claim(operation: ZoomOperation, now: datetime) -> bool:
    """Take the operation, and one of the host's hundred, in one committed step."""
    host = operation.meeting.host
    try:
        with transaction.atomic():
            if operation.kind in COUNTED and not quota.take_of_day(
                host, now, is_repair=_is_repair(operation, now)
            ):
                ZoomOperation.objects.filter(pk=operation.pk).update(
                    next_at=quota.next_day(now), last_error_code="quota_spent", last_error_at=now
                )
                return False
            lease_now = clock.lease_now()
            taken = ZoomOperation.objects.filter(
                pk=operation.pk, state=OperationState.PENDING, fence=operation.fence, not_before__lte=now
            ).update(
                state=OperationState.CALLING,
                lease_until=lease_now + LEASE,
                fence=operation.fence + 1,
                attempts=F("attempts") + 1,
                sent_at=now,
            )
            if not taken:
                transaction.set_rollback(True)
                return False
    except IntegrityError:  # another operation of this meeting is under way
        return False
    operation.refresh_from_db()
    operation.meeting.refresh_from_db()
    return True


def _is_repair(operation: ZoomOperation, now: datetime) -> bool:
    return bool(operation.why) or operation.deadline_at - now < timedelta(hours=24)


def _call_and_store(operation: ZoomOperation, zoom: Callable[[], Zoom], now: datetime) -> str:
    meeting = operation.meeting
    # the wishes as they are now; a later one leaves `wanted_version` behind and gets its own operation
    version = meeting.wanted_version
    crash.point("zoom.push.sent")
    try:
        answer = _with_fresh_token(operation, zoom, now)
    except ZoomError as problem:
        return _store_problem(operation, problem, now)
    crash.point("zoom.push.answered")
    breaker.answered(BREAKER)
    outcome = _store_answer(operation, answer, version, now)
    crash.point("zoom.push.stored")
    return outcome


def _with_fresh_token(operation: ZoomOperation, zoom: Callable[[], Zoom], now: datetime) -> Meeting | None:
    """Call; a refused token is refreshed once, and a call that Zoom didn't carry out is made again."""
    client = zoom()
    try:
        return _call(operation, client)
    except AccessTokenRefused:
        host = operation.meeting.host
        used = type(host).objects.get(pk=host.pk).access_token or ""
        token = tokens.access_token_for(host, now, but=used)
        return _call(operation, api.zoom_for(host, token, now))


def _call(operation: ZoomOperation, zoom: Zoom) -> Meeting | None:
    """Make the call that an operation stands for; the meeting as Zoom has it then, None where it is gone."""
    meeting = operation.meeting
    number = operation.stray_number or meeting.meeting_number or ""
    match operation.kind:
        case OperationKind.CREATE:
            return zoom.meetings.create("me", shapes.draft(meeting, _sitting(meeting)))
        case OperationKind.UPDATE:
            zoom.meetings.update(number, shapes.change(meeting, _sitting(meeting)))
            return zoom.meetings.get(number)  # a change answers without a body
        case OperationKind.DELETE:
            _delete(zoom, number)
            return None
        case _:
            zoom.meetings.end(number)
            return zoom.meetings.get(number)


def _delete(zoom: Zoom, number: str) -> None:
    try:
        zoom.meetings.delete(number)
    except NotFound:
        return  # gone is what was wanted


def _sitting(meeting: ZoomMeeting) -> ZoomOccurrence:
    return meeting.occurrences.order_by("wanted_gone", "id")[0]


def _store_answer(operation: ZoomOperation, answer: Meeting | None, version: int, now: datetime) -> str:
    """Store under the fence. A late answer of a create is compensated: its meeting is a stray."""
    meeting = operation.meeting
    with transaction.atomic():
        done = _finish(operation, OperationState.DONE, now)
        if not done:
            if operation.kind == OperationKind.CREATE and answer is not None:
                remove_stray(meeting, answer.id, now)
            return "late"
        if answer is None:
            if not operation.stray_number:
                answers.store_gone(meeting, now)
            return "done"
        answers.store(meeting, answer, now)
        _follow_up(meeting, version, now)
    return "done"


def _follow_up(meeting: ZoomMeeting, version: int, now: datetime) -> None:
    """Wishes that came while the call was out, or that Zoom didn't fulfil, get their own operation."""
    meeting.refresh_from_db()
    if meeting.wanted_gone:
        return
    sitting = _sitting(meeting)
    if meeting.wanted_version != version or not answers.as_wanted(meeting, sitting):
        tried = meeting.operations.filter(
            kind=OperationKind.UPDATE, why="unlike", created_at__gt=now - timedelta(hours=1)
        )
        if meeting.wanted_version != version or not tried.exists():
            want(
                meeting,
                OperationKind.UPDATE,
                not_before=now,
                deadline_at=sitting.wanted_ends_at,
                now=now,
                by=None,
                why="unlike",
            )


def remove_stray(meeting: ZoomMeeting, number: str, now: datetime) -> None:
    """A meeting at Zoom that nobody is sent to: have that very number deleted, and say so in the log."""
    if ZoomMeeting.objects.filter(meeting_number=number).exists():
        return
    far = now + timedelta(days=30)
    want(
        meeting,
        OperationKind.DELETE,
        not_before=now,
        deadline_at=far,
        now=now,
        by=None,
        why="stray",
        stray_number=number,
    )
    audit.record("zoom.stray_removed", by=None, label="Zoom", thing=meeting, at=now, after={"number": number})


def _finish(operation: ZoomOperation, state: OperationState, now: datetime, **changes: object) -> bool:
    return bool(
        ZoomOperation.objects.filter(
            pk=operation.pk, fence=operation.fence, state__in=("calling", "unknown")
        ).update(state=state, lease_until=None, finished_at=now, **changes)
    )


def _store_problem(operation: ZoomOperation, problem: ZoomError, now: datetime) -> str:
    """Turn what went wrong into the operation's next state."""
    log.info("operation not done", operation=str(operation.uid), kind=operation.kind, reason=problem.reason)
    note_silence(problem, now)
    changes: dict[str, object] = {
        "lease_until": None,
        "last_error_code": problem.reason[:80],
        "last_error_at": now,
    }
    rows = ZoomOperation.objects.filter(pk=operation.pk, fence=operation.fence, state=OperationState.CALLING)
    state, next_at, counted = _next_state(operation, problem, now)
    if state in (OperationState.FAILED,):
        changes |= {"finished_at": now, "answer_code": problem.reason[:80]}
    rows.update(state=state, next_at=next_at, **changes)
    if not counted and operation.kind in COUNTED:
        quota.give_back(operation.meeting.host, now)
    return str(state)


def _next_state(
    operation: ZoomOperation, problem: ZoomError, now: datetime
) -> tuple[OperationState, datetime, bool]:
    """The next state, when it is tried next, and whether the try counts in the host's hundred."""
    host = operation.meeting.host
    match problem:
        case RateLimited(retry_at=retry_at, daily=daily, per_host=per_host):
            if daily and per_host:
                quota.spend_day(host, retry_at, now)
            return OperationState.PENDING, retry_at, daily
        case NotSent(retry_at=retry_at):
            return OperationState.PENDING, retry_at or now + back_off(operation.attempts), False
        case ConnectionLost() | AccessTokenRefused():
            return OperationState.PENDING, now + back_off(operation.attempts), False
        case OutcomeUnknown() if operation.kind == OperationKind.CREATE:
            return OperationState.UNKNOWN, now, True
        case OutcomeUnknown():
            return OperationState.PENDING, now + back_off(operation.attempts), True
        case NotFound() if operation.kind == OperationKind.UPDATE:
            looking.note_missing(operation.meeting, now)
            return OperationState.PENDING, now + LOOK_AGAIN, True
        case Refused():
            return OperationState.FAILED, now, True
        case _:
            return OperationState.PENDING, now + back_off(operation.attempts), True


def note_silence(problem: ZoomError, now: datetime) -> None:
    if isinstance(problem, OutcomeUnknown | NotSent) and problem.reason not in {"own_limit", "refreshing"}:
        breaker.failed(BREAKER, now)
    elif not isinstance(problem, NotSent):
        breaker.answered(BREAKER)


def _put_off_for_token(operation: ZoomOperation, problem: ZoomError, now: datetime) -> str:
    """No token, so nothing is sent: a lost connection parks the operation, the rest is tried later."""
    note_silence(problem, now)
    if not isinstance(problem, ConnectionLost):
        retry_at = getattr(problem, "retry_at", None) or now + back_off(operation.attempts)
        ZoomOperation.objects.filter(pk=operation.pk, fence=operation.fence).update(
            next_at=retry_at, last_error_code=problem.reason[:80], last_error_at=now
        )
    return "parked" if isinstance(problem, ConnectionLost) else "put off"


def _look(operation: ZoomOperation, zoom: Zoom, now: datetime) -> str:
    """Look for a create of unknown outcome; adopt what is found, send again after two empty looks."""
    try:
        found = looking.find_by_ref(zoom, operation.meeting.ref)
        answer = zoom.meetings.get(found[0].id) if found else None
    except ZoomError as problem:  # a look that failed is not a look
        note_silence(problem, now)
        ZoomOperation.objects.filter(pk=operation.pk, fence=operation.fence).update(
            next_at=now + back_off(operation.looks), last_error_code=problem.reason[:80], last_error_at=now
        )
        return "look failed"
    breaker.answered(BREAKER)
    if answer is not None:
        return _adopt(operation, answer, [row.id for row in found[1:]], now)
    looks = operation.looks + 1
    enough = looks >= LOOKS
    ZoomOperation.objects.filter(
        pk=operation.pk, fence=operation.fence, state=OperationState.UNKNOWN, looks=operation.looks
    ).update(
        looks=0 if enough else looks,
        looked_at=now,
        state=OperationState.PENDING if enough else OperationState.UNKNOWN,
        next_at=now if enough else now + LOOK_AGAIN,
    )
    return "not found" if enough else "looked"


def _adopt(operation: ZoomOperation, answer: Meeting, twins: list[str], now: datetime) -> str:
    """The create had worked: its meeting is ours. Of two, the older stays and the younger goes."""
    meeting = operation.meeting
    with transaction.atomic():
        if not _finish(operation, OperationState.DONE, now, answer_code="adopted"):
            return "late"
        answers.store(meeting, answer, now)
        audit.record(
            "zoom.meeting_adopted", by=None, label="Zoom", thing=meeting, at=now, after={"number": answer.id}
        )
        for number in twins:
            remove_stray(meeting, number, now)
        _follow_up(meeting, meeting.wanted_version, now)
    return "adopted"
