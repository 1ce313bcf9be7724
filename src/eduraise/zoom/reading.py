"""Reading a meeting at Zoom: how it is, whether it runs, whether it is still there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from eduraise.core import breaker
from eduraise.zoom import answers, api, instances, looking, silence, tokens
from eduraise.zoom.models import ZoomMeeting, ZoomUser
from zoomclient import AccessTokenRefused, Meeting, NotFound, Zoom, ZoomError


@dataclass(frozen=True)
class Reading:
    """What a reading found: running, missing (twice, and in no list), or neither."""

    is_running: bool = False
    is_missing: bool = False


def read_meeting(meeting: ZoomMeeting, now: datetime) -> Reading:
    """Read one meeting and store what Zoom says of it. Call it outside a transaction.

    Not found counts after two readings and a list; until then nothing changes, and the link goes on working.
    Raises ZoomError where Zoom can't be read: that says nothing about the meeting.
    """
    zoom = zoom_of(meeting.host, now)
    try:
        answer = zoom.meetings.get(str(meeting.meeting_number))
    except NotFound:
        breaker.answered(silence.BREAKER)
        looking.note_missing(meeting, now)
        return Reading(is_missing=looking.settle_missing(zoom, meeting, now))
    except ZoomError as problem:
        silence.note(problem, now)
        raise
    breaker.answered(silence.BREAKER)
    with transaction.atomic():
        store_reading(meeting, answer, now)
    return Reading(is_running=answer.is_started)


def store_reading(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> None:
    """Store a meeting as read, and what its status says of its sittings."""
    answers.store(meeting, answer, now)
    if answer.is_started and answer.uuid:
        instances.fold_sitting(
            host=meeting.host,
            meeting=meeting,
            number=answer.id,
            uuid=answer.uuid,
            began_at=None if meeting.instances.filter(meeting_uuid=answer.uuid).exists() else now,
            seen_running_at=now,
        )
    elif not answer.is_started:
        instances.notice_end(meeting, not_running_at=now)


def zoom_of(host: ZoomUser, now: datetime) -> Zoom:
    """Zoom's API as one host, with a token that works: a refused one is refreshed here, once."""
    host = ZoomUser.objects.select_related("account").get(pk=host.pk)
    token = tokens.access_token_for(host, now)
    return api.zoom_for(host, token, now)


def with_zoom[Got](host: ZoomUser, now: datetime, ask: Callable[[Zoom], Got]) -> Got:
    """Ask Zoom something as a host; once more with a fresh token where Zoom refuses the one we hold."""
    row = ZoomUser.objects.select_related("account").get(pk=host.pk)
    token = tokens.access_token_for(row, now)
    try:
        return ask(api.zoom_for(row, token, now))
    except AccessTokenRefused:
        fresh = tokens.access_token_for(row, now, but=token.reveal())
        return ask(api.zoom_for(row, fresh, now))
