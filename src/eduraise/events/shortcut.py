"""A short way for Zoom's events, past what pages need: sessions, languages, policies.

The same view answers; it only holds a thread for less time.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from eduraise.events.urls import ADDRESS
from eduraise.events.views import webhook

type Respond = Callable[[HttpRequest], HttpResponse]
# What the pages' middleware would add; the answer is no page, and nobody may keep it
HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def middleware(respond: Respond) -> Respond:
    """Answer what goes to the webhook's address; let everything else pass."""

    def shortcut(request: HttpRequest) -> HttpResponse:
        if request.path != f"/{ADDRESS}":
            return respond(request)
        response = webhook(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return shortcut
