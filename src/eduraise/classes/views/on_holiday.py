"""The booked classes that fall on a holiday: each is moved, cancelled or kept there."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from eduraise.access.roles import RoleRequest
from eduraise.access.rules import taught_programs
from eduraise.accounts.models import User
from eduraise.classes import on_holidays
from eduraise.classes.checking import Verdict
from eduraise.classes.decorators import teachers_and_admins
from eduraise.classes.picking import TICKED
from eduraise.classes.several import Chosen
from eduraise.core import clock
from eduraise.core.codes import read_code
from eduraise.programs.models import Holiday
from eduraise.ui.toasts import say

PER_PAGE = 25
# What may be done with those that are ticked, and where that is asked further
WAYS = {"free": ("classes:move_several", {"how": "free"}), "move": ("classes:move_several", {})}
WAYS["cancel"] = ("classes:cancel_several", {})


@teachers_and_admins
@require_http_methods(["GET", "POST"])
def on_holiday(request: RoleRequest, uid: UUID) -> HttpResponse:
    """The classes about which somebody has to decide, and what was decided of those that are ticked."""
    now = clock.now()
    holiday = _find(uid, request.user, now)
    if request.method == "POST":
        return _decided(request, holiday, now)
    found = on_holidays.booked_on(holiday, request.user, now).order_by("starts_at", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    verdicts = [Verdict(Chosen(one, one.version)) for one in page.object_list]
    context = {
        "now": now,
        "holiday": holiday,
        "page": page,
        "outlook": {"verdicts": verdicts},
        "ticked": {verdict.session.code for verdict in verdicts},
        "kept": on_holidays.kept_on(holiday, request.user, now).count(),
        "back": _list_of(holiday),
    }
    return render(request, "classes/on_holiday.html", context)


def _find(uid: UUID, reader: User, now: datetime) -> Holiday:
    """The holiday, if the reader works where it holds; 404 otherwise."""
    found = Holiday.objects.present().filter(uid=uid).select_related("program").first()
    if found is None:
        raise Http404
    if found.program_id is None or reader.is_admin:
        return found
    if not taught_programs(reader, now).filter(pk=found.program_id).exists():
        raise Http404
    return found


def _decided(request: RoleRequest, holiday: Holiday, now: datetime) -> HttpResponse:
    here = reverse("classes:on_holiday", args=[holiday.uid])
    choice = request.POST.get("do", "")
    if choice == "ask":
        on_holidays.ask_again(holiday=holiday, sessions=on_holidays.kept_on(holiday, request.user, now))
        return redirect(here)
    codes = [code for text in request.POST.getlist(TICKED) if (code := read_code(text))]
    if not codes:
        say(request, _("Tick at least one class."))
    elif choice in WAYS:
        name, asked = WAYS[choice]
        return redirect(f"{reverse(name)}?{urlencode({**asked, 'back': here, TICKED: codes}, doseq=True)}")
    elif choice == "keep":
        mine = on_holidays.booked_on(holiday, request.user, now).filter(code__in=codes)
        number = on_holidays.keep_on(holiday=holiday, sessions=list(mine), by=request.user, now=now)
        words = ngettext("%(n)d class stays where it is.", "%(n)d classes stay where they are.", number)
        say(request, words % {"n": number})
    else:
        return HttpResponse(status=400)
    return redirect(here)


def _list_of(holiday: Holiday) -> str:
    if holiday.program is None:
        return reverse("programs:holidays")
    return reverse("programs:timetable", args=[holiday.program.code])
