"""What events say of sittings: that they began, that they ended, who came, waited, went aside and left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from eduraise.attendance import facts, registers
from eduraise.attendance.enums import Room
from eduraise.attendance.facts import Fact
from eduraise.events.matching import Match
from eduraise.events.meaning import ENDED, JOINED, OF_SITTINGS, STARTED, Kind, Told, read_instant
from eduraise.zoom import instances
from eduraise.zoom.enums import RecordingState
from eduraise.zoom.models import ZoomInstance

_COMES, _GOES = True, False
_PLACES = {
    JOINED: (Room.MAIN, _COMES),
    "meeting.participant_left": (Room.MAIN, _GOES),
    "meeting.participant_joined_waiting_room": (Room.WAITING, _COMES),
    "meeting.participant_put_in_waiting_room": (Room.WAITING, _COMES),
    "meeting.participant_admitted": (Room.WAITING, _GOES),
    "meeting.participant_left_waiting_room": (Room.WAITING, _GOES),
    "meeting.participant_joined_breakout_room": (Room.BREAKOUT, _COMES),
    "meeting.participant_left_breakout_room": (Room.BREAKOUT, _GOES),
}


@dataclass
class Said:
    """What the events of a group say of one sitting, put together."""

    match: Match
    number: str
    began_at: datetime | None = None
    ended_at: datetime | None = None
    host_came_at: datetime | None = None
    facts: list[Fact] = field(default_factory=list)


class Sittings:
    """The sittings that a group of events names; what is said of each is written once, in few queries."""

    def __init__(self, group: Iterable[Told]) -> None:
        uuids = {told.event.meeting_uuid for told in group if told.kind in OF_SITTINGS}
        rows = ZoomInstance.objects.filter(meeting_uuid__in=uuids - {""}) if uuids - {""} else ()
        self._known = {row.meeting_uuid: (row.host_id, row.meeting_number) for row in rows}
        self._said: dict[str, Said] = {}
        self._asked: set[str] = set()

    def add(self, told: Told, match: Match) -> bool:
        """Take in what one event says; False if it names no sitting. Raises instances.OtherSitting."""
        number, uuid = told.event.meeting_number, told.event.meeting_uuid
        if match.host is None or not (number and uuid):
            return False
        ours = self._known.setdefault(uuid, (match.host.pk, number))
        if ours != (match.host.pk, number):
            raise instances.OtherSitting(uuid)
        said = self._said.setdefault(uuid, Said(match, number))
        if told.kind is Kind.PRESENCE:
            _add_presence(said, told)
        else:
            _add_sitting(said, told)
        return True

    def ask(self, told: Told) -> None:
        """An event that is too old to be believed: what it tells is in the sitting's lists."""
        if told.kind in OF_SITTINGS and told.event.meeting_uuid in self._known:
            self._asked.add(told.event.meeting_uuid)

    def write(self, now: datetime) -> None:
        """Fold what was said into the sittings, and keep the facts of presence."""
        if self._asked:
            registers.read_again(self._asked, now)
        kept = [(_fold(uuid, said), said.facts) for uuid, said in sorted(self._said.items())]
        facts.keep([(sitting, told) for sitting, told in kept if told])


def _fold(uuid: str, said: Said) -> ZoomInstance:
    assert said.match.host is not None
    return instances.fold_sitting(
        host=said.match.host,
        meeting=said.match.meeting,
        number=said.number,
        uuid=uuid,
        began_at=said.began_at,
        ended_at=said.ended_at,
        host_came_at=said.host_came_at,
    )


def _add_sitting(said: Said, told: Told) -> None:
    # the start that a participant's event names may be the planned one; those of these two is the true one
    began_at = told.moment("start_time")
    if told.event.name == STARTED:
        began_at = began_at or told.event.sent_at
    said.began_at = _earliest(said.began_at, began_at)
    if told.event.name == ENDED:
        ended_at = told.moment("end_time") or told.event.sent_at
        said.ended_at = max(filter(None, (said.ended_at, ended_at)), default=None)


def _add_presence(said: Said, told: Told) -> None:
    fact = read_fact(told)
    if fact is None:
        return
    said.facts.append(fact)
    # who waits may do so before it began
    if fact.room != Room.WAITING:
        said.began_at = _earliest(said.began_at, fact.at)
    if told.event.name == JOINED and is_host(told):
        said.host_came_at = _earliest(said.host_came_at, fact.at)


def read_fact(told: Told) -> Fact | None:
    """What an event says of somebody; None if it doesn't say who or when.

    join_time and leave_time are what Zoom sends, date_time what some of its samples have (meeting.
    participant_joined, https://developers.zoom.us/docs/api/meetings/events/, read 2026-11-23).
    """
    who = told.event.participant
    room, comes = _PLACES[told.event.name]
    at = read_instant(who.get("join_time" if comes else "leave_time") or who.get("date_time"))
    stay = _text(who.get("user_id"))
    key = _text(who.get("participant_uuid")) or stay
    if at is None or not key:
        return None
    if room == Room.BREAKOUT:
        stay = f"{_text(told.event.object.get('breakout_room_uuid'))}/{stay}"
    return Fact(
        key=key,
        room=room,
        stay=stay or key,
        at=at,
        comes=comes,
        name=_text(who.get("user_name")),
        email=_text(who.get("email")),
        zoom_user_id=_text(who.get("participant_user_id") or who.get("id")),
        zoom_registrant_id=_text(who.get("registrant_id")),
        phone=_text(who.get("phone_number")),
    )


_RECORDED = {
    "recording.started": RecordingState.ON,
    "recording.resumed": RecordingState.ON,
    "recording.paused": RecordingState.PAUSED,
    "recording.stopped": RecordingState.OFF,
}


def add_recording(told: Told, match: Match) -> bool:
    """Say of a sitting how its recording stands since the event; False where that is of no sitting, or too
    old to be told of one that is on. Raises instances.OtherSitting."""
    event = told.event
    if match.host is None or event.sent_at is None or told.is_hint:
        return False
    if not (event.meeting_number and event.meeting_uuid):
        return False
    instances.fold_recording(
        host=match.host,
        number=event.meeting_number,
        uuid=event.meeting_uuid,
        meeting=match.meeting,
        state=_RECORDED[event.name],
        at=event.sent_at,
    )
    return True


def is_host(told: Told) -> bool:
    """Whether the participant is the meeting's host, signed in as such."""
    who = told.event.participant
    return bool(told.host_id) and told.host_id in (who.get("participant_user_id"), who.get("id"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((at for at in instants if at is not None), default=None)
