"""What events say of the schedule: only that something changed. What it is now is read at Zoom.

A change names the fields that changed and no others, and changes come in any order; the meeting as Zoom has
it is the same for whoever reads it. Our own changes come back as events too: what is known is not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from eduraise.events.meaning import Told, read_instant
from eduraise.zoom.enums import OPEN_STATES, SHAPE_KINDS, OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence
from eduraise.zoom.shapes import same_agenda

UNFULFILLED = (OperationState.FAILED, OperationState.GIVEN_UP)
DELETED = ("meeting.deleted", "meeting.permanently_deleted")


def is_news(told: Told, meeting: ZoomMeeting) -> bool:
    """Whether an event about one of our meetings says anything that we do not know."""
    if told.event.name in DELETED:
        return not (meeting.wanted_gone or meeting.gone_at)
    if meeting.gone_at is not None or meeting.missing_reads:
        return True
    said = told.event.object
    return any(field in said and not known(said[field], meeting) for field, known in _KNOWN.items())


def has_change_under_way(meeting: ZoomMeeting) -> bool:
    """Whether a change of ours is on its way, whose answer will tell more than a reading now."""
    return meeting.operations.filter(state__in=OPEN_STATES, kind__in=SHAPE_KINDS).exists()


def has_refused_change(meeting: ZoomMeeting, sitting: ZoomOccurrence) -> bool:
    """Whether Zoom refused our last change, or it was given up: what stands there is from before it."""
    of_it = Q(kind=OperationKind.UPDATE) | Q(kind=OperationKind.UPDATE_ONE, occurrence=sitting)
    settled = meeting.operations.filter(of_it, state__in=(*UNFULFILLED, OperationState.DONE))
    last = settled.order_by("-id").first()
    return last is not None and last.state in UNFULFILLED


def _knows_start(said: Any, meeting: ZoomMeeting) -> bool:
    return _occurrences(meeting).filter(zoom_starts_at=read_instant(said)).exists()


def _knows_minutes(said: Any, meeting: ZoomMeeting) -> bool:
    return isinstance(said, int) and _occurrences(meeting).filter(zoom_minutes=said).exists()


def _knows_sittings(said: Any, meeting: ZoomMeeting) -> bool:
    """Of a series: each date that is told, by its id. A single meeting is told its one date here as well."""
    if not isinstance(said, list):
        return False
    if meeting.type != ZoomMeeting.RECURRING:
        return True
    held = {one.zoom_occurrence_id: one for one in _occurrences(meeting)}
    return all(isinstance(one, Mapping) and _is_as_held(one, held) for one in said)


def _is_as_held(said: Mapping[str, Any], held: Mapping[str | None, ZoomOccurrence]) -> bool:
    occurrence = held.get(str(said.get("occurrence_id")))
    if occurrence is None or (occurrence.zoom_gone_at is not None) != (said.get("status") == "deleted"):
        return False
    return read_instant(said.get("start_time")) == occurrence.zoom_starts_at and (
        said.get("duration", occurrence.zoom_minutes) == occurrence.zoom_minutes
    )


def _knows_settings(said: Any, meeting: ZoomMeeting) -> bool:
    """Only settings that we hold can differ from what we hold."""
    held = meeting.zoom_settings or {}
    return isinstance(said, Mapping) and all(held[name] == said[name] for name in said if name in held)


def _occurrences(meeting: ZoomMeeting) -> QuerySet[ZoomOccurrence]:
    return meeting.occurrences.filter(replaced=False)


_KNOWN: dict[str, Callable[[Any, ZoomMeeting], bool]] = {
    "topic": lambda said, meeting: bool(said == meeting.zoom_topic),
    "agenda": lambda said, meeting: isinstance(said, str) and same_agenda(said, meeting.zoom_agenda),
    "password": lambda said, meeting: bool(said == (meeting.passcode or "")),
    "join_url": lambda said, meeting: bool(said == meeting.join_url),
    "start_time": _knows_start,
    "duration": _knows_minutes,
    "settings": _knows_settings,
    "occurrences": _knows_sittings,
}
