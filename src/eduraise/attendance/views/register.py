"""The register of a class: during it, and after it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from eduraise.access.roles import RoleRequest
from eduraise.attendance.views.around import context_of, is_partial, seen, sheet_of
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession


@seen
@require_safe
def register(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Who is there or was, how long, and what that comes to. While the class is on it looks again by itself,
    and is answered in two words where nothing changed."""
    sheet = sheet_of(request, session, standing)
    if not sheet.is_running:
        template = "attendance/register.html#whole" if is_partial(request) else "attendance/register.html"
        return render(request, template, context_of(request, sheet))
    tag = f"{sheet.tag}-{get_language()}"
    if is_partial(request) and request.headers.get("HX-PTag") == tag:
        return HttpResponse(status=304)
    template = "attendance/register.html#whole" if is_partial(request) else "attendance/register.html"
    response = render(request, template, context_of(request, sheet, tag=tag))
    response["HX-PTag"] = tag
    return response
