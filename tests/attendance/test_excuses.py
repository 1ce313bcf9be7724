"""Excuses: sent before or after a class, answered with one tap, followed by the mark; read by few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.attendance.enums import Cause, ExcuseState, RegisterState
from eduraise.attendance.models import Excuse, Mark, MarkChange, Register
from eduraise.attendance.rolling_up import roll_up_due
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


def locked(school: School, scene: Scene) -> None:
    """The class was held, sana missed it and sent an excuse, and the register was locked."""
    hold(school, scene)
    school.clock.set(scene.at(120))
    send(school, scene)
    Register.objects.update(state=RegisterState.LOCKED, locked_at=scene.at(300))
    school.clock.set(scene.at(400))


def said_to_sana(school: School) -> str:
    message = Message.objects.get(kind="attendance.excuse_answered")
    letter = registry.kind_of(message.kind).words([message], school.now)[message.pk]
    return " ".join(letter.sentences)


LOCKED = "The register was locked before: the mark is “Absent” until an admin lets the excuse count."


def test_accepted_after_the_lock_it_is_told_so_until_an_admin_lets_it_count(
    school: School, scene: Scene
) -> None:
    locked(school, scene)
    assert needs_of(school.ada, school.now) == []

    tariq, sana, ada = signed_in(school.tariq), signed_in(school.sana), signed_in(school.ada)
    address = f"/attendance/excuses/{Excuse.objects.get().uid}/answer/"
    toast = tariq.post(address, {"choice": "accept"}, follow=True).content.decode()
    scene.fold(401)

    assert scene.marks() == {"Sana": ("absent", 0)}
    assert f"Sana’s excuse is accepted. {LOCKED}" in toast
    assert "Sana is excused." not in toast
    assert said_to_sana(school) == LOCKED
    page = text_of(sana.get(f"/classes/{scene.session.code}/excuse/"))
    assert "Accepted, but it doesn’t count yet" in page
    assert "doesn’t count against you" not in page
    for address in ("/attendance/", "/attendance/my-excuses/"):
        assert LOCKED in text_of(sana.get(address))

    [waiting] = needs_of(school.ada, school.now)
    assert (waiting.title, waiting.url) == (
        "More became known of 1 locked register",
        f"/classes/{scene.session.code}/attendance/",
    )
    assert waiting.detail == "Sana would be “Excused”. Nothing counts before an admin lets it."
    overview = text_of(ada.get("/attendance/registers/"))
    assert "Known after the lock" in overview
    assert "1 mark waits" in overview
    assert "No register needs anybody." not in overview
    assert "more became known of 1 locked register" in overview
    assert "Nothing is open" not in overview
    assert "Known after the lock" not in text_of(tariq.get("/attendance/registers/"))
    register = text_of(ada.get(f"/classes/{scene.session.code}/attendance/"))
    assert "An excuse was accepted after the lock: Excused, 0 min" in register

    ada.post(f"/classes/{scene.session.code}/attendance/entries/")

    assert scene.marks() == {"Sana": ("excused", 0)}
    assert needs_of(school.ada, school.now) == []
    assert "No register needs anybody." in text_of(ada.get("/attendance/registers/"))
    assert said_to_sana(school) == "The class doesn’t count against you."
    assert LOCKED not in text_of(sana.get("/attendance/"))


def test_accepted_once_what_the_register_was_made_of_is_deleted(school: School, scene: Scene) -> None:
    locked(school, scene)
    school.clock.set(scene.at(300) + timedelta(days=91))
    roll_up_due(school.now)
    answer(school, "accept")
    assert scene.mark(school.sana).late_status == "excused"

    signed_in(school.tariq).post(f"/attendance/excuses/{Excuse.objects.get().uid}/return/")
    assert scene.mark(school.sana).late_status == ""
    answer(school, "accept")
    signed_in(school.ada).post(f"/classes/{scene.session.code}/attendance/entries/")

    assert scene.marks() == {"Sana": ("excused", 0)}


def test_accepted_beside_a_mark_set_by_hand_it_says_that_this_stands(school: School, scene: Scene) -> None:
    hold(school, scene)
    school.clock.set(scene.at(120))
    send(school, scene)
    Mark.objects.update(hand_status="absent", hand_at=school.now, hand_by=school.tariq)

    answer(school, "accept")

    assert said_to_sana(school) == "The mark was set to “Absent” by hand, and stands."


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
