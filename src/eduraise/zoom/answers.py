"""Storing what Zoom answered about a meeting. The one function that writes all fields that are Zoom's."""

from __future__ import annotations

from datetime import datetime

from eduraise.core import encrypted, hooks
from eduraise.zoom import binding, guarding, series, shapes
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence
from zoomclient import Meeting


def store(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> None:
    """Write a meeting as Zoom holds it, and its sitting; within the caller's transaction.

    meeting: as it was held until now; what the answer changes in who can come in is told to whoever keeps it.
    The start link is not in `answer` and is stored nowhere.
    """
    if guard := guarding.change_by(meeting, answer):
        hooks.meeting_guard_changed.tell(meeting=meeting, change=guard, now=now)
    ZoomMeeting.objects.filter(pk=meeting.pk).update(
        meeting_number=answer.id,
        join_url=encrypted.seal(meeting, meeting.uid, "join_url", answer.join_url),
        passcode=encrypted.seal(meeting, meeting.uid, "passcode", answer.password),
        zoom_topic=answer.topic[:300],
        zoom_agenda=answer.agenda,
        zoom_settings=shapes.kept_settings(answer),
        zoom_rooms=shapes.kept_rooms(answer),
        registers=answer.settings.approval_type in shapes.REGISTERING,
        left_open=guarding.still_left_open(meeting, answer),
        read_at=now,
        missing_reads=0,
        missing_at=None,
        gone_at=None,
    )
    if meeting.is_series:
        binding.bind(meeting, answer, now)
        return
    starts_at, minutes = _time_of(meeting, answer, now)
    if starts_at is not None:
        meeting.occurrences.filter(wanted_gone=False).update(
            zoom_starts_at=starts_at, zoom_minutes=minutes, zoom_gone_at=None, read_at=now
        )


def _time_of(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> tuple[datetime | None, int | None]:
    """When Zoom holds the sitting, and for how many minutes.

    A meeting that somebody made recurring at Zoom may say so of its dates alone: then the one nearest to the
    class counts, and none from its begin, since Zoom tells coming dates only.
    """
    if answer.start_time is not None:
        return answer.start_time, answer.duration
    sitting = meeting.occurrences.filter(wanted_gone=False).order_by("id").first()
    dates = {one.start_time: one.duration for one in answer.occurrences if not one.is_deleted}
    times = [at for at in dates if at is not None]
    if sitting is None or sitting.wanted_starts_at <= now or not times:
        return None, None
    wanted_at = sitting.wanted_starts_at
    nearest = min(times, key=lambda at: abs(at - wanted_at))
    return nearest, dates[nearest]


def store_gone(meeting: ZoomMeeting, now: datetime) -> None:
    """Write that Zoom holds the meeting no more."""
    ZoomMeeting.objects.filter(pk=meeting.pk, gone_at__isnull=True).update(gone_at=now, read_at=now)
    meeting.occurrences.filter(zoom_gone_at__isnull=True).update(zoom_gone_at=now, read_at=now)


def as_wanted(meeting: ZoomMeeting, occurrence: ZoomOccurrence) -> bool:
    """Whether title, agenda, start and length are ours (of a series: title and agenda). Settings may differ:
    locks win in silence."""
    return (
        (meeting.is_series or series.is_as_wanted(occurrence))
        and meeting.zoom_topic == meeting.wanted_topic[:200]
        and shapes.same_agenda(meeting.zoom_agenda, shapes.agenda(meeting))
    )
