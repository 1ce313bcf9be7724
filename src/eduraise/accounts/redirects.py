"""Back to where somebody came from, if that is a page of ours."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the form's `next`, else to the page that it stood on, else home; never to another site."""
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and is_ours(request, address):
            return HttpResponseRedirect(address)
    return HttpResponseRedirect("/")


def is_ours(request: HttpRequest, address: str) -> bool:
    """Whether an address leads to a page of ours: a path, or our own host."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=settings.IS_HTTPS
    )
