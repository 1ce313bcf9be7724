"""What somebody who stands at the door of a class is told, and when the page looks again."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property

from eduraise.accounts.models import User
from eduraise.classes.detailing import Detail
from eduraise.classes.joining import Door, standing_of
from eduraise.classes.models import ClassSession

# A move is said above everything else for so long
MOVE_SAID_FOR = timedelta(days=7)
SLOWLY = 30
SOON = timedelta(minutes=1)
QUICKLY = 5
# Nobody waits longer than this with the page open
WAITED_FOR = timedelta(hours=3)


class Waiting:
    """One person at one door. waited: the page was open before the door was, so it may let in by itself."""

    def __init__(self, session: ClassSession, person: User, now: datetime, *, waited: bool) -> None:
        self.session, self.person, self.now, self.waited = session, person, now, waited
        self.standing = standing_of(person, session, now)
        self.detail = Detail(session, self.standing, person, now)

    @property
    def door(self) -> Door:
        """How the door stands."""
        return self.detail.door

    @property
    def opens_at(self) -> datetime:
        """When it opens for this person."""
        return self.detail.opens_at

    @property
    def is_over(self) -> bool:
        """Whether nobody goes in any more."""
        return self.door.is_over

    @property
    def is_waiting(self) -> bool:
        """Whether the page is worth keeping open: the door may open, or the class be booked, before long."""
        if self.door in (Door.BEING_BOOKED, Door.NOT_READY):
            return True
        return self.door is Door.BEFORE and self.opens_at - self.now <= WAITED_FOR

    @property
    def lets_in(self) -> bool:
        """Whether the page sends somebody who waited into Zoom by itself: students, once, in this tab."""
        may_go_in = self.waited and self.standing.may_enter and not self.standing.may_start
        return may_go_in and self.door.is_open and not self.session.other_link

    @property
    def looks_every(self) -> int:
        """Seconds until the page looks again; 0 for never. Slowly, but quickly just before it opens."""
        if not self.is_waiting:
            return SLOWLY if self.door in (Door.OPEN, Door.OTHER_ROOM) else 0
        near = self.door is Door.BEING_BOOKED or self.opens_at - self.now <= SOON
        return QUICKLY if near else SLOWLY

    @property
    def mark(self) -> str:
        """Changes when what stands there does."""
        parts = (
            self.session.version,
            self.door,
            self.detail.has_paused,
            self.looks_every,
            self.waited,
            self.detail.is_open,
            self.session.other_link,
            self.session.other_room,
        )
        return "-".join(str(part) for part in parts)

    @cached_property
    def moved_from(self) -> tuple[datetime, datetime] | None:
        """The hours that the class had before it was moved, within the last days."""
        move = self.detail.move
        is_late = move is not None and move.at > self.now - MOVE_SAID_FOR
        return self.detail.moved_from if is_late else None
