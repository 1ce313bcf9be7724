"""Admin, teacher, student: not exclusive, and but for admin not stored. One is worn at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from eduraise.accounts.models import User
from eduraise.core import clock
from eduraise.core.prepared import Given, Hour
from eduraise.core.prepared_rows import PreparedRows
from eduraise.core.while_reading import answer_once, while_reading
from eduraise.programs.models import Assignment, Enrolment, TeacherProfile

SESSION_KEY = "role"
READS = ("GET", "HEAD")


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
    teaches, learns = _capabilities(user, now)
    found = [
        role
        for role, has in ((Role.ADMIN, user.is_admin), (Role.TEACHER, teaches), (Role.STUDENT, learns))
        if has
    ]
    return tuple(found) or (Role.STUDENT,)


def is_teacher(user: User, now: datetime) -> bool:
    """Whether a person has the capability of a teacher: may be assigned, or is or was."""
    return _capabilities(user, now)[0]


def teachers(now: datetime) -> QuerySet[User]:
    """Everybody active who has the capability of a teacher."""
    return User.objects.filter(_teaches({"person": OuterRef("pk"), "from_at__lte": now}), is_active=True)


def _teaches(begun: dict[str, object]) -> Q:
    return Q(Exists(TeacherProfile.objects.filter(person=OuterRef("pk")))) | Q(
        Exists(Assignment.objects.filter(**begun))
    )


def _capabilities(user: User, now: datetime) -> tuple[bool, bool]:
    """Whether a person teaches, and whether she learns, now or once; one query, as each request asks it."""
    nothing = (False, False)
    return answer_once(("capable", user.pk), lambda: next(iter(CAPABLE.at(now, person=user.pk)), nothing))


def _capable() -> QuerySet[Any, tuple[bool, bool]]:
    begun: dict[str, object] = {"person": OuterRef("pk"), "from_at__lte": Hour()}
    return User.objects.filter(pk=Given("person")).values_list(
        ExpressionWrapper(_teaches(begun), output_field=BooleanField()),
        Exists(Enrolment.objects.filter(**begun)),
    )


CAPABLE = PreparedRows(_capable)


class RoleRequest(HttpRequest):
    """A request of somebody signed in, as our views get it."""

    user: User
    role: Role
    roles: tuple[Role, ...]


def middleware(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put `roles` and the worn `role` on each request of somebody signed in.

    While a request only reads, what it asks of somebody's rights is asked once.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in READS:
            return wear(request)
        with while_reading():
            return wear(request)

    def wear(request: HttpRequest) -> HttpResponse:
        user = request.user
        roles = roles_of(user, clock.now()) if isinstance(user, User) else ()
        chosen = request.session.get(SESSION_KEY) if roles else None
        request.roles = roles  # type: ignore[attr-defined]
        request.role = next((role for role in roles if role == chosen), roles[0] if roles else None)  # type: ignore[attr-defined]
        return respond(request)

    return answer
