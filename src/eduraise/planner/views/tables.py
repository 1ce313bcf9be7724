"""Planning from a pasted table: bring it, correct how its columns were read."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.decorators import requires
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.planner import pasting, queries
from eduraise.planner.forms import TableForm, columns_form
from eduraise.planner.models import PastedTable, Plan
from eduraise.planner.views.plans import about_a_plan, show
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui.toasts import say
from eduraise.ui.written_dates import order_for


@requires(Permission.TIMETABLE)
@require_http_methods(["GET", "POST"])
def paste(request: RoleRequest, program: Program) -> HttpResponse:
    """Paste or bring a table of classes; it is read and kept as a plan, and nothing else happens."""
    now = clock.now()
    order = order_for(request.headers.get("Accept-Language", ""), request.user.zone)
    known = pasting.known_to(program, order, now)
    if request.method == "POST":
        form = TableForm(request.POST, request.FILES, known=known)
        if form.is_valid():
            try:
                plan = pasting.paste_table(
                    program=program, known=known, by=request.user, now=now, **form.values()
                )
            except DomainError as problem:
                form.add_error(None, problem.message)
            else:
                return redirect("planner:plan", program.code, plan.uid)
    else:
        form = TableForm(known=known, initial={"text": _again(program, request.GET.get("again", ""))})
    context = {"form": form, "program": program, "example": known.today + timedelta(days=7)}
    return render(request, "planner/table.html", context, status=422 if form.errors else 200)


def _again(program: Program, uid: str) -> str:
    """The table of a plan, to be corrected; "" where none is asked for."""
    if not uid:
        return ""
    try:
        plan = queries.find_plan(program, UUID(uid))
    except ValueError:
        raise Http404 from None
    return pasting.text_of(_table_of(plan))


@about_a_plan
@require_POST
def columns(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """Say which column of the table holds what; its classes are read anew."""
    table = _table_of(plan)
    form = columns_form(table, now, request.POST)
    if not form.is_valid():
        return show(request, plan, now, columns=form)
    try:
        pasting.read_again(plan=plan, now=now, **form.values())
    except DomainError as problem:
        say(request, problem.message)
    return redirect("planner:plan", plan.program.code, plan.uid)


def _table_of(plan: Plan | None) -> PastedTable:
    table = PastedTable.objects.filter(plan=plan).select_related("plan__program", "teacher").first()
    if plan is None or table is None:
        raise Http404
    return table
