"""A class while it is on, and before: its recording, its groups, what is said to its students."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import about_a_class
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.live import at_zoom
from eduraise.live.forms import GroupsForm, MakeForm, SayForm
from eduraise.live.groups import (
    former_groups,
    groups_of,
    make_groups,
    may_group,
    may_look_back,
    place_late,
    registered,
    save_groups,
)
from eduraise.live.handouts import may_say, say_to_students
from eduraise.live.models import Handout
from eduraise.live.recording import control_recording, may_record
from eduraise.ui.toasts import say
from eduraise.zoom.enums import RecordingWish


@about_a_class
@require_POST
def recording(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Have Zoom record the class, or stop."""
    if not may_record(standing, session):
        raise Http404
    wish = request.POST.get("wish", "")
    if wish not in RecordingWish.values:
        return HttpResponse(status=400)
    try:
        control_recording(session=session, wish=RecordingWish(wish), by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    return redirect("classes:detail", code=session.code)


@about_a_class
@require_http_methods(["GET", "POST"])
def groups(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """The groups of a class: by hand, at random, and what Zoom makes of them."""
    now = clock.now()
    if not may_group(standing, session):
        return _look_back(request, session, standing, now)
    if request.method == "POST":
        return _act(request, session, now)
    more = 1 if "more" in request.GET else 0
    return _page(request, session, now, form=GroupsForm(None, groups=groups_of(session, now), more=more))


def _look_back(
    request: RoleRequest, session: ClassSession, standing: Standing, now: datetime
) -> HttpResponse:
    """The groups that a class had; what was sent too late changes nothing."""
    if not may_look_back(standing, session):
        raise Http404
    if request.method == "POST":
        say(request, _("Nothing was changed: the class is over."))
        return redirect("live:groups", code=session.code)
    context = {"now": now, "session": session, "groups": former_groups(session)}
    return render(request, "live/former_groups.html", context)


def _act(request: RoleRequest, session: ClassSession, now: datetime) -> HttpResponse:
    """Do what a button of the page says; what is wrong stands beside what was typed."""
    act, found = request.POST.get("act", "save"), groups_of(session, now)
    form = GroupsForm(request.POST if act == "save" else None, groups=found)
    making = MakeForm(request.POST if act == "make" else None)
    seen = request.POST.get("version", "")
    what: dict[str, Any] = {
        "session": session,
        "seen_version": int(seen) if seen.isascii() and seen.isdigit() else -1,
        "by": request.user,
        "now": now,
    }
    try:
        if act == "make" and making.is_valid():
            asked = making.cleaned_data
            make_groups(number=asked["number"] or 0, size=asked["size"] or 0, **what)
        elif act == "late":
            place_late(**what)
        elif act == "save" and form.is_valid():
            shown = form.cleaned_data["is_shown"]
            save_groups(names=form.names(), places=form.places(), is_shown=shown, **what)
        else:
            return _page(request, session, now, form=form, making=making, status=422)
    except DomainError as problem:
        wrong: Any = making if act == "make" else form
        if wrong.is_bound:
            wrong.add_error(problem.field if problem.field in wrong.fields else None, problem.message)
            return _page(request, session, now, form=form, making=making, status=422)
        say(request, problem.message)
    else:
        say(request, _("The groups are kept."))
    return redirect("live:groups", code=session.code)


def _page(
    request: RoleRequest,
    session: ClassSession,
    now: datetime,
    *,
    form: GroupsForm,
    making: MakeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    state, words = at_zoom.prepared(session)
    by_name = registered(session)
    people = [(field, *at_zoom.how_known(person, by_name)) for person, field in form.place_fields]
    known = sum(1 for _field, is_known, _why in people if is_known)
    context = {
        "now": now,
        "session": session,
        "form": form,
        "making": making or MakeForm(),
        "groups": form.groups,
        "people": people,
        "by_itself": known if at_zoom.sends_people(state) else None,
        "state": str(state),
        "words": words,
    }
    return render(request, "live/groups.html", context, status=status)


@about_a_class
@require_http_methods(["GET", "POST"])
def handouts(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Say something to a class's students, for before and for after it."""
    if not may_say(standing):
        raise Http404
    now = clock.now()
    # what was taken back counts as a version, too
    found = {row.place: row for row in Handout.objects.filter(session=session)}
    form = SayForm(request.POST or None, found=found)
    if form.is_bound and form.is_valid() and _said(request, session, form, now):
        say(request, _("Saved."))
        return redirect("classes:detail", code=session.code)
    context = {"now": now, "session": session, "form": form}
    return render(request, "live/say.html", context, status=422 if form.is_bound else 200)


def _said(request: RoleRequest, session: ClassSession, form: SayForm, now: datetime) -> bool:
    """Save each of the two; what is wrong with one stands at its field, and keeps the other from nothing."""
    for place in Handout.Place:
        try:
            say_to_students(
                session=session,
                place=place,
                text=form.cleaned_data[f"{place}_text"],
                seen_version=form.cleaned_data[f"{place}_version"],
                by=request.user,
                now=now,
            )
        except DomainError as problem:
            form.add_problem(problem, place)
    return not form.errors
