"""Where a class can't be held in Zoom, or not by its teacher: another link, and back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.decorators import teacher_only
from eduraise.access.roles import RoleRequest
from eduraise.accounts.redirects import back
from eduraise.classes.decorators import about_a_class
from eduraise.classes.detailing import Detail
from eduraise.classes.elsewhere import end_other_link, give_other_link, may_lead
from eduraise.classes.elsewhere_forms import OtherLinkForm, SpareRoomForm, last_given
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.spare_rooms import keep_spare_room, lead_to_spare_room, own_spare_room
from eduraise.classes.spare_rooms import undo_spare_room as take_back
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
def to_spare_room(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Lead the class to the room that is kept for it, with one press that can be undone."""
    now = clock.now()
    if not may_lead(standing, session, now):
        raise Http404
    try:
        given = lead_to_spare_room(session=session, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
        return back(request)
    if given is None:
        return redirect("classes:other_link", code=session.code)
    undo = reverse("classes:undo_spare_room", args=[session.code])
    words = {"topic": session.topic, "host": given.shown_host}
    say(request, _("The link of “%(topic)s” leads to %(host)s now.") % words, undo=undo)
    return back(request)


@about_a_class
@require_POST
def undo_spare_room(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Undo that."""
    _lead_into_zoom(request, session, standing, take_back)
    return back(request)


@teacher_only
@require_http_methods(["GET", "POST"])
def spare_room(request: RoleRequest) -> HttpResponse:
    """The room that a teacher keeps for her classes while Zoom is down."""
    kept, _host = own_spare_room(request.user)
    form = SpareRoomForm(request.POST or None, initial={"url": kept})
    if form.is_bound and form.is_valid():
        try:
            keep_spare_room(person=request.user, url=form.cleaned_data["url"], now=clock.now())
        except DomainError as problem:
            form.add_problem(problem)
        else:
            say(request, _("Saved."))
            return redirect("accounts:settings")
    return render(request, "classes/spare_room.html", {"form": form}, status=422 if form.is_bound else 200)


@about_a_class
@require_POST
def other_link_end(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Lead people into Zoom again."""
    _lead_into_zoom(request, session, standing, end_other_link)
    return redirect("classes:detail", code=session.code)


def _lead_into_zoom(
    request: RoleRequest, session: ClassSession, standing: Standing, act: Callable[..., None]
) -> None:
    """End the other link by one of the two ways, and say so."""
    now = clock.now()
    if not may_lead(standing, session, now):
        raise Http404
    try:
        act(session=session, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("The class’s link leads into Zoom again."))
