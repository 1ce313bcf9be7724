"""How pages of programs answer: what their views share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.access.roles import RoleRequest
from eduraise.core import clock, hooks
from eduraise.core.errors import DomainError
from eduraise.programs.locking import ChangedMeanwhile
from eduraise.programs.models import Assignment, Enrolment, Program
from eduraise.ui.toasts import say

# At which tab what ended could be seen
TABS = {"assignment": "teachers", "enrolment": "students"}


def active_or_404[Row: (Assignment, Enrolment)](model: type[Row], program: Program, uid: UUID) -> Row:
    """An assignment or enrolment that holds in this very program; 404 otherwise."""
    row = (
        model.objects.active(clock.now())
        .filter(program=program, uid=uid)
        .select_related("person", "program")
        .first()
    )
    if row is None:
        raise Http404
    return row


def ending(
    request: RoleRequest, program: Program, row: Assignment | Enrolment, kind: str, act: Callable[[Any], None]
) -> HttpResponse:
    """The page that shows what an ending touches, and the ending."""
    now = clock.now()
    names = {"name": row.person.name, "program": program.title}
    if request.method == "POST":
        said = _("%(name)s is no longer in %(program)s.") % names
        return done(request, program, lambda: act(now), said, tab=TABS[kind])
    context = {
        **way_back(program),
        "heading": _question(kind) % names,
        "text": _("It holds at once. What was done stays where it is."),
        "verb": _("End it now"),
        "consequences": hooks.consequences_of.ask(kind=kind, thing=row, now=now),
    }
    return render(request, "ui/confirm.html", context)


def _question(kind: str) -> str:
    if kind == "enrolment":
        return _("End %(name)s’s enrolment in %(program)s?")
    return _("End %(name)s’s part in %(program)s?")


def way_back(program: Program) -> dict[str, Any]:
    """What a page that asks before it acts needs to lead back to the program."""
    return {"back": page_of(program), "back_title": program.title, "keep": _("Keep it as it is")}


def page_of(program: Program, tab: str = "") -> str:
    """Where a program's page stands, at one of its tabs."""
    address = reverse("programs:page", args=[program.code])
    return f"{address}?tab={tab}" if tab else address


def answer(
    request: RoleRequest,
    form: Any,
    act: Callable[[], Any],
    context: dict[str, Any],
    said: Callable[[Any], str],
    *,
    template: str = "programs/form.html",
    tab: str = "",
    to: str | Callable[[Any], str] = "",
) -> HttpResponse:
    """A form's page: shown, refused with what was typed, or done and led on: to the program that `act` gave,
    or `to` an address, which may depend on what it gave."""
    if request.method == "POST" and form.is_valid():
        try:
            made = act()
        except ChangedMeanwhile as problem:
            _show_both(form, problem)
        except DomainError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            say(request, said(made))
            return redirect((to(made) if callable(to) else to) or page_of(made, tab))
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _show_both(form: Any, problem: ChangedMeanwhile) -> None:
    """Keep what was typed, say where it differs from what stands now, and let it be saved knowingly."""
    differing = [str(form.fields[name].label) for name in form.changed_data if name != "version"]
    form.add_error(None, problem.message)
    if differing:
        form.add_error(None, _("It differs from yours in: %(fields)s.") % {"fields": ", ".join(differing)})
    form.data = form.data.copy()
    form.data["version"] = str(problem.version)


def done(
    request: RoleRequest,
    program: Program | None,
    act: Callable[[], None],
    said: str,
    *,
    tab: str = "",
    undo: str = "",
    to: str = "",
) -> HttpResponse:
    """Do it, say so or why not, and lead back `to` an address or to the program, where that can be seen.

    undo: where what was done can be undone.
    """
    try:
        act()
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, said, undo=undo)
    return redirect(to or (page_of(program, tab) if program else reverse("programs:list")))
