"""The calendar page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eduraise.access.roles import Role, RoleRequest
from eduraise.access.rules import programs_with
from eduraise.calendars.asking import Asked
from eduraise.calendars.queries import class_of_series
from eduraise.calendars.shown import CalendarPage
from eduraise.classes.addresses import door_path
from eduraise.core import clock
from eduraise.programs.enums import Permission


@require_safe
def series(request: RoleRequest, uid: UUID) -> HttpResponse:
    """The link of a series in a calendar: to the door of its class that is on, or comes next."""
    found = class_of_series(uid, request.user, clock.now())
    if found is None:
        raise Http404
    return redirect(door_path(found))


@require_safe
def page(request: RoleRequest) -> HttpResponse:
    """One's classes by week, month, or as a list; what may not be seen isn't there."""
    now, reader = clock.now(), request.user
    today = now.astimezone(timezone.get_current_timezone()).date()
    asked = Asked.read(request.GET, today)
    teaches = request.role != Role.STUDENT
    context = {
        "now": now,
        "asked": asked,
        "calendar": CalendarPage(reader, request.role, asked, now),
        "teaches": teaches,
        "may_schedule": teaches and programs_with(reader, Permission.CREATE, now).unarchived().exists(),
    }
    return render(request, "calendars/page.html", context)
