"""What events say of a sitting: that it began, that it ended, that its host came."""

from __future__ import annotations

from datetime import datetime

from eduraise.events.matching import Match
from eduraise.events.meaning import ENDED, JOINED, STARTED, Told, read_instant
from eduraise.zoom import instances


def fold(told: Told, match: Match) -> bool:
    """Add one event's facts to its sitting; False if it names no sitting. Raises instances.OtherSitting."""
    number, uuid = told.event.meeting_number, told.event.meeting_uuid
    if match.host is None or not (number and uuid):
        return False
    came_at = read_instant(told.event.participant.get("join_time") or told.event.participant.get("date_time"))
    # the start that a participant's event names may be the planned one: only the entry itself is certain
    began_at = came_at if told.event.name == JOINED else told.moment("start_time")
    if told.event.name == STARTED:
        began_at = began_at or told.event.sent_at
    instances.fold_sitting(
        host=match.host,
        meeting=match.meeting,
        number=number,
        uuid=uuid,
        began_at=began_at,
        ended_at=_ended_at(told),
        host_came_at=came_at if told.event.name == JOINED and is_host(told) else None,
    )
    return True


def _ended_at(told: Told) -> datetime | None:
    return told.moment("end_time") or told.event.sent_at if told.event.name == ENDED else None


def is_host(told: Told) -> bool:
    """Whether the participant is the meeting's host, signed in as such."""
    who = told.event.participant
    return bool(told.host_id) and told.host_id in (who.get("participant_user_id"), who.get("id"))
