"""Changes at Zoom that wait, failed or were done, and what an admin can do about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
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
from eduraise.zoom.enums import OPEN_STATES, OperationState, Why
from eduraise.zoom.models import ZoomOccurrence, ZoomOperation
from eduraise.zoom.words import reason_words

PAGE = 50
DONE = "done"


@dataclass(frozen=True)
class Shown:
    """A change as its row tells it. next_at: when it is tried next, if by the clock; href: its class."""

    operation: ZoomOperation
    reason: str
    href: str
    next_at: datetime | None
    can_try: bool


@admin_only
@require_safe
def operations(request: RoleRequest) -> HttpResponse:
    """Changes at Zoom that wait or failed: why, since when, and what can be done; or those that were done."""
    now, shows_done = clock.now(), request.GET.get("tab") == DONE
    of_tab = Q(state=OperationState.DONE) if shows_done else Q(state__in=(*OPEN_STATES, *wanting.STOPPED))
    rows = ZoomOperation.objects.filter(of_tab).select_related("meeting__host__teacher", "meeting__program")
    order = ("-finished_at", "-id") if shows_done else ("-id",)
    page = Paginator(rows.order_by(*order), PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": _shown(list(page), now),
        "page": page,
        "now": now,
        "shows_done": shows_done,
        "shows_todo": not shows_done,
    }
    return render(request, "zoom/operations.html", context)


@admin_only
@require_POST
def operation(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Try a change again that failed or was given up, or at once one that waits, and show its row then."""
    row = _found(uid)
    now = clock.now()
    with transaction.atomic():
        again = wanting.retry_operation(operation=row, now=now, by=request.user)
        if again or wanting.try_now(operation=row, now=now):
            audit.record("zoom.operation_retry", by=request.user, thing=row, at=now)
        else:
            say(request, _("That has changed meanwhile."))
    if request.headers.get("HX-Request-Type") != "partial":
        return redirect("zoom:operations")
    shown = _shown([_found((again or row).uid)], clock.now())[0]
    return render(request, "zoom/operations.html#row", {"row": shown.operation, "one": shown, "now": now})


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


def _shown(rows: list[ZoomOperation], now: datetime) -> list[Shown]:
    addresses = _class_addresses(rows)
    return [
        Shown(
            row,
            _reason(row),
            addresses.get(row.pk, ""),
            row.next_at if _waits(row) and row.next_at > now else None,
            wanting.can_try_now(row, now),
        )
        for row in rows
    ]


def _waits(row: ZoomOperation) -> bool:
    return row.state in (OperationState.PENDING, OperationState.UNKNOWN) and row.meeting.host.is_usable


def _reason(row: ZoomOperation) -> str:
    """Why it waits, failed, or was wanted without anybody's change."""
    if row.state == OperationState.DONE:
        return str(Why(row.why).label) if row.why else ""
    if row.state == OperationState.PENDING and not row.meeting.host.is_usable:
        return _("It waits until this Zoom user is connected again.")
    return reason_words(row.answer_code or row.last_error_code)
