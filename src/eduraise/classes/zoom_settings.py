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


def settings_at_zoom(meeting: ZoomMeeting) -> dict[str, Any]:
    """What Zoom answered of a meeting's settings, by our names; without those that it said nothing of."""
    said = meeting.zoom_settings
    if said is None:
        return {}
    found = {ours: said[zooms] for ours, zooms in SAME.items() if said.get(zooms) is not None}
    # Zoom makes one choice of the two: with a waiting room nobody joins before the host
    if said.get("waiting_room") is not None:
        found["entry"] = (Entry.WAITING_ROOM if said["waiting_room"] else Entry.JOIN_BEFORE_HOST).value
    if meeting.read_at is not None:
        found["has_passcode"] = bool(meeting.passcode)
    return found
