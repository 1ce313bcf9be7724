"""A short way for Zoom's events, past what pages need: sessions, languages, messages.

The same view answers; it only holds a thread for less time.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.csp import build_policy

from eduraise.core.middleware import PRIVATE, SHUT_OFF, carry
from eduraise.events.urls import ADDRESS
from eduraise.events.views import webhook

type Respond = Callable[[HttpRequest], HttpResponse]


def middleware(respond: Respond) -> Respond:
    """Answer what goes to the webhook's address; let everything else pass.

    It stands behind what keeps to https, and adds what the pages' middleware would.
    """
    headers = {
        **SHUT_OFF,
        **PRIVATE,
        "Content-Security-Policy": build_policy(settings.SECURE_CSP),  # type: ignore[arg-type]
        "X-Frame-Options": "DENY",
    }

    def shortcut(request: HttpRequest) -> HttpResponse:
        if request.path != f"/{ADDRESS}":
            return respond(request)
        request.get_host()  # refuses a host that isn't ours, as for every page
        response = webhook(request)
        carry(response, headers)
        return response

    return shortcut
