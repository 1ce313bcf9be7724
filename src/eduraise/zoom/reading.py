"""Reading a meeting at Zoom: how it is, whether it runs, whether it is still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from eduraise.core import breaker
from eduraise.zoom import answers, instances, looking, silence
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.models import ZoomMeeting
from zoomclient import Meeting, NotFound, ZoomError


@dataclass(frozen=True)
class Reading:
    """What a reading found.

    is_running: people can be in it; is_missing: not found twice, and in no list; has_moved: Zoom says another
    time than it said before; is_overtaken: something newer was stored meanwhile, so that nothing of this
    reading was kept; is_webinar: it was turned into a webinar, which can't be read as a meeting.
    """

    is_running: bool = False
    is_webinar: bool = False
    is_missing: bool = False
    has_moved: bool = False
    is_overtaken: bool = False


def read_meeting(meeting: ZoomMeeting, now: datetime) -> Reading:
    """Read one meeting and store what Zoom says of it. Call it outside a transaction.

    now: when the reading begins. Its answer counts only if what we hold is still what we held then: a change
    of ours, or another reading, may have come in between, and nobody knows which of two answers is older.
    Not found counts after two readings and a list; until then nothing changes, and the link goes on working.
    Raises ZoomError where Zoom can't be read: that says nothing about the meeting.
    """
    meeting.refresh_from_db()
    held_since = meeting.read_at
    try:
        answer = _ask(meeting, now)
    except ZoomError as problem:
        silence.note(problem, now)
        if problem.reason == "is_webinar":
            return Reading(is_webinar=True)
        raise
    breaker.answered(silence.BREAKER)
    with transaction.atomic():
        if _lock(meeting).read_at != held_since:
            return Reading(is_overtaken=True)
        if answer is not None:
            return _store(meeting, answer, now)
        looking.note_missing(meeting, now)
    return Reading(
        is_missing=with_zoom(meeting.host, now, lambda zoom: looking.is_missing(zoom, meeting, now))
    )


def _ask(meeting: ZoomMeeting, now: datetime) -> Meeting | None:
    try:
        number, past = str(meeting.meeting_number), meeting.is_series
        return with_zoom(
            meeting.host, now, lambda zoom: zoom.meetings.get(number, with_past_occurrences=past)
        )
    except NotFound:
        return None


def _lock(meeting: ZoomMeeting) -> ZoomMeeting:
    """The meeting as it is held now, and till the transaction ends."""
    return ZoomMeeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)


def _store(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> Reading:
    times = meeting.occurrences.order_by("pk").values_list("pk", "zoom_starts_at", "zoom_minutes")
    before = list(times)
    answers.store(meeting, answer, now)
    _store_status(meeting, answer, now)
    return Reading(is_running=answer.is_started, has_moved=list(times.all()) != before)


def _store_status(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> None:
    """What a meeting's status says of its sittings."""
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
