"""One class: its page, and the door to it for its own teacher."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import about_a_class, own_class
from eduraise.classes.detailing import Detail
from eduraise.classes.joining import DoorClosed, Standing, find_class, standing_of
from eduraise.classes.leaving import to_zoom
from eduraise.classes.models import ClassSession
from eduraise.classes.starting import HostLost, NoStartLink, start
from eduraise.core import clock
from eduraise.zoom import losses
from eduraise.zoom.starting import MeetingNotFound


@about_a_class
def detail(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """A class's page. It looks again by itself while something is about to change."""
    now = clock.now()
    shown = Detail(session, standing, request.user, now)
    is_part = request.headers.get("HX-Request-Type") == "partial"
    if is_part and request.headers.get("HX-PTag") == shown.mark:
        return HttpResponse(status=304)
    template = "classes/detail.html#whole" if is_part else "classes/detail.html"
    response = render(request, template, {"now": now, "detail": shown, "session": session})
    response["HX-PTag"] = shown.mark
    return response


@own_class
@require_POST
def start_class(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Send the teacher into her class as its host, by a link that is fetched now and kept nowhere."""
    now, in_zoom = clock.now(), request.POST.get("way") == "in_zoom"
    try:
        address = start(session=session, by=request.user, now=now, in_zoom=in_zoom)
    except HostLost as problem:
        return _cannot_start(request, session, now, problem=problem.message, lost=True)
    except (DoorClosed, NoStartLink, MeetingNotFound) as problem:
        says_why = not isinstance(problem, DoorClosed)
        return _cannot_start(request, session, now, problem=problem.message, says_why=says_why)
    return to_zoom(address)


def _cannot_start(request: RoleRequest, session: ClassSession, now: datetime, **said: Any) -> HttpResponse:
    """Why not, as it stands by now, and what she can do."""
    found = find_class(request.user, session.code, now) or session
    host = found.occurrence.meeting.host if found.occurrence else None
    context = {
        "now": now,
        "session": found,
        "detail": Detail(found, standing_of(request.user, found, now), request.user, now),
        "can_sign_in": host is not None and losses.can_sign_in(host),
        "host": host,
        **said,
    }
    return render(request, "classes/cannot_start.html", context, status=409)
