"""Changes at Zoom that wait or failed, and what an admin can do about one."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.core import audit, clock, hooks
from eduraise.ui.toasts import say
from eduraise.zoom import wanting
from eduraise.zoom.enums import OPEN_STATES
from eduraise.zoom.models import ZoomOccurrence, ZoomOperation
from eduraise.zoom.words import reason_words

PAGE = 50


@admin_only
@require_safe
def operations(request: RoleRequest) -> HttpResponse:
    """Changes at Zoom that wait or failed: why, since when, and what can be done."""
    rows = (
        ZoomOperation.objects.filter(state__in=(*OPEN_STATES, *wanting.STOPPED))
        .select_related("meeting__host__teacher", "meeting__program")
        .order_by("-id")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    addresses = _class_addresses(list(page))
    found = [(row, _reason(row), addresses.get(row.pk, "")) for row in page]
    return render(request, "zoom/operations.html", {"rows": found, "page": page, "now": clock.now()})


@admin_only
@require_POST
def operation(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Try a change that failed or was given up again, and show its row as it is then."""
    row = _found(uid)
    now = clock.now()
    with transaction.atomic():
        again = wanting.retry_operation(operation=row, now=now, by=request.user)
        if again:
            audit.record("zoom.operation_retry", by=request.user, thing=row, at=now)
    if again is None:
        say(request, _("That has changed meanwhile."))
    if request.headers.get("HX-Request-Type") != "partial":
        return redirect("zoom:operations")
    shown = _found((again or row).uid)
    href = _class_addresses([shown]).get(shown.pk, "")
    context = {"row": shown, "reason": _reason(shown), "href": href, "now": now}
    return render(request, "zoom/operations.html#row", context)


@admin_only
def giving_up(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Stop trying one change, after a question: the class then needs attention."""
    row = _found(uid)
    if request.method == "POST":
        _give_up(request, row)
        return redirect("zoom:operations")
    context = {
        "heading": _("Give up “%(what)s: %(topic)s”?")
        % {"what": row.get_kind_display(), "topic": row.meeting.wanted_topic},
        "text": _("It isn’t tried any more, and the class needs attention. You can retry it later."),
        "back": reverse("zoom:operations"),
        "back_title": _("Changes at Zoom"),
        "keep": _("Keep trying"),
        "verb": _("Give up"),
    }
    return render(request, "ui/confirm.html", context)


def _give_up(request: RoleRequest, row: ZoomOperation) -> None:
    now = clock.now()
    with transaction.atomic():
        done = wanting.give_up(operation=row, now=now)
        if done:
            audit.record("zoom.operation_give_up", by=request.user, thing=row, at=now)
    say(request, _("Given up.") if done else _("That has changed meanwhile."))


def _found(uid: UUID) -> ZoomOperation:
    rows = ZoomOperation.objects.select_related("meeting__host__teacher", "meeting__program")
    row = rows.filter(uid=uid).first()
    if row is None:
        raise Http404
    return row


def _class_addresses(rows: list[ZoomOperation]) -> dict[int, str]:
    """Where the class of each change has its page; a constant number of queries."""
    meetings = {row.meeting_id for row in rows}
    held = dict(ZoomOccurrence.objects.filter(meeting__in=meetings).values_list("meeting", "held_for"))
    known = {uid: url for uid, _title, url in hooks.held_for.ask(uids=list(held.values()))}
    return {row.pk: known[uid] for row in rows if (uid := held.get(row.meeting_id)) in known}


def _reason(row: ZoomOperation) -> str:
    return reason_words(row.answer_code or row.last_error_code)
