"""Where a class can't be held in Zoom, or not by its teacher: another link, and back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import about_a_class
from eduraise.classes.detailing import Detail
from eduraise.classes.elsewhere import end_other_link, give_other_link, may_lead
from eduraise.classes.elsewhere_forms import OtherLinkForm, last_given
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.ui.toasts import say


@about_a_class
@require_http_methods(["GET", "POST"])
def other_link(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Give another link for a class; what else helps stands beside it."""
    now = clock.now()
    if not may_lead(standing, session, now):
        raise Http404
    form = OtherLinkForm(request.POST or None, initial=last_given(by=request.user, session=session))
    if request.method == "POST" and form.is_valid():
        try:
            given = give_other_link(session=session, url=form.cleaned_data["url"], by=request.user, now=now)
        except DomainError as problem:
            form.add_problem(problem)
        else:
            words = {"host": given.shown_host}
            say(request, _("The class’s link leads to %(host)s now. Those enrolled are told.") % words)
            return redirect("classes:detail", code=session.code)
    context = {
        "now": now,
        "form": form,
        "session": session,
        "detail": Detail(session, standing, request.user, now),
    }
    return render(request, "classes/other_link.html", context, status=422 if form.is_bound else 200)


@about_a_class
@require_POST
def other_link_end(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Lead people into Zoom again."""
    now = clock.now()
    if not may_lead(standing, session, now):
        raise Http404
    try:
        end_other_link(session=session, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("The class’s link leads into Zoom again."))
    return redirect("classes:detail", code=session.code)
