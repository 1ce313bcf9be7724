"""The address that Zoom knocks at, and the page on which an admin sees what came."""

from __future__ import annotations

import logging
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.decorators import admin_only
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.events import door, queries
from eduraise.events.actions import put_away, retry_event
from eduraise.events.counting import answers
from eduraise.events.models import ZoomEvent
from eduraise.events.signing import webhook_secrets
from eduraise.ui.toasts import say
from zoomclient import webhooks

log = logging.getLogger(__name__)


class TurnedAway(Exception):
    """A request that is no event, by its looks alone."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@csrf_exempt
@login_not_required
def webhook(request: HttpRequest) -> HttpResponse:
    """POST /zoom/webhook/: keep an event and say so.

    200 kept (a URL validation with its proof); 400 a body cut short, or a challenge that must not be
    answered; 401 not signed by Zoom, or too old; 405, 411, 413, 415 no event at all; 503 no room now:
    send it again.
    """
    try:
        answer = door.receive(
            read_body(request),
            timestamp=request.META.get("HTTP_X_ZM_REQUEST_TIMESTAMP"),
            signature=request.META.get("HTTP_X_ZM_SIGNATURE"),
            secrets=webhook_secrets(),
            now=clock.now(),
        )
    except TurnedAway as turned:
        return _turn_away(turned.status, turned.why)
    except (webhooks.SignatureRefused, door.TooOld) as refused:
        return _turn_away(401, "too_old" if isinstance(refused, door.TooOld) else "signature")
    except webhooks.EventUnreadable:
        return _turn_away(400, "challenge")
    except OperationalError as problem:
        log.warning("no room for an event: %s", problem)
        return _turn_away(503, "database")
    answers.labels(200, "kept" if answer is None else "validated").inc()
    return HttpResponse(content_type="text/plain") if answer is None else JsonResponse(answer)


def read_body(request: HttpRequest) -> bytes:
    """The body's bytes, of a JSON POST of known and small size. Raises TurnedAway."""
    if request.method != "POST":
        raise TurnedAway(405, "method")
    if request.content_type != "application/json":
        raise TurnedAway(415, "content_type")
    announced = request.META.get("CONTENT_LENGTH") or ""
    if "HTTP_TRANSFER_ENCODING" in request.META or not (announced.isascii() and announced.isdigit()):
        raise TurnedAway(411, "length")
    if len(announced) > 9 or int(announced) > webhooks.MAX_EVENT_BYTES:
        raise TurnedAway(413, "size")
    raw = b""
    try:
        # the framework's stream ends at the length announced, a server's may come in pieces
        while len(raw) < int(announced) and (piece := request.read(int(announced) - len(raw))):
            raw += piece
    except UnreadablePostError:
        raise TurnedAway(400, "cut_short") from None
    if len(raw) != int(announced):
        raise TurnedAway(400, "cut_short")
    return raw


def _turn_away(status: int, why: str) -> HttpResponse:
    """A small answer that is always the same and tells nothing of the request."""
    answers.labels(status, why).inc()
    response = HttpResponse(status=status, content_type="text/plain")
    if status == 405:
        response.headers["Allow"] = "POST"
    return response


@admin_only
@require_safe
def events(request: RoleRequest) -> HttpResponse:
    """What came from Zoom, by how it stands."""
    shelf = queries.shelf_named(request.GET.get("state"))
    page = queries.events_on(shelf, request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.in_words(list(page)),
        "shelves": queries.counted_shelves(current=shelf),
        "retriable": queries.RETRIABLE,
        "dismissible": queries.DISMISSIBLE,
    }
    return render(request, "events/list.html", context)


@admin_only
@require_POST
def retry(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Have one of them tried again."""
    event = get_object_or_404(ZoomEvent.objects.defer("body"), uid=uid)
    if retry_event(event=event, by=request.user, now=clock.now()):
        say(request, _("The event is tried again."))
    return redirect(reverse("events:list", query={"state": event.state}))


@admin_only
@require_POST
def putting_away(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Have one of them ask for nothing any more."""
    event = get_object_or_404(ZoomEvent.objects.defer("body"), uid=uid)
    if put_away(event=event, by=request.user, now=clock.now()):
        say(request, _("The event is put away. It is kept under “Put away”."))
    return redirect(reverse("events:list", query={"state": event.state}))
