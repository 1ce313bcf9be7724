"""Who may open a page that is about people, mail or the installation. Programs' pages ask `access`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from eduraise.accounts.models import User

type View = Callable[..., HttpResponse]


def signed_in(request: HttpRequest) -> User:
    """The person who asks. The middleware has sent everybody else to the sign-in page before."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def admin_only(view: View) -> View:
    """Admins; to everybody else the page doesn't exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not signed_in(request).is_admin:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
