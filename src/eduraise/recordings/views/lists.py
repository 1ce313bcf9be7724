"""Lists of recordings: one's own, and a program's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eduraise.access import rules as access_rules
from eduraise.access.decorators import admin_only, requires, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.programs.views.answering import answer
from eduraise.recordings import queries
from eduraise.recordings.actions import change_rules
from eduraise.recordings.forms import RulesForm
from eduraise.recordings.gone import gone_of
from eduraise.recordings.models import Recording, RecordingQuerySet
from eduraise.recordings.showing import Shown, rows_of
from eduraise.recordings.standing import rules_of

MENU_LONGEST = 40


@require_safe
def recordings(request: RoleRequest) -> HttpResponse:
    """Recordings of all programs of which this person may know, the latest class first."""
    now, reader = clock.now(), request.user
    known = queries.known_to(reader, now)
    offered = list(queries.programs_in(reader, now)[: MENU_LONGEST + 1])
    code = request.GET.get("program", "")
    chosen = queries.programs_in(reader, now).filter(code_key=code.casefold()).first() if code else None
    rows = known.filter(program=chosen) if chosen else known
    context = _listed(request, rows, now, **({"program": chosen} if chosen else {})) | {
        "programs": offered[:MENU_LONGEST],
        "chosen": chosen,
        "reader_is_admin": reader.is_admin,
    }
    return render(request, "recordings/list.html", context)


@admin_only
@require_safe
def storage(request: RoleRequest) -> HttpResponse:
    """How much storage all recordings take, at Zoom and here, and which programs take the most."""
    context = {
        "now": clock.now(),
        "total": queries.storage_of_all(),
        "page": queries.storage_by_program(request.GET.get("page")),
        "were_any": Recording.objects.exists(),
    }
    return render(request, "recordings/storage.html", context)


@sees_program
@require_safe
def of_program(request: RoleRequest, program: Program) -> HttpResponse:
    """A program's recordings; to those who manage them their rules and the storage that they take."""
    now, reader = clock.now(), request.user
    rows = queries.known_to(reader, now).filter(program=program)
    manages = access_rules.can(reader, Permission.RECORDINGS, program, now)
    context = _listed(request, rows, now, program=program) | {
        "program": program,
        "manages": manages,
        "rules": rules_of(program),
        "storage": queries.storage_of(program) if manages else None,
    }
    return render(request, "recordings/of_program.html", context)


@requires(Permission.RECORDINGS)
def rules(request: RoleRequest, program: Program) -> HttpResponse:
    """Who watches a program's recordings, and how long they stay."""
    if program.archived_at is not None:
        raise Http404
    form = RulesForm(request.POST or None, rules=rules_of(program))

    def act() -> Program:
        typed = dict(form.cleaned_data)
        seen = typed.pop("version")
        change_rules(program=program, seen_version=seen, by=request.user, now=clock.now(), **typed)
        return program

    to = reverse("recordings:of_program", args=[program.code])
    context = {"form": form, "program": program, "back": to}
    return answer(
        request, form, act, context, lambda _made: _("Saved."), template="recordings/rules.html", to=to
    )


def _listed(request: RoleRequest, rows: RecordingQuerySet, now: datetime, **which: Any) -> dict[str, Any]:
    """A page of them; where there are none, what is gone of `which`."""
    page = queries.page_of(rows, request.GET.get("page"), now)
    shown: list[Shown] = rows_of(list(page.object_list), request.user, now)
    gone = None if shown else gone_of(request.user, now, **which)
    return {"now": now, "page": page, "rows": shown, "gone": gone}
