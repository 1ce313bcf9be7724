"""The rules of a program's attendance."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eduraise.access import rules as access
from eduraise.access.decorators import requires
from eduraise.access.roles import RoleRequest
from eduraise.attendance import rules
from eduraise.attendance.enums import Status
from eduraise.attendance.forms import RulesForm
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui.toasts import say


@requires(Permission.SEE_ATTENDANCE)
@require_http_methods(["GET", "POST"])
def page(request: RoleRequest, program: Program) -> HttpResponse:
    """The rules by example; whoever may plan the program changes them, seeing before what that does."""
    now, stand = clock.now(), rules.rules_of(program)
    if not access.can(request.user, Permission.TIMETABLE, program, now):
        if request.method == "POST":
            raise Http404
        return render(request, "attendance/rules.html", {"program": program, "words": rules.words_of(stand)})
    form, foreseen = RulesForm(request.POST or None, rules=stand), None
    if form.is_bound and form.is_valid():
        stand = form.rules()
        if "look" in request.POST:
            foreseen = rules.preview(program, stand)
        elif _saved(request, program, form):
            return redirect("attendance:rules", program=program.code)
    context = {
        "program": program,
        "form": form,
        "words": rules.words_of(stand),
        "foreseen": foreseen,
        "moves": [(_label(one), _label(two), number) for one, two, number in foreseen.moves]
        if foreseen
        else [],
    }
    return render(request, "attendance/rules.html", context, status=422 if form.errors else 200)


def _saved(request: RoleRequest, program: Program, form: RulesForm) -> bool:
    try:
        number = rules.change_rules(program=program, rules=form.rules(), by=request.user, now=clock.now())
    except DomainError as problem:
        form.add_problem(problem)
        return False
    say(
        request,
        _("Saved. The marks of %(number)d open classes are made anew.") % {"number": number}
        if number
        else _("Saved."),
    )
    return True


def _label(status: str) -> str:
    return str(Status(status).label) if status else _("no mark")
