"""Which date at Zoom is which of ours: a series as Zoom answers it, told apart by instants, never by place.

Zoom's id of a date stays while it is moved, and is another one when the series' rule was sent anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from eduraise.zoom.enums import OperationKind
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence
from eduraise.zoom.series import gap, is_as_wanted, local_date, rule_of
from zoomclient import Meeting, Occurrence

#: No clock change is larger.
CLOCKS_APART = timedelta(hours=3)


def bind(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> None:
    """Store the dates that Zoom tells of a series; within the caller's transaction.

    A date known by its id keeps its row; another goes to the row whose rule has that instant, or at least
    that day. One that nobody wants gets a row that is to be removed. What Zoom doesn't tell any more of the
    future is gone there; of the past it tells nothing unless asked.
    """
    rows = list(meeting.occurrences.order_by("pk"))
    told = {one.occurrence_id: one for one in answer.occurrences}
    known = {row.zoom_occurrence_id: row for row in rows if row.zoom_occurrence_id in told}
    free = [row for row in rows if row.zoom_occurrence_id not in told]
    _let_go(free, now)
    places = _Places(free, meeting.zone)
    for id_, one in told.items():
        row = known.get(id_) or places.take(one.start_time)
        if row is None:
            row = _unwanted(meeting, one, now)
        if row is not None:
            _store(row, one, now)


def call_for(row: ZoomOccurrence, now: datetime, *, is_anew: bool = False) -> OperationKind | None:
    """What it takes to make one date at Zoom what it should be; None where it is so, or past.

    is_anew: Zoom has just made the dates, and knows none that has settings of its own.
    """
    if row.zoom_occurrence_id is None or row.zoom_gone_at is not None:
        return None
    if row.zoom_starts_at is None or row.zoom_starts_at <= now:
        return None
    if row.wanted_gone:
        return OperationKind.DELETE_ONE
    has_own = is_anew and row.wanted_settings is not None
    return OperationKind.UPDATE_ONE if has_own or not is_as_wanted(row) else None


def _let_go(rows: Iterable[ZoomOccurrence], now: datetime) -> None:
    """Dates that Zoom doesn't tell: gone, if they were still to come."""
    for row in rows:
        if row.zoom_starts_at is not None and row.zoom_starts_at > now and row.zoom_gone_at is None:
            row.zoom_gone_at, row.read_at = now, now
        row.zoom_occurrence_id = None if row.zoom_gone_at else row.zoom_occurrence_id
        row.save(update_fields=["zoom_gone_at", "zoom_occurrence_id", "read_at"])


class _Places:
    """Rows that Zoom may mean by a date whose id is new."""

    def __init__(self, rows: Iterable[ZoomOccurrence], zone: str) -> None:
        self.zone = zone
        self.rows = [row for row in rows if row.rule_starts_at is not None and not row.replaced]

    def take(self, instant: datetime | None) -> ZoomOccurrence | None:
        if instant is None:
            return None
        day = local_date(instant, self.zone)
        same = [row for row in self.rows if row.rule_starts_at == instant]
        near = [row for row in self.rows if self._day(row) == day]
        # by other clocks a date may lie beyond midnight
        around = sorted(
            (abs(row.rule_starts_at - instant), row.pk, row) for row in self.rows if row.rule_starts_at
        )
        close = [row for apart, _pk, row in around[:1] if apart <= CLOCKS_APART]
        row = next(iter(same or near or close), None)
        if row is not None:
            self.rows.remove(row)
        return row

    def _day(self, row: ZoomOccurrence) -> date:
        assert row.rule_starts_at
        return local_date(row.rule_starts_at, self.zone)


def _unwanted(meeting: ZoomMeeting, one: Occurrence, now: datetime) -> ZoomOccurrence | None:
    if one.start_time is None or one.is_deleted or one.start_time <= now:
        return None
    row = gap(meeting, one.start_time, one.duration or rule_of(meeting).minutes)
    row.save()
    return row


def _store(row: ZoomOccurrence, one: Occurrence, now: datetime) -> None:
    row.zoom_occurrence_id = one.occurrence_id
    if one.start_time is not None:
        row.zoom_starts_at = one.start_time
    row.zoom_minutes = row.zoom_minutes if one.duration is None else one.duration
    row.zoom_gone_at = (row.zoom_gone_at or now) if one.is_deleted else None
    row.read_at = now
    row.save(
        update_fields=["zoom_occurrence_id", "zoom_starts_at", "zoom_minutes", "zoom_gone_at", "read_at"]
    )
