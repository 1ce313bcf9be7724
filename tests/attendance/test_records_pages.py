"""A program's grid, a student's own record, and the ways to them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import Mark, Register
from eduraise.attendance.records import CLASSES, STUDENTS
from eduraise.programs.models import Enrolment
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.school import School

pytestmark = pytest.mark.django_db
GRID = "/programs/ALG-2/attendance/"


def hold(school: School, days: int, *there: User, final: bool = True) -> Scene:
    """A class of an hour so many days from now, with these people in it all the time."""
    scene = Scene(school, starts_at=school.now + timedelta(days=days))
    sitting = scene.held()
    for person in there:
        scene.was_in(sitting, person, (0, 60))
    scene.fold()
    if final:
        Register.objects.filter(pk=scene.register.pk).update(
            state=RegisterState.FINAL, final_at=scene.at(120)
        )
    return scene


@pytest.fixture
def three(school: School) -> list[Scene]:
    """Sana came to the first two classes and Bea to the first alone; the third is not final."""
    bea = school.person("bea")
    school.enrol(bea, school.program)
    sana, tariq = school.sana, school.tariq
    scenes = [hold(school, 1, sana, bea, tariq), hold(school, 2, sana, tariq)]
    scenes.append(hold(school, 3, sana, tariq, final=False))
    school.clock.advance(days=4)
    return scenes


def test_who_has_left_the_program_is_led_to_no_page_that_is_shut(school: School, three: list[Scene]) -> None:
    sana = signed_in(school.sana)
    page = f"/classes/{three[0].session.code}/"
    assert page in sana.get("/attendance/").content.decode()

    Enrolment.objects.filter(person=school.sana).update(until_at=school.now)
    school.clock.advance(minutes=1)
    told = sana.get("/attendance/")
    assert "you came to 2 of 2 classes" in text_of(told)
    assert page not in told.content.decode()
    for link in set(re.findall(r'<a [^>]*href="(/[^"]*)"', told.content.decode())):
        assert sana.get(link, follow=True).status_code == 200, link


def cells_of(page: Any) -> dict[str, list[str]]:
    """What stands in the grid, by student: the percentage, then the marks."""
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page.content.decode(), re.DOTALL):
        name = re.search(r"<bdi>(.*?)</bdi>", row)
        assert name
        seen = re.sub(r'<span class="vh">.*?</span>', "", row)
        cells = re.findall(r"<td.*?>(.*?)</td>", seen, re.DOTALL)
        found[name[1]] = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
    return found


def test_the_grid_has_each_students_marks_by_class_and_what_they_come_to(
    school: School, three: list[Scene]
) -> None:
    page = signed_in(school.tove).get(GRID)

    assert cells_of(page) == {
        "Bea": ["50 % 1 of 2", "P", "A", "(A)"],
        "Sana": ["100 % 2 of 2", "P", "P", "(P)"],
    }
    for scene in three:
        assert f"/classes/{scene.session.code}/attendance/" in page.content.decode()
    assert "/programs/ALG-2/attendance.xlsx" in page.content.decode()


def test_a_mark_by_hand_and_a_streak_show_in_the_grid(school: School, three: list[Scene]) -> None:
    for scene in three[:2]:
        correct_marks(
            register=scene.register,
            students={User.objects.get(name="Bea").pk: None},
            said=Said(status="absent", why="was elsewhere"),
            by=school.tariq,
            now=school.now,
        )

    page = signed_in(school.tariq).get(GRID)

    assert cells_of(page)["Bea"] == ["0 % 0 of 2", "A*", "A*", "(A)"]
    assert "missed 2 in a row" in text_of(page)


def test_the_grid_is_paged_both_ways_with_the_same_queries(school: School, three: list[Scene]) -> None:
    client = signed_in(school.tariq)
    client.get(GRID)
    with CaptureQueriesContext(connection) as few:
        client.get(GRID)
    for number in range(STUDENTS):
        school.enrol(school.person(f"p{number:03}"), school.program)
    for day in range(CLASSES):
        hold(school, 10 + day, school.sana)

    with CaptureQueriesContext(connection) as many:
        first = client.get(GRID)
    last = client.get(GRID + "?students=2&classes=2")

    assert len(many) == len(few)
    assert len(cells_of(first)) == STUDENTS
    assert "Earlier classes" in text_of(first)
    assert [len(row) for row in cells_of(last).values()] == [4, 4]


def test_two_classes_of_one_day_are_told_apart_by_their_hour(school: School, three: list[Scene]) -> None:
    first, second, _third = (scene.session.starts_at for scene in three)
    noon = Scene(school, starts_at=second + timedelta(hours=3))
    noon.fold()

    page = signed_in(school.tariq).get(GRID).content.decode()

    days = re.findall(r'<td[^>]* data-label="([^"]*)"', page)
    assert days[:3] == [f"{first:%-d %b}", f"{second:%-d %b %H:%M}", f"{noon.session.starts_at:%-d %b %H:%M}"]


def test_the_classes_of_a_page_are_counted_in_their_order(school: School) -> None:
    assert school.sana
    for day in range(CLASSES + 3):
        Scene(school, starts_at=school.now + timedelta(days=day + 1))
    school.clock.advance(days=40)
    tariq = signed_in(school.tariq)

    assert f"Classes 4 to {CLASSES + 3} of {CLASSES + 3}" in text_of(tariq.get(GRID))
    assert f"Classes 1 to 3 of {CLASSES + 3}" in text_of(tariq.get(GRID + "?classes=2"))


def test_a_program_without_classes_says_so(school: School) -> None:
    assert school.tariq

    assert "No class was held yet" in text_of(signed_in(school.tariq).get(GRID))


@pytest.mark.parametrize("who", ["olu", "sana", "finn"])
def test_the_grid_is_for_those_who_see_attendance(school: School, who: str) -> None:
    assert school.program

    assert signed_in(getattr(school, who)).get(GRID).status_code == 404


def test_a_student_sees_her_own_marks_and_nobody_elses(school: School, three: list[Scene]) -> None:
    bea = User.objects.get(name="Bea")
    correct_marks(
        register=three[0].register,
        students={bea.pk: None},
        said=Said(status="late", why="private to Bea"),
        by=school.tariq,
        now=school.now,
    )

    page = signed_in(school.sana).get("/attendance/")
    said = text_of(page)

    assert "100 %" in said
    assert "you came to 2 of 2 classes" in said
    assert "Present: 60 minutes, and 30 were needed" in said
    assert "Not final yet" in said
    assert "Bea" not in page.content.decode()
    assert "private to Bea" not in page.content.decode()


def test_one_class_is_counted_in_the_singular(school: School, three: list[Scene]) -> None:
    Register.objects.exclude(pk=three[0].register.pk).update(state=RegisterState.PENDING)
    Mark.objects.filter(student=school.sana).update(rule_status="late")

    said = text_of(signed_in(school.sana).get("/attendance/"))

    assert "you came to 1 of 1 class 1 time late" in said


def test_who_missed_a_class_can_send_an_excuse_from_there_in_time(school: School, three: list[Scene]) -> None:
    bea = User.objects.get(name="Bea")
    page = signed_in(bea).get("/attendance/").content.decode()
    school.clock.advance(days=30)
    later = signed_in(bea).get("/attendance/").content.decode()

    asked = re.findall(r'href="/classes/([\w-]+)/excuse/"', page)
    assert asked == [three[2].session.code, three[1].session.code]
    assert not re.findall(r'href="/classes/([\w-]+)/excuse/"', later)


def test_a_former_student_keeps_her_record_and_a_teacher_has_none(school: School, three: list[Scene]) -> None:
    school.program.enrolments.filter(person=school.sana).update(until_at=school.now, closed_at=school.now)

    assert "100 %" in text_of(signed_in(school.sana).get("/attendance/"))
    assert signed_in(school.tariq).get("/attendance/").status_code == 404


def test_the_record_costs_the_same_for_one_class_or_many(school: School, three: list[Scene]) -> None:
    client = signed_in(school.sana)
    client.get("/attendance/")
    with CaptureQueriesContext(connection) as few:
        client.get("/attendance/")
    for day in range(5):
        hold(school, 10 + day, school.sana)

    with CaptureQueriesContext(connection) as many:
        client.get("/attendance/")

    assert len(many) == len(few)


def test_class_program_and_today_lead_to_the_register(school: School, three: list[Scene]) -> None:
    client, code = signed_in(school.tariq), three[1].session.code
    register = f"/classes/{code}/attendance/"

    of_class = client.get(f"/classes/{code}/")

    assert "1 present, 1 absent" in text_of(of_class)
    assert register in of_class.content.decode()
    assert GRID in client.get("/programs/ALG-2/").content.decode()
    assert register in client.get("/").content.decode()
    assert "/attendance/" in signed_in(school.sana).get("/").content.decode()
    assert register not in signed_in(school.sana).get(f"/classes/{code}/").content.decode()


def test_after_a_class_its_page_tells_a_student_her_own_mark_and_why(
    school: School, three: list[Scene]
) -> None:
    page = signed_in(school.sana).get(f"/classes/{three[1].session.code}/")
    bea = signed_in(User.objects.get(name="Bea")).get(f"/classes/{three[1].session.code}/")

    assert "Your attendance Present Present: 60 minutes, and 30 were needed" in text_of(page)
    assert "/attendance/?program=ALG-2" in page.content.decode()
    assert "Your attendance Absent Absent: 0 minutes, and 30 were needed" in text_of(bea)
    assert "Your attendance" not in text_of(signed_in(school.tariq).get(f"/classes/{three[1].session.code}/"))


def test_a_mark_that_is_not_final_is_not_told_and_one_by_hand_with_its_reason(
    school: School, three: list[Scene]
) -> None:
    address = f"/classes/{three[2].session.code}/"
    assert "Your attendance Not final yet" in text_of(signed_in(school.sana).get(address))
    assert "Present: 60" not in text_of(signed_in(school.sana).get(address))
    correct_marks(
        register=three[1].register,
        students={school.sana.pk: None},
        said=Said(status="excused", why="ill"),
        by=school.tariq,
        now=school.now,
    )
    told = text_of(signed_in(school.sana).get(f"/classes/{three[1].session.code}/"))
    assert "Your attendance Excused Tariq set it to “Excused”" in told
    assert "“ill”" in told


def test_before_its_end_and_without_a_mark_a_classes_page_tells_no_attendance(school: School) -> None:
    scene = Scene(school)
    assert "Your attendance" not in text_of(signed_in(school.sana).get(f"/classes/{scene.session.code}/"))
    school.clock.advance(hours=4)
    assert "Your attendance" not in text_of(signed_in(school.sana).get(f"/classes/{scene.session.code}/"))
