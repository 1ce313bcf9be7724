"""Materials of a program: added, given, removed."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access import rules as access_rules
from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.programs.forms.materials import MaterialForm
from eduraise.programs.materials import add_material, remove_material
from eduraise.programs.models import Material, Program
from eduraise.programs.views.answering import answer, page_of
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
    teaches = (
        request.user.is_admin
        or access_rules.taught_programs(request.user, now).filter(pk=program.pk).exists()
    )
    found = Material.objects.filter(program=program, uid=uid).exclude(file="").first()
    if (
        found is None
        or (found.visible_to == "teachers" and not teaches)
        or not default_storage.exists(str(found.file.name))
    ):
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
@require_POST
def removal(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Take a material away."""
    found = Material.objects.filter(program=program, uid=uid).first()
    if found is None:
        raise Http404
    remove_material(material=found, by=request.user, now=clock.now())
    say(request, _("“%s” is removed.") % found.title)
    return redirect(page_of(program, "materials"))
