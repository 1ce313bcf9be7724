"""Students of a program: enrolled and ended."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.programs.enrolling import end_enrolment, enrol_by_address
from eduraise.programs.forms.students import EnrolForm
from eduraise.programs.models import Enrolment, Program
from eduraise.programs.views.answering import active_or_404, answer, ending


@admin_only
@sees_program
def enrol_students(request: RoleRequest, program: Program) -> HttpResponse:
    """Enrol one or several people; who is new here is invited."""
    form = EnrolForm(request.POST or None)
    counted: dict[str, int] = {}

    def make() -> Program:
        counted["new"], counted["known"] = enrol_by_address(
            program=program, people=form.cleaned_data["people"], by=request.user, now=clock.now()
        )
        return program

    def said(_made: Program) -> str:
        new, known = counted["new"], counted["known"]
        text = ngettext("%(n)d student is enrolled.", "%(n)d students are enrolled.", new) % {"n": new}
        if not known:
            return text
        were = ngettext("%(n)d was already.", "%(n)d were already.", known) % {"n": known}
        return f"{text} {were}"

    context = {
        "form": form,
        "program": program,
        "heading": _("Enrol students"),
        "verb": _("Enrol them"),
        "imports": True,
    }
    return answer(request, form, make, context, said, tab="students")


@admin_only
@sees_program
def end_student(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """End a student's spell, after seeing what that touches."""
    row = active_or_404(Enrolment, program, uid)
    return ending(
        request, program, row, "enrolment", lambda now: end_enrolment(enrolment=row, by=request.user, now=now)
    )
