"""Starting a class as its host."""

from __future__ import annotations

from datetime import datetime

from eduraise.accounts.models import User
from eduraise.classes.joining import (
    Door,
    DoorClosed,
    door_of,
    find_class,
    note_click,
    standing_of,
    start_opens_at,
    zoom_link,
)
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.zoom.starting import start_url_for


def may_start(user: User, session: ClassSession, now: datetime) -> bool:
    """Whether `user` may go in as the class's host at `now`: its own teacher, from a little before."""
    if not standing_of(user, session, now).may_start:
        return False
    door = door_of(session, now)
    return door.is_open or (door is Door.BEFORE and now >= start_opens_at(session))


def start(*, session: ClassSession, by: User, now: datetime) -> str:
    """The address at Zoom by which the teacher starts her class: Zoom's start link, fetched now; where Zoom
    doesn't answer in time, the meeting's own link, with which the signed-in host can start too.

    Call it outside a transaction: it calls Zoom. Raises DoorClosed.
    """
    current = find_class(by, session.code, now)
    if current is None or not may_start(by, current, now):
        raise DoorClosed(door_of(current or session, now))
    note_click(current, by, JoinClick.Way.HOST, now)
    assert current.occurrence
    return start_url_for(current.occurrence.meeting, now) or zoom_link(current)
