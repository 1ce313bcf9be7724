"""What one page asks several times is read once; the next page, and whatever writes, asks afresh."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.access.rules import can, is_enrolled
from eduraise.core.while_reading import answer_once, while_reading
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment, Enrolment
from tests.school import School


def test_outside_of_a_reading_each_question_is_asked_afresh() -> None:
    answers = iter(range(3))

    assert [answer_once("which", lambda: next(answers)) for _ in range(3)] == [0, 1, 2]


def test_within_a_reading_a_question_is_asked_once_be_its_answer_nothing() -> None:
    answers = iter([None, 1])

    with while_reading():
        assert [answer_once("which", lambda: next(answers)) for _ in range(2)] == [None, None]
        assert answer_once("another", lambda: 7) == 7
    with while_reading():
        assert answer_once("which", lambda: next(answers)) == 1


def test_rights_of_two_people_and_of_two_programs_are_not_mixed_up(school: School) -> None:
    now = school.now
    with while_reading():
        for _ in range(2):
            assert can(school.tariq, Permission.EDIT, school.program, now)
            assert not can(school.tariq, Permission.EDIT, school.other_program, now)
            assert not can(school.tove, Permission.EDIT, school.program, now)
            assert is_enrolled(school.sana, school.program, now)
            assert not is_enrolled(school.tariq, school.program, now)


def test_a_right_that_ended_is_gone_with_the_next_page(school: School) -> None:
    client = Client()
    address = f"/programs/{school.program.code}/"
    for person, right in ((school.tove, Assignment), (school.sana, Enrolment)):
        client.force_login(person)
        assert client.get(address).status_code == 200
        right.objects.filter(person=person).update(closed_at=school.now)
        assert client.get(address).status_code == 404


def test_a_programs_page_reads_a_persons_rights_once(school: School) -> None:
    client = Client()
    client.force_login(school.tove)
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/programs/{school.program.code}/")

    rights = [one for one in asked.captured_queries if '"programs_assignment"."preset" AS' in one["sql"]]
    assert len(rights) == 1
    assert len(asked) <= 17
