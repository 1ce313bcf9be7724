"""What is wanted of a meeting for the time when it runs: its breakout rooms, prepared before, and its
recording. Nothing here calls Zoom.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.zoom.enums import Licence, OperationKind, RecordingWish, Why
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation
from eduraise.zoom.wanting import is_refused, is_unsent, try_at_once
from eduraise.zoom.wishes import want

# A recording that didn't begin by then begins no more: people would be surprised by it
TIMELY_FOR = timedelta(minutes=2)
# Groups are put together in several steps, which are sent as one
GATHERED_FOR = timedelta(seconds=10)


def want_rooms(
    *, occurrence: ZoomOccurrence, rooms: Sequence[dict[str, Any]], now: datetime, by: User | None
) -> bool:
    """Want these breakout rooms prepared for a single meeting, as [{"name", "emails"}]; False where Zoom
    can't hold them: of a series it has the same for all its dates."""
    meeting = occurrence.meeting
    if meeting.is_series:
        return False
    wanted = [{"name": one["name"], "emails": sorted(one["emails"])} for one in rooms]
    if meeting.wanted_rooms == wanted or (meeting.wanted_rooms is None and not wanted):
        return True
    meeting.wanted_rooms = wanted
    meeting.save(update_fields=["wanted_rooms"])
    if not (is_unsent(meeting) or is_refused(meeting)):  # else the create that waits carries them
        want(
            meeting,
            OperationKind.UPDATE,
            not_before=now + GATHERED_FOR,
            deadline_at=occurrence.wanted_ends_at,
            now=now,
            by=by,
            why=Why.ROOMS,
        )
    return True


def want_recording(*, meeting: ZoomMeeting, wish: RecordingWish, now: datetime, by: User) -> ZoomOperation:
    """Want a running meeting's recording to begin or stop, at once or not at all. The latest wish holds."""
    ZoomMeeting.objects.filter(pk=meeting.pk).update(wanted_recording=wish)
    operation = want(
        meeting, OperationKind.RECORD, not_before=now, deadline_at=now + TIMELY_FOR, now=now, by=by
    )
    transaction.on_commit(partial(try_at_once, operation.pk), robust=True)
    return operation


def can_record(meeting: ZoomMeeting) -> bool:
    """Whether Zoom's cloud records meetings of its host, as far as the licence tells."""
    return bool(meeting.host.licence == Licence.LICENSED)
