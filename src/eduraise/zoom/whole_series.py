"""What holds for all dates of a series at Zoom, its title and its settings: changed by one call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Max

from eduraise.accounts.models import User
from eduraise.zoom.enums import OF_SETTINGS, OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting
from eduraise.zoom.wanting import is_refused, is_unsent, overtake_refused
from eduraise.zoom.wishes import program_wishes, want


def want_whole(
    *,
    meeting: ZoomMeeting,
    topic: str,
    settings: dict[str, Any],
    not_before: datetime,
    now: datetime,
    by: User | None,
) -> None:
    """Want a series to have this title and these settings, from `not_before` on. What differs on single dates
    is wanted of them (`series.want_date`)."""
    _set_wanted(meeting, topic, settings)
    if is_refused(meeting):
        overtake_refused(meeting, now)
        _want(meeting, OperationKind.CREATE, not_before, now, by)
    elif not is_unsent(meeting):  # else the create that still waits will carry it
        _want(meeting, OperationKind.UPDATE, not_before, now, by)


def undo_whole(
    *, meeting: ZoomMeeting, topic: str, settings: dict[str, Any], now: datetime, by: User | None
) -> bool:
    """Take back the last wish for a whole series, giving how it should be again; False if it may have been
    sent."""
    waiting = meeting.operations.filter(
        kind=OperationKind.UPDATE, state=OperationState.PENDING, not_before__gt=now
    ).exclude(why__in=OF_SETTINGS)
    # an earlier edit had shared the row: it still has to go out
    is_shared = waiting.filter(not_before__gt=F("first_not_before")).exists()
    withdrawn = waiting.update(state=OperationState.WITHDRAWN, finished_at=now)
    if not withdrawn and not is_unsent(meeting):
        return False
    _set_wanted(meeting, topic, settings)
    if is_shared:
        _want(meeting, OperationKind.UPDATE, now, now, by)
    return True


def _set_wanted(meeting: ZoomMeeting, topic: str, settings: dict[str, Any]) -> None:
    meeting.wanted_topic = topic[:200]
    meeting.wanted_settings = settings | program_wishes(meeting.program)
    meeting.wanted_version += 1
    meeting.save(update_fields=["wanted_topic", "wanted_settings", "wanted_version"])


def _want(
    meeting: ZoomMeeting, kind: OperationKind, not_before: datetime, now: datetime, by: User | None
) -> None:
    last = meeting.occurrences.filter(wanted_gone=False).aggregate(last=Max("wanted_ends_at"))["last"]
    want(meeting, kind, not_before=not_before, deadline_at=last or now, now=now, by=by)
