"""What programs know of people, for the rooms below: who teaches and who learns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from eduraise.accounts.models import Role, User
from eduraise.programs.models import Assignment, Enrolment, TeacherProfile


def give_profile(*, person: User, role: str, **_more: Any) -> None:
    """Whoever is invited as a teacher may be assigned."""
    if role == Role.TEACHER:
        TeacherProfile.objects.get_or_create(person=person)


def roles_of_people(*, people: Sequence[User], now: datetime) -> list[tuple[int, str]]:
    """(user id, role) for each teacher and student among these people; three queries."""
    teaching = {
        *TeacherProfile.objects.filter(person__in=people).values_list("person_id", flat=True),
        *Assignment.objects.filter(person__in=people, from_at__lte=now).values_list("person_id", flat=True),
    }
    learning = set(
        Enrolment.objects.filter(person__in=people, from_at__lte=now).values_list("person_id", flat=True)
    )
    return [
        *((person_id, Role.TEACHER) for person_id in teaching),
        *((person_id, Role.STUDENT) for person_id in learning),
    ]


def people_with_role(*, role: str, now: datetime) -> list[Q]:
    """Who has a role by what programs know."""
    mine = {"person": OuterRef("pk")}
    begun = mine | {"from_at__lte": now}
    if role == Role.TEACHER:
        return [
            Q(Exists(TeacherProfile.objects.filter(**mine))),
            Q(Exists(Assignment.objects.filter(**begun))),
        ]
    return [Q(Exists(Enrolment.objects.filter(**begun)))] if role == Role.STUDENT else []
