"""What every answer carries: a request id, and headers that keep pages out of foreign hands."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

import structlog
from django.http import HttpRequest, HttpResponse

from eduraise.core import audit

type Respond = Callable[[HttpRequest], HttpResponse]


def request_id(respond: Respond) -> Respond:
    """Give each request an id: in its logs, its audit rows and its answer's `X-Request-ID`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = secrets.token_hex(8)
        audit.request_id.set(name)
        with structlog.contextvars.bound_contextvars(request_id=name):
            response = respond(request)
        response.headers.setdefault("X-Request-ID", name)
        return response

    return middleware


# What keeps an answer out of foreign pages and caches
SHUT_OFF = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
PRIVATE = {"Cache-Control": "private, no-store"}


def private_pages(respond: Respond) -> Respond:
    """Keep what a signed-in person sees out of every cache, unless the view said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        carry(response, SHUT_OFF if request.path.startswith("/static/") else SHUT_OFF | PRIVATE)
        return response

    return middleware


def carry(response: HttpResponse, headers: Mapping[str, str]) -> None:
    """Add headers to an answer, but for those that its view has set."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)
