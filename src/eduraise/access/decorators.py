"""What stands above a view: who may come in, and which program it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from eduraise.access import rules
from eduraise.access.roles import Role, RoleRequest, is_teacher
from eduraise.core import clock
from eduraise.programs.models import Program

type View = Callable[..., HttpResponseBase]


def requires(permission: str, *, on: str = "program") -> Callable[[View], View]:
    """The program whose code stands in the address, if `permission` reaches it; 404 otherwise.

    on: the view's argument: a code in the address, a Program in the view.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            now = clock.now()
            reached = rules.programs_with(request.user, permission, now)  # type: ignore[arg-type]
            kwargs[on] = _program(reached, kwargs[on])
            return view(request, *args, **kwargs)

        return checked

    return decorate


def sees_program(view: View) -> View:
    """The program whose code stands in the address, if this person may see it; 404 otherwise."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visible = rules.visible_programs(request.user, clock.now())  # type: ignore[arg-type]
        kwargs["program"] = _program(visible, kwargs["program"])
        return view(request, *args, **kwargs)

    return checked


def _program(reached: Any, code: str) -> Program:
    found: Program | None = reached.filter(code_key=code.casefold()).select_related("class_settings").first()
    if found is None:
        raise Http404
    return found


def admin_only(view: View) -> View:
    """For admins; 404 for everybody else."""
    return _only(view, lambda request: request.user.is_admin)


def teacher_only(view: View) -> View:
    """For whoever has a teacher's capability; 404 for everybody else, admins too."""
    return _only(view, lambda request: is_teacher(request.user, clock.now()))


def student_only(view: View) -> View:
    """For whoever is or was enrolled, or is nothing else yet; 404 for everybody else."""
    return _only(view, lambda request: Role.STUDENT in request.roles)


def _only(view: View, allowed: Callable[[RoleRequest], bool]) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allowed(request):  # type: ignore[arg-type]
            raise Http404
        return view(request, *args, **kwargs)

    return checked
