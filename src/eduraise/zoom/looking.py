"""Looking for meetings at Zoom: by their reference, and whether one that seems missing really is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from eduraise.zoom.api import HostZoom
from eduraise.zoom.models import ZoomMeeting
from zoomclient import ListKind, MeetingSummary

# "Not found" is at times wrong for a while: two readings this far apart, and a list, before it is believed.
READINGS = 2
APART = timedelta(seconds=60)


def find_by_ref(zoom: HostZoom, ref: str) -> list[MeetingSummary]:
    """The host's meetings whose agenda begins with this reference, oldest first; every page is read."""
    found: dict[str, MeetingSummary] = {}
    for kind in (ListKind.SCHEDULED, ListKind.UPCOMING):
        for row in zoom.meetings.list(zoom.user_id, kind):
            if first_line(row.agenda) == ref:
                found.setdefault(row.id, row)
    return sorted(found.values(), key=lambda row: (row.created_at is None, row.created_at, row.id))


def first_line(agenda: str) -> str:
    """Where a reference stands; lists cut the agenda, but never this early."""
    return agenda.splitlines()[0].strip() if agenda.strip() else ""


def note_missing(meeting: ZoomMeeting, now: datetime) -> None:
    """One more reading that did not find the meeting, if the one before is long enough ago."""
    ZoomMeeting.objects.filter(
        Q(missing_reads=0) | Q(read_at__isnull=True) | Q(read_at__lte=now - APART), pk=meeting.pk
    ).update(missing_reads=F("missing_reads") + 1, read_at=now)


def is_missing(zoom: HostZoom, meeting: ZoomMeeting, now: datetime) -> bool:
    """After enough readings that did not find it, ask the list too, and only then call a meeting missing."""
    unfound = ZoomMeeting.objects.filter(pk=meeting.pk, missing_reads__gte=READINGS)
    row = unfound.first()
    if row is None or row.missing_at is not None:
        return row is not None
    if any(listed.id == row.meeting_number for listed in zoom.meetings.list(zoom.user_id)):
        unfound.update(missing_reads=0)
        return False
    return bool(unfound.filter(missing_at__isnull=True, read_at=row.read_at).update(missing_at=now))
