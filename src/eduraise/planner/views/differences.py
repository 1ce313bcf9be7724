"""Booked classes and timetable brought in line: it takes over what they have, missing days get planned."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.decorators import requires
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.core.hooks import Consequence
from eduraise.planner import aligning
from eduraise.planner.comparing import Apart, HourOfWeek, compare
from eduraise.planner.showing_differences import words_of
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui import times
from eduraise.ui.toasts import say


@requires(Permission.TIMETABLE)
@require_http_methods(["GET", "POST"])
def take_over(request: RoleRequest, program: Program) -> HttpResponse:
    """Let the timetable say what booked classes have; asked first, with what that changes."""
    now, back = clock.now(), reverse("programs:timetable", args=[program.code])
    key = request.GET.get("hour", "")
    if request.method == "POST":
        try:
            slot = aligning.take_over(program=program, key=key, by=request.user, now=now)
        except DomainError as problem:
            say(request, problem.message)
        else:
            say(request, _("The timetable says %(hour)s now.") % {"hour": HourOfWeek.of(slot)})
        return redirect(back)
    apart = compare(program, now).find(key)
    if apart is None or not aligning.may_take_over(apart):
        say(request, _("Classes and timetable have changed meanwhile. Look at them again."))
        return redirect(back)
    context = {
        "back": back,
        "back_title": _("Timetable"),
        "keep": _("Keep it as it is"),
        "heading": _("Change the timetable to %(hour)s?") % {"hour": apart.hour},
        "text": words_of(apart),
        "verb": _("Change the timetable"),
        "consequences": [Consequence(sentence) for sentence in _said(apart, program, now)],
    }
    return render(request, "ui/confirm.html", context)


@requires(Permission.TIMETABLE)
@require_POST
def missing(request: RoleRequest, program: Program) -> HttpResponse:
    """Plan the days of the timetable that have no class, and no others; nothing is scheduled by that."""
    try:
        plan = aligning.plan_missing(program=program, by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
        return redirect("programs:timetable", program.code)
    return redirect("planner:plan", program.code, plan.uid)


def _said(apart: Apart, program: Program, now: datetime) -> list[str]:
    """What taking it over changes."""
    today = now.astimezone(ZoneInfo(program.zone)).date()
    words = {
        "hour": apart.hour,
        "said": apart.slot_hour,
        "first": times.day(apart.days[0], today),
        "last": times.day(apart.stays[-1], today) if apart.stays else "",
    }
    if apart.slot is None:
        said = _("%(hour)s is added to the timetable, from %(first)s on.")
    elif aligning.splits(apart):
        said = _("%(said)s stays until %(last)s; %(hour)s holds from %(first)s on.")
    else:
        said = _("%(said)s becomes %(hour)s.")
    return [said % words, _("The booked classes stay as they are, and nobody is told.")]
