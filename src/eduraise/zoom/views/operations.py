"""Changes at Zoom that wait or failed, and what an admin can do about one."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.core import audit, clock
from eduraise.ui.toasts import say
from eduraise.zoom import wanting
from eduraise.zoom.enums import OPEN_STATES, OperationState
from eduraise.zoom.models import ZoomOperation
from eduraise.zoom.words import reason_words


@admin_only
@require_safe
def operations(request: RoleRequest) -> HttpResponse:
    """Changes at Zoom that wait or failed: why, since when, and what can be done."""
    rows = (
        ZoomOperation.objects.filter(state__in=(*OPEN_STATES, OperationState.FAILED, OperationState.GIVEN_UP))
        .select_related("meeting__host__teacher", "meeting__program")
        .order_by("-created_at")[:100]
    )
    found = [(row, reason_words(row.answer_code or row.last_error_code)) for row in rows]
    return render(request, "zoom/operations.html", {"rows": found, "now": clock.now()})


@admin_only
@require_POST
def operation(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Try a failed change again, or give one up."""
    act = request.POST.get("act", "")
    row = ZoomOperation.objects.filter(uid=uid).select_related("meeting").first()
    if row is None or act not in {"retry", "give_up"}:
        raise Http404
    now = clock.now()
    with transaction.atomic():
        if act == "retry":
            done = wanting.retry(meeting=row.meeting, now=now, by=request.user)
        else:
            done = wanting.give_up(operation=row, now=now)
        if done:
            audit.record(f"zoom.operation_{act}", by=request.user, thing=row, at=now)
    say(request, _("Done.") if done else _("That has changed meanwhile."))
    return redirect("zoom:operations")
