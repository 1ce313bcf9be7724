from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

from eduraise.core import hooks

if TYPE_CHECKING:
    from eduraise.accounts.models import User
    from eduraise.zoom.models import ZoomMeeting
    from eduraise.zoom.reading import Reading


class EventsConfig(AppConfig):
    """What Zoom tells, and what is read where it told nothing."""

    name = "eduraise.events"
    label = "events"

    def ready(self) -> None:
        """Tell admins of events that failed or don't come; read what a host's list made doubtful."""
        hooks.needs_of.register(needs)
        hooks.meetings_doubted.register(read_doubted)
        hooks.meeting_read.register(compare_read)


def compare_read(*, meeting: ZoomMeeting, reading: Reading, now: datetime) -> None:
    """Compare a meeting that was read at Zoom with its class."""
    from eduraise.events.reconcile import compare

    compare(meeting, reading, now)


def needs(*, person: User, now: datetime, **_more: object) -> Iterator[hooks.Waiting]:
    """What an admin must see of Zoom's events."""
    if person.is_admin:
        from eduraise.events.needs import needs_of_admins

        yield from needs_of_admins(now)


def read_doubted(*, meeting_ids: Collection[int], now: datetime) -> None:
    """What a host's list says of its meetings, Zoom is asked of each."""
    from eduraise.events.watching import ask_for_meetings

    ask_for_meetings(meeting_ids, now)
