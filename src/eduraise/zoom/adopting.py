"""A create of unknown outcome: looked for by its reference, and adopted where Zoom holds it after all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from eduraise.core import audit, breaker
from eduraise.zoom import answers, asking, looking, settling, silence
from eduraise.zoom.api import HostZoom
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomOperation
from eduraise.zoom.tokens import Access
from zoomclient import Meeting, MeetingSummary, ZoomError

LOOKS = 2


def look(operation: ZoomOperation, access: Access, now: datetime) -> str:
    """Look for a create of unknown outcome; adopt what is found, send again after two empty looks.

    A look that failed is not a look. Where the grant turns out to be gone, the operation waits for another.
    """
    meeting = operation.meeting
    try:
        found, answer = asking.with_access(meeting.host, access, now, lambda zoom: _find(zoom, meeting.ref))
    except ZoomError as problem:
        return settling.put_off_look(operation, problem, now)
    breaker.answered(silence.BREAKER)
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
        next_at=now if enough else now + looking.APART,
    )
    return "not found" if enough else "looked"


def _find(zoom: HostZoom, ref: str) -> tuple[list[MeetingSummary], Meeting | None]:
    """The meetings with this reference, and the first of them in full."""
    found = looking.find_by_ref(zoom, ref)
    return found, zoom.meetings.get(found[0].id) if found else None


def _adopt(operation: ZoomOperation, answer: Meeting, twins: list[str], now: datetime) -> str:
    """The create had worked: its meeting is ours. Of two, the older stays and the younger goes."""
    meeting = operation.meeting
    with transaction.atomic():
        if not settling.finish(operation, OperationState.DONE, now, answer_code="adopted"):
            return "late"
        answers.store(meeting, answer, now)
        audit.record(
            "zoom.meeting_adopted", by=None, label="Zoom", thing=meeting, at=now, after={"number": answer.id}
        )
        for number in twins:
            settling.remove_stray(meeting, number, now)
        settling.follow_up(operation, meeting.wanted_version, now)
    return "adopted"
