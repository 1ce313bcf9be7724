"""What every answer carries: a request id, and headers that keep pages out of foreign hands."""

from __future__ import annotations

import secrets
from collections.abc import Callable

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


def private_pages(respond: Respond) -> Respond:
    """Keep what a signed-in person sees out of every cache, unless the view said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware
