"""What stands above a view: who may come in, and which class it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase

from eduraise.access.roles import Role, RoleRequest
from eduraise.classes.joining import Standing, find_class, standing_of
from eduraise.core import clock
from eduraise.core.codes import read_code

type View = Callable[..., HttpResponseBase]


def about_a_class(view: View) -> View:
    """The class whose code stands in the address, if this person may know of it; 404 otherwise."""
    return _about(view, lambda standing: standing.is_known)


def class_needing(permission: str) -> Callable[[View], View]:
    """The class whose code stands in the address, if this person holds `permission` for it; 404 otherwise."""

    def decorate(view: View) -> View:
        return _about(view, lambda standing: standing.may(permission))

    return decorate


def own_class(view: View) -> View:
    """The class whose code stands in the address, for its own teacher; 404 for everybody else."""
    return _about(view, lambda standing: standing.may_start)


def teachers_and_admins(view: View) -> View:
    """For whoever may have classes to plan; 404 for everybody else."""

    @wraps(view)
    def checked(request: RoleRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not {Role.TEACHER, Role.ADMIN} & set(request.roles):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def _about(view: View, allowed: Callable[[Standing], bool]) -> View:
    @wraps(view)
    def checked(request: RoleRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        now = clock.now()
        code = read_code(kwargs.pop("code"))
        session = find_class(request.user, code, now) if code else None
        if session is None:
            raise Http404
        standing = standing_of(request.user, session, now)
        if not allowed(standing):
            raise Http404
        return view(request, *args, session=session, standing=standing, **kwargs)

    return checked
