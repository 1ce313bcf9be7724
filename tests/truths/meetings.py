"""Each class that stands has its one meeting, as the class is; Zoom holds nothing of ours beside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from eduraise.classes.models import ClassSession
from eduraise.zoom.models import BusyTime, ZoomMeeting, ZoomOccurrence
from tests.truths.zoom import SERIES, AtZoom


def meetings_stand(there: AtZoom) -> Iterator[str]:
    """A class that stands has exactly one meeting, at its hour, and we know it; a cancelled one has none."""
    rows = ZoomOccurrence.objects.values_list(
        "meeting__ref", "meeting__type", "zoom_occurrence_id", "held_for"
    )
    held_for = {
        (ref, (date or "") if kind == ZoomMeeting.RECURRING else ""): uid for ref, kind, date, uid in rows
    }
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for ref, date, meeting in there.sittings():
        if (ref, date) in held_for:
            found[held_for[ref, date]].append(meeting)
        else:
            yield f"meeting {meeting['id']} at Zoom is one that nobody knows: {ref} {date}"
    for session in ClassSession.objects.select_related("occurrence__meeting__host", "teacher"):
        yield from _one_meeting(session, found.pop(session.uid, []))
    yield from (f"meetings at Zoom for no class: {rest}" for rest in found.values())
    yield from _rows_true({str(meeting["id"]) for meeting in there.meetings})


def _one_meeting(session: ClassSession, there: list[dict[str, Any]]) -> Iterator[str]:
    numbers = [str(meeting["id"]) for meeting in there]
    if session.cancelled_at is not None:
        if numbers:
            yield f"cancelled class {session.code} still stands at Zoom: {numbers}"
        return
    if len(there) != 1:
        yield f"class {session.code} has {len(there)} meetings at Zoom: {numbers}"
        return
    yield from _known(session, there[0])
    yield from _as_planned(session, there[0])


def _known(session: ClassSession, meeting: dict[str, Any]) -> Iterator[str]:
    """People are sent to this very meeting."""
    occurrence = session.occurrence
    assert occurrence
    row = occurrence.meeting
    ours = (row.meeting_number, row.host.zoom_user_id, row.join_url, row.passcode)
    zooms = (str(meeting["id"]), meeting["host_id"], meeting["join_url"], meeting.get("password", ""))
    if ours != zooms or not occurrence.is_at_zoom:
        yield f"class {session.code} knows {ours}, at Zoom is {zooms}"


def _as_planned(session: ClassSession, meeting: dict[str, Any]) -> Iterator[str]:
    starts_at = datetime.fromisoformat(meeting["start_time"])
    ours = (session.starts_at, session.minutes)
    zooms = (starts_at, meeting["duration"])
    if ours != zooms:
        yield f"class {session.code} is {ours}, at Zoom it is {zooms}"
    if meeting["type"] == SERIES:
        yield from _series_as_planned(session, meeting)
        return
    if session.topic[:200] != meeting["topic"]:
        yield f"class {session.code} is {session.topic!r}, at Zoom it is {meeting['topic']!r}"
    if meeting["settings"]["waiting_room"] is not (session.chosen_settings["entry"] == "waiting_room"):
        yield f"class {session.code} has another waiting room at Zoom"
    if meeting["settings"]["mute_upon_entry"] is not session.chosen_settings["mutes_on_entry"]:
        yield f"class {session.code} mutes otherwise at Zoom"


def _series_as_planned(session: ClassSession, meeting: dict[str, Any]) -> Iterator[str]:
    """Title and settings there are those of all its dates."""
    assert session.occurrence
    wanted = session.occurrence.meeting
    ours = (wanted.wanted_topic, wanted.wanted_settings["auto_recording"])
    zooms = (meeting["topic"], meeting["settings"]["auto_recording"])
    if ours != zooms:
        yield f"the series of class {session.code} is {ours}, at Zoom it is {zooms}"


def _rows_true(numbers: set[str]) -> Iterator[str]:
    """What we hold to be at Zoom is there, and what we hold to be gone is not."""
    for meeting in ZoomMeeting.objects.filter(meeting_number__isnull=False):
        if (meeting.gone_at is None) != (meeting.meeting_number in numbers):
            yield f"{meeting} {meeting.meeting_number} is held to be gone at {meeting.gone_at}, and isn't so"


def busy_times_known(there: AtZoom) -> Iterator[str]:
    """What hosts planned by themselves is known as the times when they are busy, and nothing else is."""
    ours = Counter(
        (row.host.zoom_user_id, row.zoom_key.partition("@")[0], row.starts_at)
        for row in BusyTime.objects.select_related("host")
    )
    zooms = Counter(
        (meeting["host_id"], str(meeting["id"]), datetime.fromisoformat(meeting["start_time"]))
        for meeting in there.of_hosts_own()
    )
    if ours != zooms:
        yield f"busy times: not at Zoom {list(ours - zooms)}, not known {list(zooms - ours)}"
