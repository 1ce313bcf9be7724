"""Excuses: sent before or after a class, answered with one tap, followed by the mark; read by few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.attendance.enums import Cause, ExcuseState, RegisterState
from eduraise.attendance.models import Excuse, MarkChange, Register
from eduraise.core.models import AuditEntry
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.today.common import needs_of
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.school import School

WHY = "My knee: <doctor> at nine"


@pytest.fixture
def scene(school: School) -> Scene:
    """A class that begins in an hour."""
    school.sana  # noqa: B018 a student of it
    return Scene(school)


def send(school: School, scene: Scene, text: str = WHY) -> int:
    return signed_in(school.sana).post(f"/classes/{scene.session.code}/excuse/", {"text": text}).status_code


def answer(school: School, choice: str, **more: str) -> None:
    excuse = Excuse.objects.get()
    address = f"/attendance/excuses/{excuse.uid}/answer/"
    assert signed_in(school.tariq).post(address, {"choice": choice, **more}).status_code == 302


def hold(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.fold()
    Register.objects.update(state=RegisterState.FINAL)


def test_sent_before_the_class_accepted_and_counted(school: School, scene: Scene) -> None:
    assert send(school, scene) == 302
    waiting = needs_of(school.tariq, school.now)
    assert [(one.title, one.detail) for one in waiting if "excuse" in one.title] == [
        ("1 excuse waits for you", "From Sana. What was missed counts as missed until you answer.")
    ]

    answer(school, "accept", answer="Get well")
    hold(school, scene)

    assert scene.marks() == {"Sana": ("excused", 0)}
    page = text_of(signed_in(school.sana).get(f"/classes/{scene.session.code}/excuse/"))
    assert "Accepted: the class doesn’t count against you “Get well”" in page
    assert WHY in page


def test_sent_after_the_class_the_mark_moves_and_says_why(school: School, scene: Scene) -> None:
    hold(school, scene)
    school.clock.set(scene.at(60) + timedelta(days=6))
    assert scene.marks() == {"Sana": ("absent", 0)}
    assert send(school, scene) == 302

    answer(school, "accept")
    scene.fold(60 * 24 * 7)

    assert scene.marks() == {"Sana": ("excused", 0)}
    change = MarkChange.objects.get()
    assert (change.before, change.after, change.cause) == ("absent", "excused", Cause.EXCUSE)


def test_an_answer_is_taken_back_before_the_student_hears_of_it(school: School, scene: Scene) -> None:
    send(school, scene)
    answer(school, "decline")
    message = Message.objects.get(kind="attendance.excuse_answered")
    assert (message.person, message.not_before) == (school.sana, school.now + timedelta(seconds=10))
    letter = registry.kind_of(message.kind).words([message], school.now)[message.pk]
    assert letter.title == "Your excuse is not accepted"

    back = f"/attendance/excuses/{Excuse.objects.get().uid}/return/"
    signed_in(school.tariq).post(back)

    assert Excuse.objects.get().state == ExcuseState.SENT
    assert Message.objects.get(kind="attendance.excuse_answered").dropped_at is not None
    answer(school, "accept")
    assert Message.objects.filter(kind="attendance.excuse_answered", dropped_at=None).count() == 1


def test_changed_and_taken_back_until_it_is_answered(school: School, scene: Scene) -> None:
    send(school, scene)
    send(school, scene, "The dentist")
    assert Excuse.objects.get().text == "The dentist"
    assert Message.objects.filter(kind="attendance.excuse_sent").count() == 1

    client = signed_in(school.sana)
    client.post(f"/classes/{scene.session.code}/excuse/withdrawal/")
    assert Excuse.objects.get().state == ExcuseState.WITHDRAWN
    send(school, scene)
    answer(school, "accept")
    assert send(school, scene, "Something else") == 422
    client.post(f"/classes/{scene.session.code}/excuse/withdrawal/")
    assert (Excuse.objects.get().state, Excuse.objects.get().text) == (ExcuseState.ACCEPTED, WHY)


def test_too_late_empty_too_long_and_cancelled_are_refused(school: School, scene: Scene) -> None:
    assert send(school, scene, "  ") == 422
    assert send(school, scene, "x" * 2001) == 422
    school.clock.set(scene.at(60) + timedelta(days=7, seconds=1))
    assert send(school, scene) == 422
    assert not Excuse.objects.exists()


def test_the_second_of_two_answers_is_told(school: School, scene: Scene) -> None:
    send(school, scene)
    answer(school, "accept")
    answer(school, "decline")

    assert Excuse.objects.get().state == ExcuseState.ACCEPTED


def test_who_reads_it_and_where_its_words_never_stand(school: School, scene: Scene) -> None:
    send(school, scene)
    excuse = Excuse.objects.get()
    for reader in (school.tariq, school.tove, school.ada):
        assert WHY in text_of(signed_in(reader).get("/attendance/excuses/"))
        assert WHY in text_of(signed_in(reader).get(f"/classes/{scene.session.code}/"))
    other = school.person("omar")
    school.enrol(other, school.program)
    assert WHY not in text_of(signed_in(school.olu).get("/attendance/excuses/"))
    assert WHY not in text_of(signed_in(other).get(f"/classes/{scene.session.code}/"))
    for outsider in (school.olu, school.finn, other, school.sana):
        address = f"/attendance/excuses/{excuse.uid}/answer/"
        assert signed_in(outsider).post(address, {"choice": "accept"}).status_code == 404
    assert Excuse.objects.get().state == ExcuseState.SENT

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM attendance_excuse")
        assert "knee" not in str(cursor.fetchall())
    assert "knee" not in str(list(AuditEntry.objects.values())) + str(list(Message.objects.values()))
    message = Message.objects.get(kind="attendance.excuse_sent")
    assert "knee" not in str(registry.kind_of(message.kind).words([message], school.now))


def test_a_student_finds_the_way_and_all_of_their_own(school: School, scene: Scene) -> None:
    client = signed_in(school.sana)
    assert "Can’t come?" in client.get(f"/classes/{scene.session.code}/").content.decode()
    send(school, scene)
    assert "Your excuse" in client.get(f"/classes/{scene.session.code}/").content.decode()
    assert "Sets" in text_of(client.get("/attendance/my-excuses/"))


def test_the_list_takes_as_many_queries_for_ten_as_for_one(school: School, scene: Scene) -> None:
    send(school, scene)
    client = signed_in(school.tariq)
    client.get("/attendance/excuses/")
    with CaptureQueriesContext(connection) as of_one:
        client.get("/attendance/excuses/")
    for number in range(9):
        student = school.person(f"student-{number}")
        school.enrol(student, school.program)
        scene.session.excuses.create(student=student, text="ill", sent_at=school.now)

    with CaptureQueriesContext(connection) as of_ten:
        client.get("/attendance/excuses/")

    assert len(of_ten) == len(of_one)
