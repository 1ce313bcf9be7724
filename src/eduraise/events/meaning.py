"""What an event says, read from its body: which kind, about which account, host and meeting, and its key.

Two deliveries with one key tell the same fact, whatever else differs in their bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from eduraise.events.models import ZoomEvent
from zoomclient import webhooks


class Kind(Enum):
    """What is to be done with an event."""

    SITTING = "a fact about a sitting: it began, it ended"
    PRESENCE = "a fact about somebody in a sitting: they came, waited, went aside, left"
    SCHEDULE = "a meeting is not what it was: what it is now is read at Zoom"
    RECORDED = "a recording begins, pauses, goes on or stops in a sitting that is on"
    RECORDING = "something of a recording: how it stands is read at Zoom"
    HOST = "a host is not what it was: the host is checked"
    OTHER = "nothing that is needed; kept"


STARTED, ENDED, JOINED = "meeting.started", "meeting.ended", "meeting.participant_joined"
KINDS = {
    STARTED: Kind.SITTING,
    ENDED: Kind.SITTING,
    JOINED: Kind.PRESENCE,
    "meeting.participant_left": Kind.PRESENCE,
    "meeting.participant_joined_waiting_room": Kind.PRESENCE,
    "meeting.participant_left_waiting_room": Kind.PRESENCE,
    "meeting.participant_admitted": Kind.PRESENCE,
    "meeting.participant_put_in_waiting_room": Kind.PRESENCE,
    "meeting.participant_joined_breakout_room": Kind.PRESENCE,
    "meeting.participant_left_breakout_room": Kind.PRESENCE,
    "meeting.created": Kind.SCHEDULE,
    "meeting.updated": Kind.SCHEDULE,
    "meeting.deleted": Kind.SCHEDULE,
    "meeting.recovered": Kind.SCHEDULE,
    "meeting.permanently_deleted": Kind.SCHEDULE,
    "recording.started": Kind.RECORDED,
    "recording.paused": Kind.RECORDED,
    "recording.resumed": Kind.RECORDED,
    "recording.stopped": Kind.RECORDED,
    "recording.completed": Kind.RECORDING,
    "recording.transcript_completed": Kind.RECORDING,
    "recording.trashed": Kind.RECORDING,
    "recording.deleted": Kind.RECORDING,
    "recording.recovered": Kind.RECORDING,
    "app_deauthorized": Kind.HOST,
    "user.activated": Kind.HOST,
    "user.updated": Kind.HOST,
    "user.deactivated": Kind.HOST,
    "user.deleted": Kind.HOST,
    "user.disassociated": Kind.HOST,
}
OF_SITTINGS = (Kind.SITTING, Kind.PRESENCE)
# Zoom's names are printable ASCII; anything else is refused before it meets the database.
_NAMES = {
    "event": re.compile(r"[a-z0-9_.]{1,80}"),
    "account": re.compile(r"[!-~]{0,64}"),
    "host": re.compile(r"[!-~]{0,64}"),
    "number": re.compile(r"[!-~]{0,20}"),
    "uuid": re.compile(r"[!-~]{0,64}"),
}
_MOMENTS = ("start_time", "end_time")
_MOMENTS_OF_SOMEBODY = ("join_time", "leave_time", "date_time")


@dataclass(frozen=True)
class Told:
    """One event, understood. row: as it is kept, claimed; event: as the client reads it."""

    row: ZoomEvent
    event: webhooks.Event

    @property
    def kind(self) -> Kind:
        """What is to be done with it."""
        return KINDS.get(self.event.name, Kind.OTHER)

    @property
    def host_id(self) -> str:
        """The Zoom user whose meeting it is, or whom it is about; "" where it names none."""
        if self.kind is not Kind.HOST:
            return self.event.host_id
        user_id = self.event.payload.get("user_id") or self.event.object.get("id")
        return user_id if isinstance(user_id, str) else ""

    @property
    def is_hint(self) -> bool:
        """Whether it is too old to be believed."""
        return self.row.age == ZoomEvent.Age.HINT

    @property
    def semantic_key(self) -> str:
        """The same for all deliveries of one fact: without links, time stamps of sending and tracking ids."""
        facts = [
            self.event.name,
            self.event.account_id,
            self.host_id,
            self.event.meeting_number,
            self.event.meeting_uuid,
            self._participant_key(),
            self._moments(),
            self._change(),
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def moment(self, name: str) -> datetime | None:
        """An instant that the meeting's part of the event names."""
        return read_instant(self.event.object.get(name))

    def _participant_key(self) -> list[Any]:
        who = self.event.participant
        return [who.get("participant_uuid"), None if who.get("participant_uuid") else who.get("user_id")]

    def _moments(self) -> list[Any]:
        said, who = self.event.object, self.event.participant
        return [said.get(name) for name in _MOMENTS] + [who.get(name) for name in _MOMENTS_OF_SOMEBODY]

    def _change(self) -> Any:
        """Of a change, what it changed and when: the same meeting is changed many times."""
        if self.kind in OF_SITTINGS:
            return None
        payload = self.event.payload
        return [
            payload.get("time_stamp"),
            payload.get("operation"),
            self.event.object,
            payload.get("old_object"),
        ]


def read(row: ZoomEvent) -> Told:
    """Understand one event. Raises EventUnreadable."""
    told = Told(row, webhooks.parse_event(bytes(row.body)))
    event = told.event
    names = (event.name, event.account_id, told.host_id, event.meeting_number, event.meeting_uuid)
    for (part, allowed), name in zip(_NAMES.items(), names, strict=True):
        if not allowed.fullmatch(name):
            raise webhooks.EventUnreadable(f"no {part} of Zoom's kind")
    return told


def read_instant(text: Any) -> datetime | None:
    """An instant as Zoom writes it, 2026-10-05T13:43:46Z; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None
