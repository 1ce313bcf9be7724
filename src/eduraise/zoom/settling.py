"""Settling an operation: store what Zoom answered, or turn what went wrong into its next state.

Everything is stored under the operation's fence: a process that comes late stores nothing, and a meeting that
it made is removed again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from eduraise.core import audit, hooks
from eduraise.core.queue import back_off
from eduraise.zoom import answers, binding, handing_on, looking, planning, quota, silence, spent, waiting
from eduraise.zoom.enums import (
    COUNTED,
    OF_HOSTS,
    OF_ONE_DATE,
    OF_SETTINGS,
    OPEN_STATES,
    OperationKind,
    OperationState,
    Why,
)
from eduraise.zoom.guarding import unsafe_codes
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation
from eduraise.zoom.wishes import want
from zoomclient import (
    AccessTokenRefused,
    ConnectionLost,
    Invalid,
    Meeting,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ZoomError,
)

# People who sit in a meeting that is to go leave it some time
RUNNING_PAUSE = timedelta(minutes=5)
log = structlog.get_logger(__name__)


def store_answer(operation: ZoomOperation, answer: Meeting | None, version: int, now: datetime) -> str:
    """Store under the fence. A late answer of a create is compensated: its meeting is a stray."""
    meeting = operation.meeting
    with transaction.atomic():
        done = finish(operation, OperationState.DONE, now)
        if not done:
            if operation.kind == OperationKind.CREATE and answer is not None:
                remove_stray(meeting, answer.id, now)
            return "late"
        if operation.kind == OperationKind.RECORD:
            return "done"  # whether it is so now, Zoom's events tell
        if answer is None:
            if not operation.stray_number:
                answers.store_gone(meeting, now)
            return "done"
        answers.store(meeting, answer, now)
        if operation.kind == OperationKind.TRANSFER:
            handing_on.note_done(meeting, answer, now)
        if operation.why == Why.PREFLIGHT and unsafe_codes(ZoomMeeting.objects.get(pk=meeting.pk)):
            # asked in vain: a reading tells it to whoever must decide
            hooks.meetings_doubted.tell(meeting_ids=[meeting.pk], now=now)
        if operation.kind == OperationKind.CREATE:
            planning.look_before(meeting.host, operation.meeting.occurrences.all(), now)
        follow_up(operation, version, now)
    return "done"


def follow_up(operation: ZoomOperation, version: int, now: datetime) -> None:
    """Wishes that came while the call was out, or that Zoom didn't fulfil, get their own operation."""
    meeting = operation.meeting
    meeting.refresh_from_db()
    if meeting.wanted_gone:
        _want_gone_all_the_same(meeting, now)
        return
    for row in _dates_to_check(operation, now):
        made_anew = operation.kind in (OperationKind.CREATE, OperationKind.SHORTEN)
        kind = binding.call_for(row, now, is_anew=made_anew)
        if kind is not None:
            _want_again(meeting, kind, row, now)
    if operation.kind in OF_ONE_DATE:
        return
    unlike = operation.why not in OF_SETTINGS and not answers.as_wanted(meeting, sitting_of(meeting))
    tried = _tried_lately(meeting, now).filter(kind=OperationKind.UPDATE)
    if meeting.wanted_version != version or (unlike and not tried.exists()):
        _want_again(meeting, OperationKind.UPDATE, None, now)


def _dates_to_check(operation: ZoomOperation, now: datetime) -> list[ZoomOccurrence]:
    """The dates of a series of which an operation may have left something undone: all after its rule was
    sent, else its own. Others may have been changed in Zoom meanwhile, and people decide about that."""
    dates = operation.meeting.occurrences.filter(replaced=False)
    if operation.kind in (OperationKind.CREATE, OperationKind.SHORTEN):
        return list(dates) if operation.meeting.is_series else []
    if operation.kind in OF_ONE_DATE:
        tried = _tried_lately(operation.meeting, now).filter(occurrence=OuterRef("pk"))
        return list(dates.filter(~Exists(tried), operations=operation))
    return []


def _tried_lately(meeting: ZoomMeeting, now: datetime) -> QuerySet[ZoomOperation]:
    return meeting.operations.filter(why=Why.UNLIKE, created_at__gt=now - timedelta(hours=1))


def _want_again(meeting: ZoomMeeting, kind: OperationKind, row: ZoomOccurrence | None, now: datetime) -> None:
    want(
        meeting,
        kind,
        occurrence=row,
        not_before=now,
        deadline_at=(row or sitting_of(meeting)).wanted_ends_at,
        now=now,
        by=None,
        why=Why.UNLIKE,
    )


def _want_gone_all_the_same(meeting: ZoomMeeting, now: datetime) -> None:
    """Zoom holds what nobody wants any more: its removal waits, or is wanted again."""
    is_there = ZoomMeeting.objects.filter(
        pk=meeting.pk, meeting_number__isnull=False, gone_at__isnull=True
    ).exists()
    removals = meeting.operations.filter(kind=OperationKind.DELETE, stray_number="", state__in=OPEN_STATES)
    if is_there and not removals.exists():
        _want_removed(meeting, now, Why.UNLIKE)


def remove_stray(meeting: ZoomMeeting, number: str, now: datetime) -> None:
    """A meeting at Zoom that nobody is sent to: have that very number deleted, and say so in the log."""
    if ZoomMeeting.objects.filter(meeting_number=number).exists():
        return
    _want_removed(meeting, now, Why.STRAY, stray_number=number)
    audit.record("zoom.stray_removed", by=None, label="Zoom", thing=meeting, at=now, after={"number": number})


def _want_removed(meeting: ZoomMeeting, now: datetime, why: Why, *, stray_number: str = "") -> None:
    want(
        meeting,
        OperationKind.DELETE,
        not_before=now,
        deadline_at=now + timedelta(days=30),
        now=now,
        by=None,
        why=why,
        stray_number=stray_number,
    )


def finish(operation: ZoomOperation, state: OperationState, now: datetime, **changes: object) -> bool:
    """Close an operation, if it is still this process's to close."""
    return bool(
        ZoomOperation.objects.filter(
            pk=operation.pk, fence=operation.fence, state__in=("calling", "unknown")
        ).update(state=state, lease_until=None, finished_at=now, **changes)
    )


def sitting_of(meeting: ZoomMeeting) -> ZoomOccurrence:
    """The one sitting of a single meeting: the wanted one, if there is one."""
    return meeting.occurrences.order_by("wanted_gone", "id")[0]


def store_problem(operation: ZoomOperation, problem: ZoomError, now: datetime) -> str:
    """Turn what went wrong into the operation's next state."""
    log.info("operation not done", operation=str(operation.uid), kind=operation.kind, reason=problem.reason)
    silence.note(problem, now)
    changes: dict[str, object] = {"last_error_code": spent.code_of(problem), "last_error_at": now}
    rows = ZoomOperation.objects.filter(pk=operation.pk, fence=operation.fence, state=OperationState.CALLING)
    state, next_at, counted = _next_state(operation, problem, now)
    if state in (OperationState.FAILED, OperationState.DONE):
        changes |= {"finished_at": now, "answer_code": _answer_code(problem)}
    if state == OperationState.PENDING:
        waiting.put_back(rows, operation, now, next_at=next_at, **changes)
    else:
        rows.update(state=state, next_at=next_at, lease_until=None, **changes)
    if not counted and operation.kind in COUNTED:
        quota.give_back(operation.meeting.host, now)
    return str(state)


def _answer_code(problem: ZoomError) -> str:
    """The reason of a refusal; for a field that Zoom named "invalid_field:<the first it named>"."""
    if isinstance(problem, Invalid) and problem.reason == Invalid.reason and problem.fields:
        return f"{problem.reason}:{next(iter(problem.fields))}"[:80]
    return problem.reason[:80]


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
        case NotFound() if operation.kind == OperationKind.DELETE_ONE:
            return OperationState.DONE, now, True  # with its whole series
        case NotFound() if operation.kind in (
            OperationKind.UPDATE,
            OperationKind.SHORTEN,
            *OF_ONE_DATE,
            *OF_HOSTS,
        ):
            looking.note_missing(operation.meeting, now)
            return OperationState.PENDING, now + looking.APART, True
        case Refused(reason="meeting_in_progress") if operation.kind in (
            OperationKind.DELETE,
            OperationKind.DELETE_ONE,
        ):
            return OperationState.PENDING, now + RUNNING_PAUSE, True
        case Refused():
            return OperationState.FAILED, now, True
        case _:
            return OperationState.PENDING, now + back_off(operation.attempts), True


def put_off_for_token(operation: ZoomOperation, problem: ZoomError, now: datetime) -> str:
    """No token, so nothing is sent: a lost connection parks the operation, the rest is tried later."""
    if isinstance(problem, ConnectionLost):
        silence.note(problem, now)
        return "parked"
    _put_off(operation, problem, now)
    return "put off"


def put_off_look(operation: ZoomOperation, problem: ZoomError, now: datetime) -> str:
    """What a booking of unknown outcome came to could not be seen: later, as Zoom or we allow it."""
    _put_off(operation, problem, now)
    return "parked" if isinstance(problem, ConnectionLost) else "look failed"


def _put_off(operation: ZoomOperation, problem: ZoomError, now: datetime) -> None:
    silence.note(problem, now)
    retry_at = spent.retry_at_of(problem) or now + back_off(operation.attempts)
    ZoomOperation.objects.filter(pk=operation.pk, fence=operation.fence).update(
        next_at=retry_at, last_error_code=spent.code_of(problem), last_error_at=now
    )
