"""Who teaches classes of a plan: chosen on a page of its own, for one of them or for all of its hour."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from eduraise.access.roles import RoleRequest
from eduraise.planner import actions, drafting
from eduraise.planner.enums import PlanState
from eduraise.planner.models import Plan
from eduraise.planner.teacher_forms import TeacherForm
from eduraise.planner.teaching import Teaching, teaching_of, who_of
from eduraise.planner.views.plans import about_a_plan, address_of, do, listed
from eduraise.ui.toasts import say


@about_a_plan
@require_http_methods(["GET", "POST"])
def choose(request: RoleRequest, plan: Plan, now: datetime, number: int) -> HttpResponse:
    """Choose who teaches a class of a plan, and those that belong to it; the plan is looked at anew then."""
    if plan.state not in (PlanState.DRAFT, PlanState.BOOKED):
        return do(request, plan, lambda: drafting.only_draft(plan))
    asked = request.POST if request.method == "POST" else request.GET
    teaching = teaching_of(plan, number, asked.get("which", ""), now)
    if teaching is None:
        raise Http404
    rows, offers = teaching.chosen, teaching.offers()
    form = TeacherForm(
        request.POST if request.method == "POST" else None,
        offers=offers,
        number=len(rows),
        present=teaching.row.teacher,
    )
    if form.is_valid():
        return do(request, plan, lambda: _give(request, teaching, form, now))
    context = {
        "plan": plan,
        "program": plan.program,
        "teaching": teaching,
        "number": len(rows),
        "present": who_of(teaching.row),
        "form": form,
        "barred": teaching.barred(offers),
        "back": address_of(plan) + listed(asked),
        "kept": {name: asked[name] for name in ("show", "page") if name in asked},
    }
    return render(request, "planner/teacher.html", context, status=422 if form.errors else 200)


def _give(request: RoleRequest, teaching: Teaching, form: TeacherForm, now: datetime) -> None:
    plan = teaching.plan
    if plan.state == PlanState.BOOKED:
        actions.try_with(plan=plan, rows=teaching.chosen, teacher=form.chosen, by=request.user, now=now)
        return
    number = drafting.give_teacher(plan=plan, rows=teaching.chosen, teacher=form.chosen)
    words = ngettext(
        "%(name)s teaches %(n)d class of this plan now.",
        "%(name)s teaches %(n)d classes of this plan now.",
        number,
    )
    say(request, words % {"n": number, "name": form.chosen.name})
