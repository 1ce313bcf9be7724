"""Starting a class as its host."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.joining import (
    DoorClosed,
    can_be_started,
    door_of,
    find_class,
    note_click,
    standing_of,
    zoom_link,
)
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.zoom.enums import HostKind
from eduraise.zoom.starting import start_url_for


class NoStartLink(DomainError):
    """Zoom gave no link to start with, and there is no other way."""

    code = "no_start_link"


def may_start(user: User, session: ClassSession, now: datetime) -> bool:
    """Whether `user` may go in as the class's host at `now`: its own teacher, from a little before."""
    return standing_of(user, session, now).may_start and can_be_started(session, now)


def start(*, session: ClassSession, by: User, now: datetime) -> str:
    """The address at Zoom by which the teacher starts her class: Zoom's start link, fetched now; where Zoom
    doesn't answer in time, the meeting's own link, with which the signed-in host can start too.

    On a shared host she isn't signed in, so that nothing but the start link helps; that it was given is kept.
    A meeting that Zoom doesn't find is led to by neither. Call it outside a transaction: it calls Zoom.
    Raises DoorClosed, NoStartLink, MeetingNotFound.
    """
    current = find_class(by, session.code, now)
    if current is None or not may_start(by, current, now):
        raise DoorClosed(door_of(current or session, now))
    note_click(current, by, JoinClick.Way.HOST, now)
    assert current.occurrence
    meeting = current.occurrence.meeting
    link = start_url_for(meeting, now)
    if meeting.host.kind != HostKind.POOL:
        return link or zoom_link(current)
    if not link:
        raise NoStartLink(_("Zoom didn’t answer in time. Press Start again."))
    audit.record(
        "class.start_link_given",
        by=by,
        thing=current,
        at=now,
        program_uid=current.program.uid,
        after={"host": meeting.host.email},
    )
    return link
