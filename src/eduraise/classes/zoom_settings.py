"""Zoom's settings of a meeting in our words."""

from __future__ import annotations

from typing import Any

from eduraise.programs.enums import Entry
from eduraise.zoom.models import ZoomMeeting

# Ours: Zoom's ("settings" of GET /meetings/{meetingId}, read 2026-11-23)
SAME = {
    "auto_recording": "auto_recording",
    "mutes_on_entry": "mute_upon_entry",
    "requires_sign_in": "meeting_authentication",
}
# A way to come in that Zoom has and our settings don't: no waiting room, and nobody before the host
AFTER_TEACHER = "after_teacher"


def settings_at_zoom(meeting: ZoomMeeting) -> dict[str, Any]:
    """What Zoom answered of a meeting's settings, by our names; without those that it said nothing of."""
    said = meeting.zoom_settings
    if said is None:
        return {}
    found = {ours: said[zooms] for ours, zooms in SAME.items() if said.get(zooms) is not None}
    # with a waiting room nobody joins before the host; without one that is a choice of its own
    if said.get("waiting_room") is not None:
        alone = Entry.JOIN_BEFORE_HOST.value if said.get("join_before_host", True) else AFTER_TEACHER
        found["entry"] = Entry.WAITING_ROOM.value if said["waiting_room"] else alone
    if meeting.read_at is not None:
        found["has_passcode"] = bool(meeting.passcode)
    return found
