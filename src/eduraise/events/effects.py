"""What an event does, once it is known whose it is: tells of a sitting, or asks for a reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eduraise.events import deauthorizing, schedule, sittings, watching
from eduraise.events.matching import Match
from eduraise.events.meaning import OF_SITTINGS, Kind, Told
from eduraise.events.sittings import Sittings
from eduraise.recordings.finding import hear


class Effects:
    """Carries out what the events of a group say, within its transaction: together, and each asking once."""

    def __init__(self, group: Sequence[Told], now: datetime) -> None:
        self.now = now
        self.meetings: set[int] = set()
        self.hosts: set[int] = set()
        self.sittings = Sittings(group)

    def apply(self, told: Told, match: Match) -> str:
        """Do what one event says; why nothing was done, "" if something was or nothing had to be.

        Raises instances.OtherSitting.
        """
        if deauthorizing.is_about_us(told) and deauthorizing.erase(told, match, self.now):
            return ""
        host = match.host
        if match.meeting is None and host is not None and not (host.is_usable or host.by_account):
            return "not connected"
        if told.kind is Kind.RECORDING:
            return "" if self._hear(told, match) else "no class of ours"
        if told.kind is Kind.RECORDED:
            return "" if sittings.add_recording(told, match) else "no sitting"
        if told.is_hint:
            self._ask(match)
            self.sittings.ask(told)
        elif told.kind in OF_SITTINGS:
            return "" if self.sittings.add(told, match) else "no sitting"
        elif match.meeting is None or schedule.is_news(told, match.meeting):
            self._ask(match)
        return ""

    def finish(self) -> None:
        """Write down what was said, and what was asked for."""
        self.sittings.write(self.now)
        if self.meetings:
            watching.ask_for_meetings(self.meetings, self.now)
        if self.hosts:
            watching.ask_for_hosts(self.hosts, self.now)

    def _hear(self, told: Told, match: Match) -> bool:
        """A recording is read as soon as may be, whatever was told of it and however late."""
        event = told.event
        if match.host is None or not event.meeting_number:
            return False
        return hear(
            host=match.host,
            number=event.meeting_number,
            uuid=event.meeting_uuid,
            began_at=told.moment("start_time"),
            now=self.now,
        )

    def _ask(self, match: Match) -> None:
        """One of ours is read itself; any other shows in its host's list."""
        if match.meeting is not None:
            self.meetings.add(match.meeting.pk)
        elif match.host is not None:
            self.hosts.add(match.host.pk)
