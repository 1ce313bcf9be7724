"""The door of a class: what stands there before, during and after it, and the way in."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.roles import RoleRequest
from eduraise.classes.addresses import door_path
from eduraise.classes.joining import DoorClosed, WayIn, find_class, join
from eduraise.classes.leaving import to_zoom
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.codes import read_code
from eduraise.core.misses import Misses
from eduraise.door.waiting import Waiting

# Codes are addresses, not secrets: this keeps them from being listed
MISSES = Misses("door", allowed=30)


@require_safe
def door(request: RoleRequest, code: str) -> HttpResponse:
    """What there is to say about the class now. Looks again by itself while somebody waits, and lets in."""
    now = clock.now()
    session = _find(request, code, now)
    if session is None:
        return _nothing_here(request, now)
    waiting = Waiting(session, request.user, now, waited="waited" in request.GET)
    is_part = request.headers.get("HX-Request-Type") == "partial"
    if is_part and request.headers.get("HX-PTag") == waiting.mark:
        return HttpResponse(status=304)
    context = {"now": now, "session": session, "waiting": waiting, "detail": waiting.detail}
    response = render(request, "door/door.html#waiting" if is_part else "door/door.html", context)
    response["HX-PTag"] = waiting.mark
    return response


@require_POST
def enter(request: RoleRequest, code: str) -> HttpResponse:
    """Let somebody in: permission and door are asked again, the click is kept, the way leads to Zoom, or to
    where the class is held instead."""
    now = clock.now()
    session = _find(request, code, now)
    if session is None:
        return _nothing_here(request, now)
    try:
        way = join(user=request.user, session=session, now=now)
    except DoorClosed:
        return redirect(door_path(session))
    return _elsewhere(request, session, way, now) if way.host else to_zoom(way.address)


def _elsewhere(request: RoleRequest, session: ClassSession, way: WayIn, now: datetime) -> HttpResponse:
    """The link that is given instead of Zoom's, to press: forms may lead to Zoom alone, and whoever goes
    elsewhere is to see where."""
    response = render(request, "door/elsewhere.html", {"now": now, "session": session, "way": way})
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    return response


def _find(request: RoleRequest, code: str, now: datetime) -> ClassSession | None:
    if MISSES.are_too_many(str(request.user.pk), now):
        return None
    read = read_code(code)
    return find_class(request.user, read, now) if read else None


def _nothing_here(request: RoleRequest, now: datetime) -> HttpResponse:
    """No such class, or none that this person may know of: the same answer. After many of them, a pause."""
    if MISSES.are_too_many(str(request.user.pk), now):
        return render(request, "door/too_often.html", {"now": now}, status=429)
    MISSES.note(str(request.user.pk), now)
    raise Http404
