"""A page that tells of an error still leads into the class that is near."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from eduraise.accounts.models import User
from tests.classes.rows import make_class
from tests.school import School


def lost(person: User) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get("/classes/AAAA-AA/")
    assert answer.status_code == 404
    return answer.content.decode()


def test_the_door_of_the_class_within_the_hour_stands_on_it(school: School) -> None:
    soon = make_class(
        school.program, school.tariq, school.now + timedelta(minutes=40), topic="Sets", now=school.now
    )

    student, teacher = lost(school.sana), lost(school.tariq)
    assert "Join “Sets”" in student
    assert f'href="/j/{soon.code}"' in student
    assert "Start “Sets”" in teacher
    assert 'class="btn now"' not in student
    school.clock.advance(minutes=31)
    assert 'class="btn now"' in lost(school.sana)


@pytest.mark.parametrize("person", ["finn", "olu", "ada"])
def test_it_is_for_those_who_belong_there_alone(school: School, person: str) -> None:
    make_class(school.program, school.tariq, school.now + timedelta(minutes=5), topic="Sets", now=school.now)

    page = lost(getattr(school, person))
    assert "Sets" not in page
    assert "Go to Today" in page


def test_a_cancelled_or_distant_class_is_no_way_out(school: School) -> None:
    at = school.now + timedelta(minutes=5)
    make_class(school.program, school.tariq, at, topic="Off", now=school.now, cancelled_at=school.now)
    make_class(school.program, school.tariq, at + timedelta(hours=3), topic="Far", now=school.now)

    page = lost(school.sana)
    assert "What still works" not in page


def test_a_form_that_was_too_old_offers_it_too(school: School) -> None:
    make_class(school.program, school.tariq, school.now + timedelta(minutes=5), topic="Sets", now=school.now)
    client = Client(enforce_csrf_checks=True)
    client.force_login(school.sana)

    answer = client.post("/settings/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "Join “Sets”" in answer.content.decode()


def test_a_visitor_is_told_nothing(school: School) -> None:
    make_class(school.program, school.tariq, school.now + timedelta(minutes=5), topic="Sets", now=school.now)

    answer = Client().get("/no/such/page/")
    assert "Sets" not in answer.content.decode()
