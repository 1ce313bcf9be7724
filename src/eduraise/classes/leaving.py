"""Answers that lead out of the product, into Zoom."""

from __future__ import annotations

from django.http import HttpResponse


def to_zoom(address: str) -> HttpResponse:
    """303 to an address at Zoom that nobody keeps: no cache, no history of where one came from."""
    response = HttpResponse(status=303)
    response["Location"] = address
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
