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
from eduraise.zoom import losses
from eduraise.zoom.enums import HostKind
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.starting import start_url_for


class NoStartLink(DomainError):
    """Zoom gave no link to start with, and there is no other way."""

    code = "no_start_link"


class HostLost(DomainError):
    """The Zoom user that holds the class can't be called any more, so nobody gives a link to start with."""

    code = "host_lost"

    def __init__(self) -> None:
        super().__init__(_("This class can’t be started from here."))


def may_start(user: User, session: ClassSession, now: datetime) -> bool:
    """Whether `user` may go in as the class's host at `now`: its own teacher, from a little before."""
    return standing_of(user, session, now).may_start and can_be_started(session, now)


def start(*, session: ClassSession, by: User, now: datetime, in_zoom: bool = False) -> str:
    """The address at Zoom by which the teacher starts her class: Zoom's start link, fetched now; where Zoom
    doesn't answer in time, the meeting's own link, with which the signed-in host can start too.

    in_zoom: she was told that her host has lost its connection, and wants that link all the same. On a shared
    host she isn't signed in, so that nothing but the start link helps; that it was given is kept. A meeting
    that Zoom doesn't find is led to by neither. Call it outside a transaction: it calls Zoom.
    Raises DoorClosed, HostLost, NoStartLink, MeetingNotFound.
    """
    current = find_class(by, session.code, now)
    if current is None or not may_start(by, current, now):
        raise DoorClosed(door_of(current or session, now))
    note_click(current, by, JoinClick.Way.HOST, now)
    assert current.occurrence
    meeting = current.occurrence.meeting
    if in_zoom and losses.can_sign_in(meeting.host):
        return zoom_link(current)
    if meeting.host.teacher_id not in (None, by.pk):
        return zoom_link(current)  # as its alternative host, signed in as herself; never as somebody else
    link = start_url_for(meeting, now)
    if not link:
        return _without_link(current)
    if meeting.host.kind != HostKind.POOL:
        return link
    audit.record(
        "class.start_link_given",
        by=by,
        thing=current,
        at=now,
        program_uid=current.program.uid,
        after={"host": meeting.host.email},
    )
    return link


def _without_link(session: ClassSession) -> str:
    """Zoom gave no start link. Why may have been written down just now, so the host is read again."""
    assert session.occurrence
    host = ZoomUser.objects.get(pk=session.occurrence.meeting.host_id)
    if losses.loss_of(host) is not None:
        raise HostLost
    if not losses.has_owner(host):
        raise NoStartLink(_("Zoom didn’t answer in time. Press Start again."))
    return zoom_link(session)
