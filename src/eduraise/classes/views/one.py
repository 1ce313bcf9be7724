"""One class: its page, and the door to it for its own teacher."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import about_a_class, own_class
from eduraise.classes.detailing import Detail
from eduraise.classes.joining import DoorClosed, Standing
from eduraise.classes.leaving import to_zoom
from eduraise.classes.models import ClassSession
from eduraise.classes.starting import NoStartLink, start
from eduraise.core import clock
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
    try:
        address = start(session=session, by=request.user, now=clock.now())
    except (DoorClosed, NoStartLink, MeetingNotFound) as problem:
        context = {
            "now": clock.now(),
            "session": session,
            "problem": problem.message,
            "says_why": not isinstance(problem, DoorClosed),
        }
        return render(request, "classes/cannot_start.html", context, status=409)
    return to_zoom(address)
