"""Copying a program to its next term: choose what goes along, then look at the plan of its classes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.planner import queries
from eduraise.planner.copy_forms import CopyForm
from eduraise.planner.copying import copy_to_term
from eduraise.programs.models import Program
from eduraise.ui.toasts import say


@admin_only
@sees_program
@require_http_methods(["GET", "POST"])
def copy(request: RoleRequest, program: Program) -> HttpResponse:
    """A program like this one for another term, and the plan of its classes; nothing is booked by that."""
    now = clock.now()
    form = CopyForm(request.POST or None, program=program, now=now)
    if form.is_bound and form.is_valid():
        try:
            made, plan = copy_to_term(program=program, by=request.user, now=now, **form.values())
        except DomainError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            say(request, _("“%s” is created. Nothing is scheduled yet.") % made.title)
            if plan is None:
                return redirect("programs:page", made.code)
            return redirect("planner:plan", made.code, plan.uid)
    context = {"form": form, "program": program, "along": queries.what_goes_along(program, now)}
    return render(request, "planner/copy.html", context, status=422 if form.errors else 200)
