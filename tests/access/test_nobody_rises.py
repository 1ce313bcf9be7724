"""Whatever somebody posts, wherever, in any order: only admins give rights, and nobody to herself."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.test import Client

from eduraise.accounts.models import Invitation, User
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment, Enrolment
from tests.access.walking import Things, routes
from tests.school import School

POSTS = sorted(routes())
# what forms that give rights are asked for, and what a form that forgot itself might take
GREEDY: dict[str, Any] = {
    "is_admin": "on",
    "admin": "on",
    "is_staff": "on",
    "is_superuser": "on",
    "role": "admin",
    "preset": "lead",
    "permissions": [permission.value for permission in Permission],
    "only_for": "",
    "version": "1",
    "seen_version": "1",
    "name": "Greedy",
    "email": "greedy@school.example",
    "confirm": "on",
}


def rights() -> list[tuple[object, ...]]:
    """All that says who may do what."""
    people = User.objects.order_by("pk").values_list("pk", "is_admin", "is_active")
    assignments = Assignment.objects.order_by("pk").values_list(
        "pk", "person", "program", "preset", "until_at", "only_for"
    )
    deviations = Assignment.objects.order_by("pk").values_list("pk", "deviations__permission")
    enrolments = Enrolment.objects.order_by("pk").values_list("pk", "person", "program", "until_at")
    return [*people, *assignments, *sorted(deviations, key=str), *enrolments, (Invitation.objects.count(),)]


@pytest.mark.parametrize("who", ["tariq", "tove", "olu", "sana", "finn"])
def test_no_order_of_posts_gives_a_right(school: School, who: str) -> None:
    chance = Random(who)
    things = Things(school)
    client = Client(raise_request_exception=False)
    client.force_login(getattr(school, who))
    before = rights()
    body = GREEDY | {"person": getattr(school, who).pk, "people": [school.olu.pk, school.finn.pk]}

    for name, pattern in chance.sample(POSTS, len(POSTS)):
        if name not in ("accounts:settings", "events:webhook"):
            client.post(things.address(name, pattern), body)

    assert rights() == before
    assert not User.objects.get(pk=getattr(school, who).pk).is_admin
