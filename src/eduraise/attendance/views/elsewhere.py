"""What a teacher says of a meeting of hers that was held beside a class's own."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from eduraise.access.roles import RoleRequest
from eduraise.attendance import elsewhere
from eduraise.classes.decorators import class_needing
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission

_DONE = {
    "attach": (elsewhere.attach, _("It belongs to the class. Who was there is worked out now.")),
    "dismiss": (elsewhere.dismiss, _("It is left out.")),
    "take_back": (elsewhere.take_back, _("It no longer belongs to the class.")),
}


@class_needing(Permission.CORRECT_ATTENDANCE)
@require_POST
def sitting(
    request: RoleRequest, session: ClassSession, standing: Standing, sitting_uid: UUID
) -> HttpResponse:
    """Say that it was this class, that it was none, or take back what was said."""
    chosen = request.POST.get("choice", "")
    if not standing.teaches_it or chosen not in _DONE:
        raise Http404
    act, done = _DONE[chosen]
    try:
        act(session=session, sitting_uid=sitting_uid, by=request.user, now=clock.now())
    except DomainError as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, done)
    return redirect("classes:detail", code=session.code)
