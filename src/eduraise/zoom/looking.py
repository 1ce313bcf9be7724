"""Looking for meetings at Zoom: by their reference, and whether one that seems missing really is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from eduraise.zoom.models import ZoomMeeting
from zoomclient import ListKind, MeetingSummary, Zoom

# "Not found" is at times wrong for a while: two readings this far apart, and a list, before it is believed.
READINGS = 2
APART = timedelta(seconds=60)


def find_by_ref(zoom: Zoom, ref: str) -> list[MeetingSummary]:
    """The host's meetings whose agenda begins with this reference, oldest first; every page is read."""
    found: dict[str, MeetingSummary] = {}
    for kind in (ListKind.SCHEDULED, ListKind.UPCOMING):
        for row in zoom.meetings.list("me", kind):
            if first_line(row.agenda) == ref:
                found.setdefault(row.id, row)
    return sorted(found.values(), key=lambda row: (row.created_at is None, row.created_at, row.id))


def first_line(agenda: str) -> str:
    """Where a reference stands; lists cut the agenda, but never this early."""
    return agenda.splitlines()[0].strip() if agenda.strip() else ""


def note_missing(meeting: ZoomMeeting, now: datetime) -> int:
    """One more reading that did not find the meeting; the number of such readings in a row."""
    ZoomMeeting.objects.filter(pk=meeting.pk).update(missing_reads=F("missing_reads") + 1, read_at=now)
    meeting.refresh_from_db(fields=["missing_reads", "read_at"])
    return meeting.missing_reads


def settle_missing(zoom: Zoom, meeting: ZoomMeeting, now: datetime) -> bool:
    """After enough readings, ask the list too, and only then call the meeting missing."""
    if meeting.missing_reads < READINGS or meeting.missing_at is not None:
        return meeting.missing_at is not None
    if any(row.id == meeting.meeting_number for row in zoom.meetings.list("me")):
        ZoomMeeting.objects.filter(pk=meeting.pk).update(missing_reads=0)
        return False
    ZoomMeeting.objects.filter(pk=meeting.pk, missing_at__isnull=True).update(missing_at=now)
    meeting.refresh_from_db(fields=["missing_at"])
    return True
