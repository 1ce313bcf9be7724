"""The personal links of a class's meeting: who has one, and another for whom others know theirs."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.accounts.redirects import back
from eduraise.classes.decorators import class_needing
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.ui.toasts import say
from eduraise.zoom.models import ZoomMeeting
from eduraise.zoom.renewing import links_of, may_renew, renew_link


@class_needing(Permission.HOST)
@require_safe
def personal_links(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Who has a link of their own to it."""
    now, meeting = clock.now(), _meeting_of(session)
    context = {
        "now": now,
        "session": session,
        "page": links_of(meeting, request.GET.get("page")),
        "may_renew": may_renew(meeting, now),
    }
    return render(request, "classes/personal_links.html", context)


@class_needing(Permission.HOST)
@require_POST
def renewal(request: RoleRequest, session: ClassSession, standing: Standing, student: UUID) -> HttpResponse:
    """Give a student another one; hers opens nothing any more."""
    person = get_object_or_404(User, uid=student)
    try:
        renew_link(meeting=_meeting_of(session), person=person, by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        said = _("%(name)s gets another link within a minute. The former opens nothing any more then.")
        say(request, said % {"name": person.name})
    return back(request)


def _meeting_of(session: ClassSession) -> ZoomMeeting:
    """Its meeting, where that registers students; 404 otherwise."""
    occurrence = session.occurrence
    if occurrence is None or not occurrence.meeting.registers:
        raise Http404
    return occurrence.meeting
