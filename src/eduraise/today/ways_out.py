"""What a page that tells of an error can still offer: the door to the class that is near."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
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
    return _nearest(ClassSession.objects.assigned_to(person, now).filter(teacher=person), now)


def _next_attended(person: User, now: datetime) -> ClassSession | None:
    return _nearest(ClassSession.objects.attended_by(person, now), now)


def _nearest(classes: QuerySet[ClassSession], now: datetime) -> ClassSession | None:
    """The first of them that is on or begins soon. Asked for its key alone at first: nearly always there is
    none, and to work out how a class stands takes several times as long."""
    near = classes.filter(cancelled_at__isnull=True, starts_at__lt=now + NEAR, ends_at__gt=now)
    key = near.order_by(*queries.SOONEST_FIRST).values_list("pk", flat=True).first()
    if key is None:
        return None
    return queries.for_list(ClassSession.objects.filter(pk=key), now).first()
