"""The living components page, and the pages that tell of an error."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from eduraise.core import audit


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent can't be read."""
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known, and not allowed. What one may not know is 404."""
    return _error(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was opened before the person signed in or out."""
    return _error(request, 403, "403_csrf.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for this person to know."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the shell stays if it can be drawn; else a page that asks nobody anything."""
    try:
        return _error(request, 500)
    except Exception:  # what broke the page (a database away) breaks the shell too
        return HttpResponse(render_to_string("ui/broken.html"), status=500)


def _error(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    if request.headers.get("HX-Request-Type") == "partial":
        # a part of a page asked: what it shows stays, and a toast says what happened
        response = render(request, "ui/toasts.html#failed", {"status": status}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
    context = {"request_id": audit.request_id.get()}
    return render(request, template or f"{status}.html", context, status=status)
