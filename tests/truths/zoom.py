"""What really stands at the simulated Zoom, read behind the stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from eduraise.zoom.models import ZoomMeeting

REFERENCE = "EduRaise ref"
SERIES = 8


class Simulated(Protocol):
    """The simulated Zoom, in this process or in one of its own."""

    def control(self, method: str, name: str, **fields: Any) -> Any:
        """A call of `/_sim/<name>`."""


@dataclass(frozen=True)
class AtZoom:
    """All that stands there. meetings: as the API answers; registered: address → key, by meeting number."""

    meetings: list[dict[str, Any]]
    registered: dict[str, dict[str, str]]

    def ours(self) -> list[tuple[str, dict[str, Any]]]:
        """The meetings that we made, by their reference."""
        refs = ((_reference(meeting), meeting) for meeting in self.meetings)
        return [(ref, meeting) for ref, meeting in refs if ref.startswith(REFERENCE)]

    def sittings(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Each sitting of ours that stands there: the reference, the id of a series' date or "", the meeting
        as it is then."""
        found = []
        for ref, meeting in self.ours():
            dates = meeting.get("occurrences") if meeting["type"] == SERIES else None
            if dates is None:
                found.append((ref, "", meeting))
                continue
            standing = [one for one in dates if one["status"] == "available"]
            found += [
                (
                    ref,
                    str(one["occurrence_id"]),
                    {**meeting, "start_time": one["start_time"], "duration": one["duration"]},
                )
                for one in standing
            ]
        return found

    def of_hosts_own(self) -> list[dict[str, Any]]:
        """Those that hosts made by themselves."""
        numbers = set(ZoomMeeting.objects.values_list("meeting_number", flat=True))
        return [
            meeting
            for meeting in self.meetings
            if not _reference(meeting).startswith(REFERENCE) and str(meeting["id"]) not in numbers
        ]


def seen_at(zoom: Simulated) -> AtZoom:
    """Look at it."""
    truth = zoom.control("GET", "truth")
    registered: dict[str, dict[str, str]] = {}
    for one in truth["registrants"]:
        if one["status"] == "approved":
            registered.setdefault(str(one["meeting_number"]), {})[one["email"]] = one["key"]
    return AtZoom(zoom.control("GET", "meetings")["meetings"], registered)


def _reference(meeting: dict[str, Any]) -> str:
    return str(meeting.get("agenda", "")).split("\n")[0].strip()
