"""Teachers of a program: assigned, changed, ended."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.accounts.queries import find_person
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs import queries
from eduraise.programs.assigning import assign_teacher, change_assignment, end_assignment
from eduraise.programs.forms.teachers import AssignForm, AssignmentForm
from eduraise.programs.models import Assignment, Program
from eduraise.programs.views.answering import active_or_404, answer, ending


@admin_only
@sees_program
def assign(request: RoleRequest, program: Program) -> HttpResponse:
    """Choose a teacher, seeing subjects, hours, clashes and Zoom, and say what she may do."""
    now = clock.now()
    form = AssignForm(request.POST or None)

    def make() -> Program:
        person = find_person(form.cleaned_data["person"])
        if person is None:
            raise DomainError(_("Choose a teacher."), field="person")
        assign_teacher(program=program, person=person, by=request.user, now=now, **form.values())
        return program

    context = {
        "form": form,
        "program": program,
        "candidates": queries.candidates(program, now),
        "chosen": str(form["person"].value() or ""),
    }
    said = _("Assigned. The teacher is told.")
    return answer(
        request, form, make, context, lambda _made: said, template="programs/assign.html", tab="teachers"
    )


@admin_only
@sees_program
def assignment(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """Change what a teacher may do here."""
    now = clock.now()
    row = active_or_404(Assignment, program, uid)
    held = queries.held_by(row)
    initial = {
        "version": row.version,
        "preset": row.preset,
        "own": row.deviations.exists(),
        "permissions": sorted(held),
        "expectations": row.expectations,
    }
    form = AssignmentForm(request.POST or None, initial=initial)

    def save() -> Program:
        change_assignment(assignment=row, by=request.user, now=now, **form.values())
        return program

    context = {"form": form, "program": program, "heading": row.person.name, "verb": _("Save")}
    said = _("Saved. It holds at once.")
    return answer(request, form, save, context, lambda _made: said, tab="teachers")


@admin_only
@sees_program
def end_teacher(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """End a teacher's part, after seeing what that touches."""
    row = active_or_404(Assignment, program, uid)
    return ending(
        request,
        program,
        row,
        "assignment",
        lambda now: end_assignment(assignment=row, by=request.user, now=now),
    )
