"""The importer of people, for admins: bring a table, look at what it would do, confirm, see what was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs import import_queries as queries
from eduraise.programs.forms.importing import ImportForm
from eduraise.programs.import_words import outcome_of
from eduraise.programs.importing import begin_import, check_import, confirm_import
from eduraise.programs.models import ImportLine, ImportRun
from eduraise.ui.toasts import say

Verdict = ImportLine.Verdict


@admin_only
def new(request: RoleRequest) -> HttpResponse:
    """Paste or bring a table; it is checked and kept, and nothing else happens."""
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            run = check_import(by=request.user, now=clock.now(), **form.values())
            return redirect("programs:import_run", run.uid)
    else:
        form = ImportForm(initial=_initial(request))
    context = {"form": form, "runs": queries.recent_runs(), "now": clock.now()}
    return render(request, "programs/import_new.html", context, status=422 if form.errors else 200)


def _initial(request: RoleRequest) -> dict[str, Any]:
    """The program from which somebody came here; or the bad lines of an import, to be corrected."""
    again = request.GET.get("again", "")
    if not again:
        return {"program": request.GET.get("program", "")}
    try:
        run = _found(UUID(again))
    except ValueError:
        raise Http404 from None
    return {"text": queries.bad_text(run), "program": run.program.code if run.program else ""}


@admin_only
@require_safe
def run(request: RoleRequest, uid: UUID) -> HttpResponse:
    """One import: what it would do, how far it is, or what was done and what not."""
    found, is_part = _found(uid), request.headers.get("HX-Request-Type") == "partial"
    counts = queries.counts_of(found)
    mark = f"{found.state}-{counts.tried}"
    if is_part and request.headers.get("HX-PTag") == mark:
        return HttpResponse(status=304)
    shown = request.GET.get("show", "")
    if shown not in Verdict.values:
        shown = Verdict.BAD if counts.bad else Verdict.GOOD if counts.good else Verdict.KNOWN
    page = queries.lines_page(found, verdict=shown, number=request.GET.get("page"))
    context = {
        "run": found,
        "counts": counts,
        "mark": mark,
        "shown": shown,
        "tabs": _tabs(found, counts),
        "page": page,
        "rows": [(line, outcome_of(line)) for line in page],
        "same": queries.same_table(found) if found.state == ImportRun.State.CHECKED else None,
        "now": clock.now(),
    }
    response = render(
        request, "programs/import_run.html#whole" if is_part else "programs/import_run.html", context
    )
    response["HX-PTag"] = mark
    return response


def _tabs(found: ImportRun, counts: queries.Counts) -> list[tuple[str, str, int]]:
    good = _("To be done") if found.state == ImportRun.State.CHECKED else _("Done")
    names = {Verdict.BAD: _("Can’t be imported"), Verdict.GOOD: good, Verdict.KNOWN: _("Already there")}
    return [(verdict.value, name, counts.of(verdict)) for verdict, name in names.items()]


@admin_only
@require_POST
def confirmation(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Carry out the good lines; a small table is done when the answer comes."""
    found, now = _found(uid), clock.now()
    try:
        confirm_import(run=found, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
    else:
        begin_import(run=found, now=now)
    return redirect("programs:import_run", found.uid)


@admin_only
@require_safe
def bad_lines(request: RoleRequest, uid: UUID) -> HttpResponse:
    """The lines that can't be imported, as a file that can be corrected and brought again."""
    return HttpResponse(
        queries.bad_lines(_found(uid)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="lines-to-correct.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _found(uid: UUID) -> ImportRun:
    found = queries.find_run(uid)
    if found is None:
        raise Http404
    return found
