"""Materials of a program: added, given, removed."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access import rules as access_rules
from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import Changed
from eduraise.programs import queries
from eduraise.programs.forms.materials import MaterialForm, ResourceForm
from eduraise.programs.materials import (
    add_material,
    bring_back_material,
    move_material,
    remove_material,
)
from eduraise.programs.models import Assignment, Material, Program, SyllabusTopic
from eduraise.programs.views.answering import active_or_404, answer, page_of
from eduraise.ui.toasts import say


@admin_only
@sees_program
def add(request: RoleRequest, program: Program) -> HttpResponse:
    """Add a text, a link or a file."""
    form = MaterialForm(request.POST or None, request.FILES or None)

    def make() -> Program:
        add_material(program=program, by=request.user, now=clock.now(), **form.cleaned_data)
        return program

    context = {
        "form": form,
        "program": program,
        "heading": _("Add a material"),
        "verb": _("Add it"),
        "has_file": True,
    }
    return answer(request, form, make, context, lambda _made: _("Added."), tab="materials")


@sees_program
@require_safe
def material_file(request: RoleRequest, program: Program, uid: UUID) -> HttpResponseBase:
    """A material's file, as an attachment that no browser runs."""
    now = clock.now()
    teaches = request.user.is_admin or access_rules.teaches_in(request.user, program, now)
    found = queries.find_file(program, uid, person=request.user, teaches=teaches, now=now)
    if found is None or not default_storage.exists(str(found.file.name)):
        raise Http404
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"},
    )


@admin_only
@sees_program
def add_resource(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Add a text, a link or a file for one teacher alone."""
    row = active_or_404(Assignment, program, uid)
    form = ResourceForm(request.POST or None, request.FILES or None)

    def make() -> Program:
        add_material(program=program, assignment=row, by=request.user, now=clock.now(), **form.cleaned_data)
        return program

    context = {
        "form": form,
        "program": program,
        "heading": _("Add something for %(name)s") % {"name": row.person.name},
        "facts": _("Only this teacher and admins see it."),
        "verb": _("Add it"),
        "has_file": True,
    }
    return answer(request, form, make, context, lambda _made: _("Added."), tab="teachers")


@admin_only
@sees_program
def add_to_topic(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Add a text, a link or a file that goes with one topic of the syllabus."""
    topic = get_object_or_404(SyllabusTopic.objects.present(), program=program, uid=uid)
    form = MaterialForm(request.POST or None, request.FILES or None)

    def make() -> Program:
        add_material(program=program, topic=topic, by=request.user, now=clock.now(), **form.cleaned_data)
        return program

    to = reverse("programs:topic", args=[program.code, uid])
    context = {
        "form": form,
        "program": program,
        "back": to,
        "back_title": topic.title,
        "heading": _("Add a material"),
        "facts": _("It goes with the topic “%(title)s”.") % {"title": topic.title},
        "verb": _("Add it"),
        "has_file": True,
    }
    return answer(request, form, make, context, lambda _made: _("Added."), to=to)


@admin_only
@sees_program
@require_POST
def removal(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Take a material away; it can be undone."""
    found = _material_or_404(program, uid)
    undo = reverse("programs:bring_back_material", args=[program.code, uid])
    try:
        remove_material(material=found, by=request.user, now=clock.now())
    except Changed as problem:
        say(request, problem.message)
    else:
        say(request, _("“%s” is removed.") % found.title, undo=undo)
    return redirect(_list_of(found))


@admin_only
@sees_program
@require_POST
def bring_back(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Undo a removal."""
    found = _material_or_404(program, uid)
    said = _("“%s” is back.") % found.title
    try:
        bring_back_material(material=found, by=request.user, now=clock.now())
    except Changed as problem:
        said = problem.message
    say(request, said)
    return redirect(_list_of(found))


@admin_only
@sees_program
@require_POST
def place(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Put a material one place up or down."""
    found = _material_or_404(program, uid)
    way = request.POST.get("to", "")
    if way not in ("up", "down"):
        raise Http404
    move_material(material=found, is_up=way == "up", by=request.user, now=clock.now())
    return redirect(f"{_list_of(found)}#{way}-{found.uid}")


def _material_or_404(program: Program, uid: UUID) -> Material:
    return get_object_or_404(Material, program=program, uid=uid)


def _list_of(material: Material) -> str:
    return page_of(material.program, "teachers" if material.assignment_id else "materials")
