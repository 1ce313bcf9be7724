"""Admin, teacher, student: not exclusive, and but for admin not stored. One is worn at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from django.http import HttpRequest, HttpResponse

from eduraise.accounts.models import User
from eduraise.core import clock
from eduraise.programs.models import Assignment, Enrolment, TeacherProfile

SESSION_KEY = "role"


class Role(StrEnum):
    """What a person is here; the order is the order of choice."""

    ADMIN = "admin"
    TEACHER = "teacher"
    STUDENT = "student"


def roles_of(user: User, now: datetime) -> tuple[Role, ...]:
    """All roles of a person, the first being the one she sees unless she chooses another.

    Teacher follows from a profile or an assignment, student from an enrolment, past or present. Somebody
    with none of these sees what a student sees: nothing yet.
    """
    found = []
    if user.is_admin:
        found.append(Role.ADMIN)
    if is_teacher(user, now):
        found.append(Role.TEACHER)
    if Enrolment.objects.filter(person=user, from_at__lte=now).exists():
        found.append(Role.STUDENT)
    return tuple(found) or (Role.STUDENT,)


def is_teacher(user: User, now: datetime) -> bool:
    """Whether a person has the capability of a teacher: may be assigned, or is or was."""
    return (
        TeacherProfile.objects.filter(person=user).exists()
        or Assignment.objects.filter(person=user, from_at__lte=now).exists()
    )


class RoleRequest(HttpRequest):
    """A request of somebody signed in, as our views get it."""

    user: User
    role: Role
    roles: tuple[Role, ...]


def middleware(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put `roles` and the worn `role` on each request of somebody signed in."""

    def wear(request: HttpRequest) -> HttpResponse:
        user = request.user
        roles = roles_of(user, clock.now()) if isinstance(user, User) else ()
        chosen = request.session.get(SESSION_KEY) if roles else None
        request.roles = roles  # type: ignore[attr-defined]
        request.role = next((role for role in roles if role == chosen), roles[0] if roles else None)  # type: ignore[attr-defined]
        return respond(request)

    return wear
