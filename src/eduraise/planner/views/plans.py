"""Planning a program's term: look at it, choose, schedule it, see how far it is, take it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eduraise.access.decorators import requires
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.core.hooks import Consequence
from eduraise.planner import actions, attending, drafting, queries, undoing
from eduraise.planner.enums import OnHoliday
from eduraise.planner.forms import ColumnsForm, TermForm, columns_form
from eduraise.planner.models import Plan
from eduraise.planner.showing import PlanPage
from eduraise.planner.sourcing import candidates_of
from eduraise.planner.words import words_of_reading
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui.toasts import say
from eduraise.zoom.hosts import DAILY_CALLS, KEPT_FOR_REPAIRS

type View = Callable[..., HttpResponseBase]


def about_a_plan(view: View) -> View:
    """The plan in the address, for whoever manages its program's timetable; 404 for everybody else."""

    @requires(Permission.TIMETABLE)
    @wraps(view)
    def checked(request: RoleRequest, program: Program, uid: UUID, **kwargs: Any) -> HttpResponseBase:
        plan = queries.find_plan(program, uid)
        if plan is None:
            raise Http404
        return view(request, plan=plan, now=clock.now(), **kwargs)

    return checked


@requires(Permission.TIMETABLE)
@require_http_methods(["GET", "POST"])
def new(request: RoleRequest, program: Program) -> HttpResponse:
    """Choose the days, and have the timetable spread over them; nothing is scheduled by that."""
    now = clock.now()
    form = TermForm(request.POST or None, program=program, now=now)
    if form.is_bound and form.is_valid():
        try:
            found = candidates_of(program, **form.cleaned_data, now=now)
            plan = drafting.make_plan(program=program, candidates=found, by=request.user, now=now)
        except DomainError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            return redirect("planner:plan", program.code, plan.uid)
    context = {"form": form, "program": program, "plans": queries.plans_of(program), "now": now}
    return render(request, "planner/new.html", context, status=422 if form.errors else 200)


@about_a_plan
@require_safe
def page(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """A plan: what it would do, how far it is, or what was done and what not."""
    return show(request, plan, now)


def show(request: RoleRequest, plan: Plan, now: datetime, columns: ColumnsForm | None = None) -> HttpResponse:
    """The page of a plan. columns: how its table is read, as it was typed and refused."""
    asked = request.GET
    shown = PlanPage(plan, now, request.user, chosen=asked.get("show", ""), number=asked.get("page"))
    is_part = request.headers.get("HX-Request-Type") == "partial"
    if is_part and request.headers.get("HX-PTag") == shown.mark:
        return HttpResponse(status=304)
    template = "planner/plan.html#whole" if is_part else "planner/plan.html"
    if columns is None and shown.table and shown.is_draft:
        columns = columns_form(shown.table, now)
    context = {
        "shown": shown,
        "plan": plan,
        "program": plan.program,
        "choices": OnHoliday,
        "budget": {"all": DAILY_CALLS, "kept": KEPT_FOR_REPAIRS},
        "columns": columns,
        "reading": words_of_reading(shown.table) if shown.table else "",
        "now": now,
    }
    status = 422 if columns and columns.is_bound else 200
    response = render(request, template, context, status=status)
    response["HX-PTag"] = shown.mark
    return response


@about_a_plan
@require_POST
def holidays(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """What happens to the classes that fall on holidays."""
    choice = request.POST.get("on_holiday", "")
    if choice not in OnHoliday.values:
        raise Http404
    return do(request, plan, lambda: drafting.choose_on_holiday(plan=plan, choice=OnHoliday(choice), now=now))


@about_a_plan
@require_POST
def row(request: RoleRequest, plan: Plan, now: datetime, number: int) -> HttpResponse:
    """Leave one class out, or take it in again."""
    is_out = request.POST.get("choice") == "leave"
    return do(request, plan, lambda: drafting.leave_out(plan=plan, row_number=number, is_out=is_out))


@about_a_plan
@require_POST
def start(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """Schedule it."""
    reason = request.POST.get("reason", "")
    return do(request, plan, lambda: actions.begin(plan=plan, by=request.user, now=now, reason=reason))


@about_a_plan
@require_POST
def pausing(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """Pause it, or go on."""
    act = actions.pause if request.POST.get("choice") == "pause" else actions.resume
    return do(request, plan, lambda: act(plan=plan, by=request.user, now=now))


@about_a_plan
@require_POST
def again(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """Try once more what could not be scheduled, or what Zoom refused since: one class, or all."""
    number = request.POST.get("row", "")
    only = int(number) if number.isdecimal() else None
    if request.POST.get("of") == "zoom":
        if attending.ask_zoom_again(plan=plan, by=request.user, now=now, row_number=only):
            say(request, _("Zoom is being asked again."))
        return redirect(address_of(plan) + listed(request.POST))
    return do(request, plan, lambda: actions.try_again(plan=plan, by=request.user, now=now, row_number=only))


@about_a_plan
@require_http_methods(["GET", "POST"])
def undo(request: RoleRequest, plan: Plan, now: datetime) -> HttpResponse:
    """What taking the whole plan back would cost, and doing it."""
    if request.method == "POST":
        return do(request, plan, lambda: undoing.begin_undo(plan=plan, by=request.user, now=now))
    if not undoing.may_undo(plan, now):
        return redirect(address_of(plan))
    cost = undoing.cost_of(plan, now)
    if not cost.cancelled:
        say(request, _("Nothing is left to take back: each of these classes was moved or given to another."))
        return redirect(address_of(plan))
    context = {
        "back": address_of(plan),
        "back_title": _("The plan"),
        "keep": _("Keep them"),
        "heading": _("Take the whole plan back?"),
        "text": _("This can’t be undone."),
        "verb": _("Cancel these classes"),
        "consequences": _costs(cost),
    }
    return render(request, "ui/confirm.html", context)


def _costs(cost: undoing.Cost) -> list[Consequence]:
    said = [
        ngettext("%(n)d class is cancelled.", "%(n)d classes are cancelled.", cost.cancelled)
        % {"n": cost.cancelled},
        *_at_zoom(cost),
    ]
    if cost.kept:
        said.append(
            ngettext(
                "%(n)d class stays: it was moved or given to another since.",
                "%(n)d classes stay: they were moved or given to another since.",
                cost.kept,
            )
            % {"n": cost.kept}
        )
    if cost.are_told:
        said.append(_("Whoever heard of them gets one message that they are off."))
    return [Consequence(sentence) for sentence in said]


def _at_zoom(cost: undoing.Cost) -> Iterator[str]:
    """What it takes at Zoom, and of which day's changes."""
    if not cost.meetings:
        return
    words = ngettext(
        "%(n)d meeting is changed or removed at Zoom.",
        "%(n)d meetings are changed or removed at Zoom.",
        cost.meetings,
    )
    yield words % {"n": cost.meetings}
    for taken in cost.taken:
        words = ngettext(
            "It takes %(n)d of the %(left)d changes that Zoom still takes today for %(name)s.",
            "It takes %(n)d of the %(left)d changes that Zoom still takes today for %(name)s.",
            taken.calls - taken.later,
        )
        said = words % {"n": taken.calls - taken.later, "left": taken.left, "name": taken.name}
        if taken.later:
            waits = ngettext(
                "%(n)d waits for Zoom’s next day.", "%(n)d wait for Zoom’s next day.", taken.later
            )
            said = f"{said} {waits % {'n': taken.later}}"
        yield said


def do(request: RoleRequest, plan: Plan, act: Callable[[], Any]) -> HttpResponse:
    """Do it, or say why not, and show the plan again."""
    try:
        act()
    except DomainError as problem:
        say(request, problem.message)
    return redirect(address_of(plan) + listed(request.POST))


def listed(asked: QueryDict) -> str:
    """The end of an address that leads back to the list that somebody came from."""
    kept = {name: asked[name] for name in ("show", "page") if name in asked}
    return f"?{urlencode(kept)}#rows" if kept else ""


def address_of(plan: Plan) -> str:
    """The page of a plan."""
    return reverse("planner:plan", args=[plan.program.code, plan.uid])
