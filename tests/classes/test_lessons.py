"""A class is called by its program's title and its topic of the syllabus wherever people look for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.classes.lessons import lessons_of, name_lessons
from eduraise.classes.models import ClassSession
from eduraise.classes.serial import DatedClass
from eduraise.classes.texts import BETWEEN_TOPICS, lesson_of, titled
from eduraise.programs.syllabus import add_topics
from tests.classes import series
from tests.classes.pages import signed_in
from tests.classes.rows import make_host
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(school: School) -> list[ClassSession]:
    """Four Thursdays of Algebra II, of which the second is cancelled; three topics."""
    make_host(school.tariq, school.now)
    days = series.thursdays(school, 4)
    planned = [DatedClass(on, series.at(on), "Algebra II") for on in days]
    booked = list(series.plan(school, days, classes=planned).booked.values())
    ClassSession.objects.filter(pk=booked[1].pk).update(cancelled_at=school.now)
    add_topics(program=school.program, titles=["Sets", "Graphs", "Limits"], by=school.ada, now=school.now)
    return list(ClassSession.objects.order_by("starts_at"))


def test_a_topic_follows_the_order_of_classes_that_are_held(school: School, term: list[ClassSession]) -> None:
    add_topics(program=school.other_program, titles=["Motion"], by=school.ada, now=school.now)
    name_lessons(term, school.now)
    assert [one.title for one in term] == [
        *("Algebra II: Sets", "Algebra II", "Algebra II: Graphs", "Algebra II: Limits"),
    ]
    # one more than there are topics has none
    school.clock.advance(minutes=1)
    ClassSession.objects.filter(pk=term[1].pk).update(cancelled_at=None)
    assert lessons_of([one.pk for one in term], school.now) == dict(
        zip([one.pk for one in term], ["Sets", "Graphs", "Limits"], strict=False)
    )


def test_topics_come_in_their_order_however_a_database_gives_them() -> None:
    syllabus = BETWEEN_TOPICS.join(["2048:7:Limits: one", "1024:9:Sets", "1024:8:Graphs"])
    found = [lesson_of(syllabus, place) for place in range(4)]
    assert found == ["Graphs", "Sets", "Limits: one", ""]
    assert lesson_of(None, 0) == ""


def test_a_title_of_its_own_is_left_as_it_is() -> None:
    assert titled("Algebra II", "Sets", "Algebra II") == "Algebra II: Sets"
    assert titled("Completing the square", "Sets", "Algebra II") == "Completing the square"
    assert titled("Algebra II", "", "Algebra II") == "Algebra II"
    long = "Foundations of " * 13
    assert titled(long[:150], "Sets", long) == f"{long[:150]}: Sets"


def test_one_query_for_one_class_or_four(school: School, term: list[ClassSession]) -> None:
    counts = []
    for some in (term[:1], term):
        with CaptureQueriesContext(connection) as captured:
            name_lessons(some, school.now)
        counts.append(len(captured))
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("sana", "/"),
        ("tariq", "/"),
        ("sana", "/zoom/upcoming-meetings/"),
        ("tariq", "/zoom/meetings/"),
        ("ada", "/zoom/meetings/?q=algebra"),
        ("sana", "/calendar/?on={on}"),
        ("tariq", "/calendar/?view=month&on={on}"),
        ("tariq", "/calendar/?view=agenda&on={on}"),
        ("ada", "/calendar/?view=day&on={on}"),
        ("sana", "/classes/{code}/"),
        ("tariq", "/classes/{code}/"),
        ("sana", "/j/{code}"),
    ],
)
def test_a_class_is_called_so_wherever_it_is_looked_for(
    school: School, term: list[ClassSession], who: str, path: str
) -> None:
    first = term[0]
    school.clock.set(first.starts_at - timedelta(days=1))
    client: Client = signed_in(getattr(school, who))
    address = path.format(on=first.starts_at.date(), code=first.code)
    assert "Algebra II: Sets" in client.get(address).content.decode()
