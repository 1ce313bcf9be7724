"""Carrying one operation to Zoom: claim it in a committed step, call outside any transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from eduraise.core import breaker, clock, crash
from eduraise.zoom import api, asking, handing_on, quota, settling, shapes, silence, tokens
from eduraise.zoom.enums import COUNTED, OF_SETTINGS, OperationKind, OperationState, RecordingWish, Why
from eduraise.zoom.models import ZoomMeeting, ZoomOperation
from zoomclient import Invalid, Meeting, MeetingChange, NotFound, RecordingControl, ZoomError

LEASE = timedelta(seconds=60)
CONTROLS = {
    RecordingWish.START: RecordingControl.START,
    RecordingWish.STOP: RecordingControl.STOP,
}


def claim(operation: ZoomOperation, now: datetime) -> ZoomOperation | None:
    """Take the operation, and one of the host's hundred, in one committed step.

    As it is then, with its meeting; None if it is another's, or the host's day is spent.
    """
    host = operation.meeting.host
    try:
        with transaction.atomic():
            if operation.kind in COUNTED and not quota.take_of_day(
                host, now, is_repair=_is_repair(operation, now)
            ):
                ZoomOperation.objects.filter(pk=operation.pk).update(
                    next_at=quota.next_day(now), last_error_code="quota_spent", last_error_at=now
                )
                return None
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
                return None
    except IntegrityError:  # another operation of this meeting is under way
        return None
    related = ("meeting__host__account", "meeting__wanted_host")
    return ZoomOperation.objects.select_related(*related).get(pk=operation.pk)


def _is_repair(operation: ZoomOperation, now: datetime) -> bool:
    return bool(operation.why) or operation.deadline_at - now < timedelta(hours=24)


def call_and_store(operation: ZoomOperation, access: tokens.Access, now: datetime) -> str:
    """Make the call and settle what comes of it; one word for that."""
    meeting = operation.meeting
    # the wishes as they are now; a later one leaves `wanted_version` behind and gets its own operation
    version = meeting.wanted_version
    crash.point("zoom.push.sent")
    try:
        answer = asking.with_access(meeting.host, access, now, lambda zoom: _call(operation, zoom, now))
    except ZoomError as problem:
        return settling.store_problem(operation, problem, now)
    crash.point("zoom.push.answered")
    breaker.answered(silence.BREAKER)
    outcome = settling.store_answer(operation, answer, version, now)
    crash.point("zoom.push.stored")
    return outcome


def _call(operation: ZoomOperation, zoom: api.HostZoom, now: datetime) -> Meeting | None:
    """Make the call that an operation stands for; the meeting as Zoom has it then, None where it is gone."""
    meeting = operation.meeting
    number = operation.stray_number or meeting.meeting_number or ""
    match operation.kind:
        case OperationKind.CREATE:
            draft = shapes.draft(meeting, settling.sitting_of(meeting), now)
            return zoom.meetings.create(zoom.user_id, draft)
        case OperationKind.UPDATE:
            zoom.meetings.update(number, _change(operation))
            return _as_it_is(meeting, number, zoom)
        case OperationKind.SHORTEN:
            zoom.meetings.update(number, shapes.change_of_rule(meeting))
            return _as_it_is(meeting, number, zoom)
        case OperationKind.UPDATE_ONE | OperationKind.DELETE_ONE:
            _call_for_date(operation, zoom, number)
            return _as_it_is(meeting, number, zoom)
        case OperationKind.TRANSFER | OperationKind.ALTERNATES:
            return handing_on.call(operation, zoom, number)
        case OperationKind.DELETE:
            _delete(zoom, number)
            return None
        case OperationKind.RECORD:
            zoom.meetings.control_recording(number, CONTROLS[RecordingWish(meeting.wanted_recording)])
            return None
        case _:
            zoom.meetings.end(number)
            return _as_it_is(meeting, number, zoom)


def _as_it_is(meeting: ZoomMeeting, number: str, zoom: api.HostZoom) -> Meeting:
    """The meeting after a change, which answers without a body; a series with all its dates."""
    return zoom.meetings.get(number, with_past_occurrences=meeting.is_series)


def _call_for_date(operation: ZoomOperation, zoom: api.HostZoom, number: str) -> None:
    """Change or remove one date; of one that Zoom doesn't know any more, what it holds now tells the rest."""
    row = operation.occurrence
    assert row is not None
    row.refresh_from_db()
    if row.zoom_occurrence_id is None:
        return  # Zoom made the dates anew without it
    try:
        if operation.kind == OperationKind.DELETE_ONE:
            zoom.meetings.delete_occurrence(number, row.zoom_occurrence_id)
        else:
            change = shapes.change_of_date(operation.meeting, row, in_utc=operation.why == Why.UNLIKE)
            zoom.meetings.update_occurrence(number, row.zoom_occurrence_id, change)
    except NotFound:
        if operation.kind != OperationKind.DELETE_ONE:
            raise
    except Invalid as problem:
        if problem.reason != "invalid_occurrence":
            raise


def _change(operation: ZoomOperation) -> MeetingChange:
    meeting = operation.meeting
    if operation.why in OF_SETTINGS:
        return shapes.change_of_settings(meeting)
    return shapes.change(meeting, settling.sitting_of(meeting), in_utc=operation.why == Why.UNLIKE)


def _delete(zoom: api.HostZoom, number: str) -> None:
    try:
        zoom.meetings.delete(number)
    except NotFound:
        return  # gone is what was wanted
