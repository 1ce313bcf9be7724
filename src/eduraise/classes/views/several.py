"""What is done to several classes of a series together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import class_needing
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import hearers_of
from eduraise.classes.series_forms import CancelSeveralForm, SeveralForm
from eduraise.classes.together import NotASeries, Scope, cancel_part, move_together, part_of
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.ui.toasts import say


@class_needing(Permission.EDIT)
@require_http_methods(["GET", "POST"])
def move(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Move a class and those that follow, or all that are to come."""
    now = clock.now()
    form = SeveralForm(request.POST or None, session=session, reader=request.user, now=now)
    if form.is_bound and form.is_valid() and form.starts_at and form.duration:
        try:
            moved = move_together(
                session=session,
                seen_version=form.cleaned_data["version"],
                scope=Scope(form.cleaned_data["scope"]),
                starts_at=form.starts_at,
                duration=form.duration,
                by=request.user,
                now=now,
                message=form.cleaned_data["message"],
                reason=form.cleaned_data["reason"],
                despite=form.cleaned_data["despite"],
            )
        except DomainError as problem:
            form.add_problem(problem)
        else:
            words = ngettext("%(n)d class was moved.", "%(n)d classes were moved.", len(moved))
            say(request, words % {"n": len(moved)})
            return redirect("classes:detail", code=session.code)
    return _page(request, "classes/series_move.html", form, session, now)


@class_needing(Permission.CANCEL)
@require_http_methods(["GET", "POST"])
def cancellation(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Cancel a class and those that follow, or all that are to come."""
    now = clock.now()
    form = CancelSeveralForm(request.POST or None, initial={"version": session.version})
    if form.is_bound and form.is_valid():
        try:
            gone = cancel_part(
                session=session,
                seen_version=form.cleaned_data["version"],
                scope=Scope(form.cleaned_data["scope"]),
                by=request.user,
                now=now,
                message=form.cleaned_data["message"],
            )
        except DomainError as problem:
            form.add_problem(problem)
        else:
            words = ngettext("%(n)d class is cancelled.", "%(n)d classes are cancelled.", len(gone))
            say(request, words % {"n": len(gone)})
            return redirect("classes:detail", code=session.code)
    return _page(request, "classes/series_cancel.html", form, session, now)


def _page(
    request: RoleRequest, template: str, form: Any, session: ClassSession, now: datetime
) -> HttpResponse:
    """The form with how many classes each choice means; back to the class where it is no series."""
    try:
        parts = {scope: part_of(session, scope, now) for scope in Scope}
    except NotASeries as problem:
        say(request, problem.message)
        return redirect("classes:detail", code=session.code)
    context = {
        "now": now,
        "form": form,
        "session": session,
        "following": parts[Scope.FOLLOWING],
        "all": parts[Scope.ALL],
        "hearers": hearers_of(session.program, now),
        "says": _("The others keep their distance in days and get the same hour."),
    }
    return render(request, template, context, status=422 if form.is_bound else 200)
