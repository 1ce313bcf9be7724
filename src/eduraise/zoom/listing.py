"""What a host's list at Zoom says: of our meetings whether they may differ, of her own when she is busy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from eduraise.core import hooks
from eduraise.zoom import looking
from eduraise.zoom.api import HostZoom
from eduraise.zoom.models import BusyTime, ZoomMeeting, ZoomOccurrence, ZoomUser
from zoomclient import AccessTokenRefused, ListKind, MeetingSummary, MeetingType, NotLicensed, ZoomError
from zoomclient.models import Occurrence

# Recurring meetings of a host's own that are read at one look; of any more only the listed date counts.
MOST_SERIES = 30
SERIES_READ_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Listed:
    """A host's list. dates: of those recurring meetings in it that are none of ours, by number."""

    rows: tuple[MeetingSummary, ...]
    dates: Mapping[str, tuple[Occurrence, ...]]


def read_list(zoom: HostZoom, host: ZoomUser) -> Listed | None:
    """Ask Zoom for a host's list; None where it tells none, for want of a licence.

    A list may name a recurring meeting once or for each date (Zoom doesn't say): its dates are read from the
    meeting itself.
    """
    try:
        rows = tuple(zoom.meetings.list(zoom.user_id, ListKind.SCHEDULED))
    except NotLicensed:
        return None
    strays = _strays(list(_standing(host)), rows)
    series = dict.fromkeys(row.id for row in strays if row.type == MeetingType.RECURRING)
    return Listed(rows, {number: _dates(zoom, number) for number in list(series)[:MOST_SERIES]})


def _dates(zoom: HostZoom, number: str) -> tuple[Occurrence, ...]:
    """A series' coming dates; none where Zoom doesn't tell them, and the list has to do."""
    try:
        return zoom.meetings.get(number).occurrences
    except AccessTokenRefused:
        raise
    except ZoomError:
        return ()


def compare_list(host: ZoomUser, listed: Listed, now: datetime) -> None:
    """Take over what a host's list says: strays become busy times, and what differs is to be read.

    Nothing else follows from a list: it may be older than a change of ours, and what it doesn't hold may be
    there all the same.
    """
    meetings = list(_standing(host))
    BusyTime.objects.filter(host=host).delete()
    BusyTime.objects.bulk_create(
        [one for row in _strays(meetings, listed.rows) for one in _busy(host, row, listed.dates, now)],
        ignore_conflicts=True,
    )
    by_number = {row.id: row for row in listed.rows}
    doubted = [
        meeting.pk
        for meeting in meetings
        if meeting.meeting_number and differs(meeting, by_number.get(meeting.meeting_number), now)
    ]
    hooks.meetings_doubted.tell(meeting_ids=doubted, now=now)
    ZoomUser.objects.filter(pk=host.pk).update(listed_at=now)


def _standing(host: ZoomUser) -> QuerySet[ZoomMeeting]:
    """The host's meetings that are ours, with the sittings that are wanted."""
    wanted = ZoomOccurrence.objects.filter(wanted_gone=False, replaced=False)
    return ZoomMeeting.objects.filter(host=host, gone_at__isnull=True).prefetch_related(
        Prefetch("occurrences", wanted)
    )


def _strays(meetings: Iterable[ZoomMeeting], rows: Iterable[MeetingSummary]) -> list[MeetingSummary]:
    """The rows that are none of ours."""
    known = {name for meeting in meetings for name in (meeting.meeting_number, meeting.ref)}
    return [row for row in rows if not known & {row.id, looking.first_line(row.agenda)}]


def differs(meeting: ZoomMeeting, row: MeetingSummary | None, now: datetime) -> bool:
    """Whether a list's row (None: it holds none) says otherwise of a coming meeting than we hold."""
    coming = [one for one in meeting.occurrences.all() if one.wanted_ends_at > now]
    if not coming:
        return False
    if row is None:
        return meeting.missing_at is None
    if meeting.missing_reads or row.topic[:300] != meeting.zoom_topic:
        return True
    if meeting.is_series:  # of its dates a list tells nothing that can be relied on
        return meeting.read_at is None or meeting.read_at <= now - SERIES_READ_AFTER
    if row.start_time is None:
        return False
    return (row.start_time, row.duration) != (coming[0].zoom_starts_at, coming[0].zoom_minutes)


def _busy(
    host: ZoomUser, row: MeetingSummary, dates: Mapping[str, tuple[Occurrence, ...]], now: datetime
) -> Iterator[BusyTime]:
    """A meeting of the host's own, as times when she is busy. Whose topic it is, only she is shown."""
    held = [one for one in dates.get(row.id, ()) if not one.is_deleted]
    for starts_at, minutes in [(one.start_time, one.duration) for one in held or (row,)]:
        if starts_at is not None:
            yield BusyTime(
                host=host,
                zoom_key=f"{row.id}@{starts_at:%Y%m%dT%H%M%S}",
                topic=row.topic[:300],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=max(minutes or row.duration or 60, 1)),
                seen_at=now,
            )
