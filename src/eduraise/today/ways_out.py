"""What a page that tells of an error can still offer: the door to the class that is near."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.access.roles import Role
from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.addresses import door_path
from eduraise.classes.detailing import NEAR
from eduraise.classes.joining import can_be_started, door_of
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.ui.shell import WayOut
from eduraise.ui.times import clock_time

# Enough to pass over those that were cancelled
LOOKED_AT = 10


def ways_out(request: HttpRequest) -> list[WayOut]:
    """The way into the class that this person teaches or attends within the hour; nothing for others."""
    person, now = getattr(request, "user", None), clock.now()
    if not isinstance(person, User):
        return []
    teaches = getattr(request, "role", None) in (Role.TEACHER, Role.ADMIN)
    session = _next_taught(person, now) if teaches else _next_attended(person, now)
    if session is None:
        return []
    time = clock_time(session.starts_at, timezone.get_current_timezone())
    words = _("Start “%(topic)s”, %(time)s") if teaches else _("Join “%(topic)s”, %(time)s")
    is_open = can_be_started(session, now) if teaches else door_of(session, now).is_open
    return [WayOut(text=words % {"topic": session.topic, "time": time}, href=door_path(session), now=is_open)]


def _next_taught(person: User, now: datetime) -> ClassSession | None:
    coming = queries.coming_for_teacher(person, now, most=LOOKED_AT)
    return _near([session for session in coming if session.teacher_id == person.pk], now)


def _next_attended(person: User, now: datetime) -> ClassSession | None:
    return _near(list(queries.coming_for_student(person, now, most=LOOKED_AT)), now)


def _near(coming: list[ClassSession], now: datetime) -> ClassSession | None:
    return next(
        (
            session
            for session in coming
            if session.cancelled_at is None and session.starts_at < now + NEAR and session.ends_at > now
        ),
        None,
    )
