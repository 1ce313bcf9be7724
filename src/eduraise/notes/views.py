"""Hand-over notes: written, changed, removed, and all of a program."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eduraise.access.decorators import sees_program
from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import about_a_class
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.notes import queries
from eduraise.notes.actions import bring_back_note, change_note, remove_note, write_note
from eduraise.notes.forms import NoteForm
from eduraise.notes.models import Note
from eduraise.notes.rules import leaves_note, may_change, reads_of_program
from eduraise.programs.models import Program
from eduraise.ui.toasts import say


@sees_program
@require_safe
def notes(request: RoleRequest, program: Program) -> HttpResponse:
    """All notes of a program, for its teachers."""
    now = clock.now()
    if not reads_of_program(request.user, program, now):
        raise Http404
    page = queries.page_of(program, request.GET.get("page"), now)
    return render(request, "notes/list.html", {"program": program, "notes": page, "now": now})


@about_a_class
@require_http_methods(["GET", "POST"])
def write(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Leave a note to a class."""
    if not leaves_note(session, standing):
        raise Http404
    now, form = clock.now(), NoteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            write_note(session=session, text=form.cleaned_data["text"], by=request.user, now=now)
        except DomainError as problem:
            form.add_problem(problem)
        else:
            say(request, _("Your note is kept."))
            return redirect("classes:detail", code=session.code)
    return _page(request, session, form, now)


@about_a_class
@require_http_methods(["GET", "POST"])
def note(request: RoleRequest, session: ClassSession, standing: Standing, uid: UUID) -> HttpResponse:
    """Change a note; what it said before stands below."""
    found = _found(request, session, standing, uid, is_there=True)
    now, form = clock.now(), NoteForm(request.POST or None, note=found)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        seen = typed["version"] or 0
        try:
            change_note(note=found, seen_version=seen, text=typed["text"], by=request.user, now=now)
        except DomainError as problem:
            form.add_problem(problem)
        else:
            say(request, _("Saved."))
            return redirect("classes:detail", code=session.code)
    return _page(request, session, form, now, note=found, former=queries.former_of(found))


@about_a_class
@require_POST
def removal(request: RoleRequest, session: ClassSession, standing: Standing, uid: UUID) -> HttpResponse:
    """Take a note away; it can be undone."""
    found = _found(request, session, standing, uid)
    try:
        remove_note(note=found, by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        undo = reverse("notes:bring_back", args=[session.code, uid])
        say(request, _("The note is removed."), undo=undo)
    return redirect("classes:detail", code=session.code)


@about_a_class
@require_POST
def bring_back(request: RoleRequest, session: ClassSession, standing: Standing, uid: UUID) -> HttpResponse:
    """Undo that."""
    found = _found(request, session, standing, uid)
    try:
        bring_back_note(note=found, by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("The note is back."))
    return redirect("classes:detail", code=session.code)


def _found(
    request: RoleRequest, session: ClassSession, standing: Standing, uid: UUID, *, is_there: bool = False
) -> Note:
    """A note to this class that this person may change; 404 otherwise."""
    rows = Note.objects.present() if is_there else Note.objects.all()
    found = get_object_or_404(rows.select_related("session__program"), session=session, uid=uid)
    if not may_change(request.user, found, standing):
        raise Http404
    return found


def _page(
    request: RoleRequest, session: ClassSession, form: NoteForm, now: datetime, **more: Any
) -> HttpResponse:
    context = {"session": session, "form": form, "now": now, **more}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "notes/form.html", context, status=status)
