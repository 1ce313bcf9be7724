"""The register of a class: during it, and after it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eduraise.access.roles import RoleRequest
from eduraise.attendance.sheet import Sheet
from eduraise.attendance.views.around import is_partial, seen
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock


@seen
@require_safe
def register(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Who was there, how long, and what that comes to."""
    now = clock.now()
    sheet = Sheet(session, now, show=request.GET.get("show", ""), number=request.GET.get("page", ""))
    context = {"now": now, "session": session, "sheet": sheet, "standing": standing}
    template = "attendance/register.html#whole" if is_partial(request) else "attendance/register.html"
    return render(request, template, context)
