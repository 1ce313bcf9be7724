"""Each role's home: the next class, what needs somebody, the days ahead; nothing that is not the reader's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from eduraise.accounts.models import User
from tests.classes.rows import make_class
from tests.school import School


def opened(person: User, address: str = "/") -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_yet_is_said_to_each(school: School) -> None:
    assert "Create the first program" in opened(school.ada)
    assert "Connect Zoom to schedule classes" in opened(school.tariq)
    assert "All good." in opened(school.ada)
    assert "You have no upcoming classes" in opened(school.sana)


def test_the_next_class_stands_on_the_board_with_its_button(school: School) -> None:
    at = school.now + timedelta(minutes=8)
    make_class(school.program, school.tariq, at, topic="Quadratic equations", now=school.now)

    assert "Start class" in opened(school.tariq)
    student = opened(school.sana)
    assert "Join class" in student
    assert "Quadratic equations" in student
    assert "zoom.us/j" not in student


def test_nobody_sees_classes_that_are_not_theirs(school: School) -> None:
    make_class(
        school.other_program,
        school.olu,
        school.now + timedelta(minutes=8),
        topic="Interference",
        now=school.now,
    )

    for person in (school.tariq, school.sana, school.finn):
        assert "Interference" not in opened(person)
    assert "Interference" in opened(school.ada)


@pytest.mark.parametrize("role", ["ada", "tariq", "sana"])
def test_help_is_there_for_each(school: School, role: str) -> None:
    school.program.support_contact = "help@school.example"
    school.program.save()

    page = opened(getattr(school, role), "/help/")
    assert "Whom to ask" in page
    assert "help@school.example" in page


def test_the_work_behind_is_for_admins(school: School) -> None:
    assert "Regular work" in opened(school.ada, "/operations/")
    client = Client()
    client.force_login(school.tariq)
    assert client.get("/operations/").status_code == 404
