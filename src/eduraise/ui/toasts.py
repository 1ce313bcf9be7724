"""What was done, said once at the foot of the page, with a way back where there is one.

    say(request, _("Moved 3 classes to 19:00."), undo=reverse("classes:undo", args=[change.uid]))

A toast is one of Django's messages. After a redirect the next page shows it; an answer to htmx carries it
along, so that views need not care which of the two asked.
"""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

UNDO = "undo:"


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show ``text`` once. undo: an address that a POST undoes it at, for the 10 s the toast stays."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def undo_address(message: Message | str) -> str:
    """Where a toast's Undo posts to, or ""."""
    tags = getattr(message, "extra_tags", "") or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


class ToastMiddleware:
    """Append waiting toasts to an htmx answer, as a partial that lands in the page's own list of toasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and _swaps(request, response):
            waiting = list(messages.get_messages(request))
            if waiting:
                response.write(render_to_string("ui/toasts.html#swapped", {"toasts": waiting}, request))
        return response


def _swaps(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        request.headers.get("HX-Request-Type") == "partial"
        and response.status_code in {200, 201, 422}
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not {"HX-Redirect", "HX-Location", "HX-Refresh"} & set(response.headers)
    )
