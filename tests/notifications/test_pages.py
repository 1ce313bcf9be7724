"""The bell, the choice of mails, and the mails that failed, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.core import hooks
from eduraise.notifications.actions import tell
from eduraise.notifications.models import Delivery, Message, Preference, QueuedMail
from eduraise.notifications.sending import send_due
from eduraise.notifications.unsubscribing import token_for
from tests.notifications.kinds import Lessons
from tests.school import School


@pytest.fixture
def student(client: Client, school: School) -> Client:
    """Sana's browser."""
    client.force_login(school.sana)
    return client


def tell_lesson(school: School, person: Any, number: int = 7, kind: str = "lesson.moved") -> Message:
    told = tell(
        person=person,
        kind=kind,
        fact_key=f"{kind}:{number}",
        thing_uid=uuid4(),
        data={"lesson": number},
        now=school.now,
    )
    assert told is not None
    return told


def titles(response: Any) -> list[str]:
    return [one.letter.title for one in response.context["told"]]


def test_what_one_was_told_is_listed_newest_first(student: Client, school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana, 7)
    tell_lesson(school, school.finn, 9)
    school.clock.advance(minutes=5)
    tell_lesson(school, school.sana, 8)

    page = student.get("/notifications/")

    assert titles(page) == ["Lesson 8 moved", "Lesson 7 moved"]
    assert "Lesson 9" not in page.content.decode()
    assert "<title>(2) Notifications – EduRaise</title>" in page.content.decode()


def test_the_bell_counts_what_is_unread(student: Client, school: School, room: Lessons) -> None:
    for number in range(3):
        tell_lesson(school, school.sana, number)
    tell_lesson(school, school.finn, 9)

    assert (
        '<b class="badge">3<span class="vh"> not read</span></b>'
        in student.get("/settings/").content.decode()
    )

    student.post("/notifications/reading/")
    assert 'class="badge"' not in student.get("/settings/").content.decode()


def test_opening_one_marks_it_read_and_leads_to_its_thing(
    student: Client, school: School, room: Lessons
) -> None:
    message = tell_lesson(school, school.sana)

    response = student.post(f"/notifications/{message.uid}/reading/")

    assert response["Location"] == "/lessons/7/"
    message.refresh_from_db()
    assert message.read_at == school.now


def test_nobody_reads_somebody_elses(student: Client, school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.finn)

    assert student.post(f"/notifications/{message.uid}/reading/").status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_looking_at_the_list_changes_nothing(student: Client, school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.sana)

    student.get("/notifications/")

    message.refresh_from_db()
    assert message.read_at is None
    assert student.get(f"/notifications/{message.uid}/reading/").status_code == 405


def test_what_one_may_not_see_any_more_is_gone(student: Client, school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.sana)
    room.hidden_from = {school.sana.pk}

    page = student.get("/notifications/")

    assert titles(page) == []
    assert page.context["unread"] == 0
    assert student.post(f"/notifications/{message.uid}/reading/")["Location"] == "/notifications/"


def test_a_page_of_many_asks_as_much_as_a_page_of_one(student: Client, school: School, room: Lessons) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            student.get("/notifications/")
        return len(seen)

    tell_lesson(school, school.sana, 0)
    student.get("/notifications/")
    few = queries()
    for number in range(1, 40):
        tell_lesson(school, school.sana, number)

    assert queries() == few <= 12
    assert len(titles(student.get("/notifications/"))) == 30
    assert len(titles(student.get("/notifications/?page=2"))) == 10


def test_what_somebody_typed_stays_text(student: Client, school: School, room: Lessons) -> None:
    room.quote = '<img src=x onerror="alert(1)">'
    tell_lesson(school, school.sana)

    page = student.get("/notifications/").content.decode()

    assert "<img" not in page
    assert "&lt;img src=x" in page


# Which mails


def test_mails_that_may_be_turned_off_are_on_until_then(
    student: Client, school: School, room: Lessons
) -> None:
    form = student.get("/notifications/mails/").context["form"]
    assert form.fields["lesson.tip"].initial is True
    assert "lesson.moved" not in form.fields

    student.post("/notifications/mails/", {})

    assert student.get("/notifications/mails/").context["form"].fields["lesson.tip"].initial is False
    assert "E-mails" in student.get("/settings/").content.decode()


def test_a_mails_own_link_turns_them_off_without_signing_in(school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana, kind="lesson.tip")
    send_due(school.now, 10)
    header = mail.outbox[0].message()["List-Unsubscribe"]
    path = header.strip("<>").removeprefix("http://localhost:8000")
    visitor = Client(enforce_csrf_checks=True)  # a mail program has no token of ours

    assert visitor.get(path).status_code == 200
    assert Preference.objects.count() == 0  # looking is not asking
    assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert list(Preference.objects.values_list("person", "kind", "wanted")) == [
        (school.sana.pk, "lesson.tip", False)
    ]


@pytest.mark.parametrize("token", ["x", "x:y:z", "eyJ9:1", "é"])
def test_a_made_up_link_turns_nothing_off(client: Client, school: School, room: Lessons, token: str) -> None:
    assert client.post(f"/notifications/unsubscribe/{token}/").status_code == 404
    assert Preference.objects.count() == 0


def test_a_link_can_turn_off_only_what_may_be(client: Client, school: School, room: Lessons) -> None:
    client.post(f"/notifications/unsubscribe/{token_for(school.sana, 'lesson.moved')}/")
    assert client.post(f"/notifications/unsubscribe/{token_for(school.sana, 'gone')}/").status_code == 404

    assert Preference.objects.count() == 0


# Mails that failed


@pytest.fixture
def failures(school: School, room: Lessons) -> tuple[Delivery, QueuedMail]:
    """A message and an account mail that failed."""
    tell_lesson(school, school.sana)
    Delivery.objects.update(state="failed", last_error_code="may_have_arrived", last_error_at=school.now)
    EmailMessage("Choose a new password", "https://secret.example", to=["tariq@school.example"]).send()
    QueuedMail.objects.update(state="failed", last_error_code="refused: 550", last_error_at=school.now)
    return Delivery.objects.get(), QueuedMail.objects.get()


def test_an_admin_sees_what_failed_but_not_what_it_said(
    client: Client, school: School, failures: tuple[Delivery, QueuedMail]
) -> None:
    client.force_login(school.ada)

    page = client.get("/notifications/failed/")

    assert {(one.to, one.about, one.why) for one in page.context["mails"]} == {
        ("sana@school.example", "A lesson is moved", "may_have_arrived"),
        ("tariq@school.example", "Choose a new password", "refused: 550"),
    }
    assert "secret" not in page.content.decode()
    assert "it may have arrived" in page.content.decode()


def test_she_tries_again(client: Client, school: School, failures: tuple[Delivery, QueuedMail]) -> None:
    client.force_login(school.ada)
    message, account = failures

    client.post(f"/notifications/failed/message/{message.pk}/retry/")
    client.post(f"/notifications/failed/account/{account.pk}/retry/")
    send_due(school.now, 10)

    assert sorted(sent.to[0] for sent in mail.outbox) == ["sana@school.example", "tariq@school.example"]
    assert client.get("/notifications/failed/").context["mails"] == []
    assert client.post("/notifications/failed/fax/1/retry/").status_code == 404


def test_nobody_else_sees_them(client: Client, school: School, failures: tuple[Delivery, QueuedMail]) -> None:
    for person in (school.tariq, school.sana):
        client.force_login(person)

        assert client.get("/notifications/failed/").status_code == 404
        assert client.post(f"/notifications/failed/message/{failures[0].pk}/retry/").status_code == 404
    assert Delivery.objects.get().state == "failed"


def test_they_stand_among_what_needs_an_admin(school: School, failures: tuple[Delivery, QueuedMail]) -> None:
    mine = [need for need in hooks.needs_of.ask(person=school.ada, now=school.now) if "mail" in need.title]

    assert [(need.title, need.url, need.since) for need in mine] == [
        ("2 mails could not be sent", "/notifications/failed/", school.now)
    ]
    assert not any("mail" in need.title for need in hooks.needs_of.ask(person=school.sana, now=school.now))


# The demo's mails


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> Path:
    """The demo, where mails land in a folder."""
    backend = {
        "BACKEND": "eduraise.notifications.folder.FolderBackend",
        "OPTIONS": {"file_path": str(tmp_path / "mail")},
    }
    settings.MAILERS = settings.MAILERS | {"outgoing": backend}
    settings.DEMO = True
    return tmp_path / "mail"


def test_the_demos_mails_can_be_read_and_their_own_links_followed(
    client: Client, school: School, room: Lessons, demo: Path
) -> None:
    assert client.get("/demo/mail/").context["mails"] == []
    tell_lesson(school, school.sana)
    EmailMessage(
        "Hello <b>", "See http://evil.example/ or\nhttp://localhost:8000/j/1", to=["o@x.example"]
    ).send()
    send_due(school.now, 10)

    found = client.get("/demo/mail/").context["mails"]
    assert {(parsed["subject"], parsed["to"]) for _name, parsed in found} == {
        ("Hello <b>", "o@x.example"),
        ("Lesson 7 moved", "sana@school.example"),
    }
    name = next(name for name, parsed in found if parsed["to"] == "o@x.example")
    page = client.get(f"/demo/mail/{name}/").content.decode()
    assert '<a href="http://localhost:8000/j/1">' in page
    assert 'href="http://evil' not in page
    assert "Hello &lt;b&gt;" in page


def test_the_folder_keeps_the_newest(school: School, demo: Path) -> None:
    for number in range(205):
        school.clock.advance(seconds=1)
        EmailMessage(f"Mail {number}", "…", to=["o@x.example"]).send()
    send_due(school.now, 300)

    assert len(list(demo.glob("*.eml"))) == 200


@pytest.mark.parametrize("name", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "nothing"])
def test_no_other_file_is_read(client: Client, school: School, demo: Path, name: str) -> None:
    demo.mkdir()
    (demo.parent / "other.eml").write_text("Subject: secret\n\nsecret")

    assert client.get(f"/demo/mail/{name}/").status_code == 404
    assert client.get("/demo/mail/../other/").status_code == 404


def test_outside_the_demo_there_is_no_such_page(
    client: Client, school: School, demo: Path, settings: Any
) -> None:
    assert 'href="/demo/mail/"' in client.get("/accounts/login/").content.decode()
    settings.DEMO = False
    assert 'href="/demo/mail/"' not in client.get("/accounts/login/").content.decode()
    client.force_login(school.ada)

    assert client.get("/demo/mail/").status_code == 404
    assert client.get("/demo/mail/x/").status_code == 404
