"""The form that plans a class, and what it would do, said while it is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.access.rules import programs_with
from eduraise.accounts.models import User
from eduraise.classes.decorators import teachers_and_admins
from eduraise.classes.enums import Attention
from eduraise.classes.forms import ClassForm, ScheduleForm, find_program
from eduraise.classes.models import ClassSession
from eduraise.classes.previewing import Preview, Wish, preview_of
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.states import state_of
from eduraise.classes.troubles import trouble_of
from eduraise.classes.words import when_words
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.core.once import SentBefore
from eduraise.programs.enums import Permission
from eduraise.ui.toasts import say


@teachers_and_admins
@require_http_methods(["GET", "POST"])
def create(request: RoleRequest) -> HttpResponse:
    """Plan a class. What is typed stays, whatever is refused; a button that only looks saves nothing."""
    now = clock.now()
    form = _form(request, now, request.POST if _is_sent(request) else None)
    if form is None:
        return render(request, "classes/no_programs.html", {"now": now})
    if _is_sent(request) and form.is_valid():
        try:
            key = form.cleaned_data["key"]
            session = schedule_class(by=request.user, draft=form.draft(), now=now, form_key=key)
        except SentBefore as before:
            return _saved_before(before)
        except DomainError as problem:
            form.add_problem(problem)
        else:
            return _scheduled(request, session)
    return _page(request, form, now, "classes/create.html")


@teachers_and_admins
@require_POST
def preview(request: RoleRequest) -> HttpResponse:
    """The parts of the form's page that say what would happen; saves nothing, refuses nothing."""
    now = clock.now()
    form = _form(request, now, None)
    if form is None:
        return HttpResponse(status=204)
    context = _context(form, request.user, now)
    return render(request, "classes/create.html#preview", context)


def _form(request: RoleRequest, now: datetime, data: Any) -> ScheduleForm | None:
    """The form, for the program that is asked for; None for somebody who may book in none."""
    programs = programs_with(request.user, Permission.CREATE, now).unarchived()
    asked = request.POST.get("program") or request.GET.get("program")
    program = find_program(programs, asked)
    if program is None:
        return None
    choice = list(programs.order_by("code_key"))
    form = ScheduleForm(data, program=program, programs=choice, reader=request.user, now=now)
    if data is None and request.method == "POST":
        form.reopen(request.POST)
    return form


def _is_sent(request: RoleRequest) -> bool:
    """Whether the form was sent to be saved: not to see another program's settings or use another time."""
    return request.method == "POST" and not {"look", "use"} & request.POST.keys()


def _page(request: RoleRequest, form: ScheduleForm, now: datetime, template: str) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, _context(form, request.user, now), status=status)


def _context(form: ScheduleForm, reader: User, now: datetime) -> dict[str, Any]:
    # the hours are known only when the form was read: what is shown of them is read the same way
    return {
        "now": now,
        "form": form,
        "preview": _preview(form, reader, now),
        "preview_url": reverse("classes:preview"),
    }


def _preview(form: ScheduleForm, reader: User, now: datetime) -> Preview:
    """What the form would do; one that was not sent yet is read as if it had been."""
    read = form.read()
    typed = read.cleaned_data
    wish = Wish(
        program=form.for_program,
        teacher=read.chosen_teacher,
        topic=typed.get("topic", ""),
        starts_at=read.starts_at,
        duration=read.duration,
        zone=typed.get("zone", form.for_program.zone),
        auto_recording=read.settled("auto_recording"),
    )
    found = preview_of(wish, reader=reader, now=now)
    form.ask(found.question)
    return found


def _scheduled(request: RoleRequest, session: ClassSession) -> HttpResponse:
    """Say what came of it. What Zoom refused within the request is put right where the field is."""
    now = clock.now()
    words = {"topic": session.topic, "when": when_words(session, now)}
    stands = state_of(session, now)
    if stands.attention != Attention.NOT_BOOKED:
        say(request, _("“%(topic)s” is scheduled: %(when)s.") % words)
        return redirect("classes:detail", code=session.code)
    say(request, _("“%(topic)s” is kept here, but Zoom refused to book it. Nobody is told yet.") % words)
    trouble = trouble_of(stands, request.user, now, may_edit=True)
    at_field = trouble is not None and trouble.field in ClassForm.base_fields
    return redirect("classes:change" if at_field else "classes:detail", code=session.code)


def _saved_before(before: SentBefore) -> HttpResponse:
    """Answer a form that was sent twice as it was answered the first time."""
    if before.answer_uid is None:
        return redirect("classes:list")
    session = ClassSession.objects.get(uid=before.answer_uid)
    return redirect("classes:detail", code=session.code)
