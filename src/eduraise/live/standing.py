"""How a class stands while it is near: the one rule, for the board and for the alarm.

It goes by what Zoom told, never by the plan alone: of a class that nobody looked at, it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eduraise.classes.enums import Attention, ClassState
from eduraise.live.enums import Stand

# A class that ends a little before its time has not ended early
EARLY = timedelta(minutes=5)
# Who changes rooms, or loses the line and finds it again, has not left
BACK_SOON = timedelta(minutes=1)
# While an account's events come in time, silence says that nothing happened
HEARD_LATELY = timedelta(hours=1)
# What keeps a class from being held, or from being looked for at its own hour
BARRED = (
    *(Attention.NO_TEACHER, Attention.HOST_LOST, Attention.NOT_BOOKED),
    *(Attention.GONE, Attention.WEBINAR, Attention.TIME_DIFFERS),
)
UNBOOKED = (ClassState.NOT_BOOKED, ClassState.BEING_BOOKED, ClassState.SILENT)


@dataclass(frozen=True)
class Facts:
    """What is known of a class at `now`.

    state: its ClassState; attention: why it can't be held, or ""; was_held: somebody was ever seen in it.
    is_elsewhere: a link leads its people to another place; was_elsewhere: one did at some time.
    began_at, host_came_at: of the sitting that is on, else of the first; left_at: when the last one ended.
    read_at: when its meeting was last read at Zoom; heard_at: when its account's events last came.
    opens_alone: Zoom lets people in before their host, so that a class that is on may be without her.
    hears_people: whether Zoom tells who comes. teacher_has_come: by the facts of presence.
    led_until: when the last of those who teach or help in it left, None while one is there; has_others:
    whether somebody else is in it or waits at its door.
    """

    starts_at: datetime
    ends_at: datetime
    state: str
    attention: str = ""
    was_held: bool = False
    is_elsewhere: bool = False
    was_elsewhere: bool = False
    began_at: datetime | None = None
    host_came_at: datetime | None = None
    left_at: datetime | None = None
    read_at: datetime | None = None
    heard_at: datetime | None = None
    opens_alone: bool = False
    hears_people: bool = True
    teacher_has_come: bool = False
    led_until: datetime | None = None
    has_others: bool = False

    def stand(self, now: datetime) -> tuple[Stand, datetime | None]:
        """How it stands, and since when where that is told."""
        is_over = now >= self.ends_at
        if self.is_elsewhere and not is_over:
            return Stand.ELSEWHERE, None
        if self.state == ClassState.LIVE:
            return self._on(now)
        if now < self.starts_at:
            is_in_trouble = self.attention or self.state in UNBOOKED
            return (Stand.TROUBLE if is_in_trouble else Stand.NEXT), None
        return self._after() if is_over else self._during(now)

    def _on(self, now: datetime) -> tuple[Stand, datetime | None]:
        if now >= self.starts_at and self.is_alone:
            return Stand.ALONE, max(self.starts_at, self.began_at or self.starts_at)
        if now > self.ends_at:
            return Stand.OVER_TIME, self.ends_at
        if now < self.starts_at:
            return Stand.ON, self.began_at
        if self.has_others and self.led_until is not None and now >= self.led_until + BACK_SOON:
            return Stand.LEFT, max(self.starts_at, self.led_until)
        return Stand.ON, self.began_at

    @property
    def is_alone(self) -> bool:
        """Whether it is on without its teacher, as far as Zoom tells: a meeting that waits for its host is on
        only with her, and where Zoom doesn't say who comes, nobody can know."""
        if self.host_came_at is not None or self.teacher_has_come:
            return False
        return self.opens_alone and self.hears_people

    def _during(self, now: datetime) -> tuple[Stand, datetime | None]:
        """In its time, and nobody is in it."""
        if self.was_held:
            return Stand.PAUSED, self.left_at
        if self.attention in BARRED or self.state in UNBOOKED:
            return Stand.TROUBLE, self.starts_at
        return (Stand.NOT_STARTED, self.starts_at) if self._is_known(now) else (Stand.UNKNOWN, self.read_at)

    def _after(self) -> tuple[Stand, datetime | None]:
        if self.was_held:
            is_early = self.left_at is not None and self.left_at < self.ends_at - EARLY
            return (Stand.ENDED_EARLY if is_early else Stand.ENDED), self.left_at
        if self.was_elsewhere:
            return Stand.ELSEWHERE, None
        was_read = self.read_at is not None and self.read_at >= self.starts_at
        return (Stand.MISSED, self.ends_at) if was_read else (Stand.UNKNOWN, self.read_at)

    def _is_known(self, now: datetime) -> bool:
        """Whether Zoom would have told by now: its meeting was looked at in its time, or events come."""
        was_read = self.read_at is not None and self.read_at >= self.starts_at
        return was_read or (self.heard_at is not None and self.heard_at > now - HEARD_LATELY)
