"""A program's syllabus: its topics in their order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import requires, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs import removing
from eduraise.programs.enums import Permission
from eduraise.programs.forms.syllabus import TopicForm, TopicsForm
from eduraise.programs.models import Program, SyllabusTopic
from eduraise.programs.syllabus import add_topics, change_topic, move_topic
from eduraise.programs.timetable_queries import TOPICS_ON_A_PAGE, place_of, topics_page
from eduraise.programs.views.answering import answer, done
from eduraise.programs.views.tabbing import frame
from eduraise.ui.toasts import say


@sees_program
@require_safe
def syllabus(request: RoleRequest, program: Program) -> HttpResponse:
    """The topics of a program, numbered, each with its notes and materials."""
    context = frame(request, program, "syllabus")
    number = request.GET.get("page")
    topics = topics_page(program, for_teachers=context["teaches"], number=number)
    return render(request, "programs/syllabus.html", context | {"topics": topics})


@requires(Permission.TIMETABLE)
def add(request: RoleRequest, program: Program) -> HttpResponse:
    """One or several topics, put at the end."""
    form = TopicsForm(request.POST or None)

    def make() -> list[SyllabusTopic]:
        titles = form.cleaned_data["titles"]
        return add_topics(program=program, titles=titles, by=request.user, now=clock.now())

    def said(made: list[SyllabusTopic]) -> str:
        return ngettext("%(n)d topic is added.", "%(n)d topics are added.", len(made)) % {"n": len(made)}

    context = {
        "form": form,
        **_back(program),
        "heading": _("Add topics"),
        "facts": _("They come after those that are there."),
        "verb": _("Add to the syllabus"),
    }
    return answer(request, form, make, context, said, to=_page_of_syllabus(program))


@requires(Permission.TIMETABLE)
def topic(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Change a topic: its title, notes, materials, and its place."""
    found = get_object_or_404(SyllabusTopic.objects.present(), program=program, uid=uid)
    place, count = place_of(found)
    form = TopicForm(request.POST or None, topic=found, place=place, count=count)

    def save() -> SyllabusTopic:
        return change_topic(topic=found, by=request.user, now=clock.now(), **form.values())

    context = {
        "form": form,
        **_back(program),
        "heading": found.title,
        "facts": _("Topic %(place)d of %(count)d") % {"place": place, "count": count},
        "verb": _("Save"),
        "topic": found,
    }
    to = _page_of_syllabus(program)
    return answer(
        request, form, save, context, lambda _made: _("Saved."), template="programs/topic.html", to=to
    )


@requires(Permission.TIMETABLE)
@require_POST
def removal(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Take a topic away; it can be undone."""
    found = get_object_or_404(SyllabusTopic, program=program, uid=uid)
    return done(
        request,
        program,
        lambda: removing.remove_part(part=found, by=request.user, now=clock.now()),
        _("“%s” is removed.") % found.title,
        undo=reverse("programs:bring_back_topic", args=[program.code, uid]),
        to=_page_of_syllabus(program, found),
    )


@requires(Permission.TIMETABLE)
@require_POST
def bring_back(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Undo a removal."""
    found = get_object_or_404(SyllabusTopic, program=program, uid=uid)
    return done(
        request,
        program,
        lambda: removing.bring_back_part(part=found, by=request.user, now=clock.now()),
        _("“%s” is back.") % found.title,
        to=_page_of_syllabus(program, found),
    )


@requires(Permission.TIMETABLE)
@require_POST
def place(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Put a topic one place up or down."""
    found = get_object_or_404(SyllabusTopic, program=program, uid=uid)
    way = request.POST.get("to", "")
    if way not in ("up", "down"):
        raise Http404
    try:
        move_topic(topic=found, is_up=way == "up", by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    found.refresh_from_db(fields=["position"])
    return redirect(f"{_page_of_syllabus(program, found)}#{way}-{found.uid}")


def _back(program: Program) -> dict[str, Any]:
    """What a form's page needs to lead back to the syllabus."""
    return {"program": program, "back": _page_of_syllabus(program), "back_title": _("Syllabus")}


def _page_of_syllabus(program: Program, topic: SyllabusTopic | None = None) -> str:
    """Where the syllabus stands, at the page on which a topic is or was."""
    address = reverse("programs:syllabus", args=[program.code])
    if topic is None:
        return address
    page = (place_of(topic)[0] - 1) // TOPICS_ON_A_PAGE + 1
    return f"{address}?page={page}" if page > 1 else address
