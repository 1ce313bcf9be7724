"""How far programs have come."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import teachers_and_admins
from eduraise.classes.progressing import progress_page
from eduraise.core import clock


@teachers_and_admins
@require_safe
def progress(request: RoleRequest) -> HttpResponse:
    """The progress of programs: of an admin all, of a teacher her own."""
    now = clock.now()
    page, rows = progress_page(request.user, number=request.GET.get("page"), now=now)
    return render(request, "classes/progress.html", {"page": page, "rows": rows, "now": now})
