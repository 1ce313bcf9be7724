"""What the worker does with mails that wait: asked again, sent once, never twice by itself."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage as ParsedMail
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from eduraise.accounts.models import User
from eduraise.core import breaker, clock
from eduraise.notifications.actions import choose_mails, retry_mail, tell, tell_all
from eduraise.notifications.models import Delivery, Message, QueuedMail
from eduraise.notifications.queries import failed_deliveries, in_words, shown_to
from eduraise.notifications.sending import send_due
from tests.notifications.kinds import Lessons
from tests.school import School

LESSON = uuid4()


def tell_lesson(school: School, person: User, kind: str = "lesson.moved", **more: Any) -> Message:
    told = tell(
        person=person,
        kind=kind,
        fact_key=f"{LESSON}:1",
        thing_uid=LESSON,
        data={"lesson": 7},
        now=school.now,
        **more,
    )
    assert told is not None
    return told


def state_of(message: Message) -> tuple[str, str]:
    delivery = message.deliveries.get()
    return delivery.state, delivery.last_error_code


def parsed(sent: EmailMessage) -> ParsedMail:
    return sent.message()  # type: ignore[return-value]


class Answers(BaseEmailBackend):
    """A mail server that answers as the test says: an error to raise at opening or sending, or nothing."""

    at_open: list[BaseException | None] = []
    at_send: list[BaseException | None] = []
    sent: list[str] = []

    def open(self) -> bool:
        if self.at_open and (problem := self.at_open.pop(0)):
            raise problem
        return True

    def send_messages(self, email_messages: Any) -> int:
        if self.at_send and (problem := self.at_send.pop(0)):
            raise problem
        type(self).sent += [message.to[0] for message in email_messages]
        return len(email_messages)


@pytest.fixture
def server(settings: Any) -> type[Answers]:
    settings.MAILERS = settings.MAILERS | {"outgoing": {"BACKEND": f"{__name__}.Answers"}}
    Answers.at_open, Answers.at_send, Answers.sent = [], [], []
    return Answers


def test_it_goes_out_once_in_the_readers_zone(school: School, room: Lessons) -> None:
    school.sana.zone = "Asia/Kolkata"
    school.sana.save()
    message = tell_lesson(school, school.sana)

    assert send_due(school.now, 10) == 1
    assert send_due(school.now, 10) == 0

    sent = parsed(mail.outbox[0])
    assert len(mail.outbox) == 1
    assert (sent["To"], sent["Subject"]) == ("sana@school.example", "Lesson 7 moved")
    assert sent["Message-ID"] == message.deliveries.get().provider_id
    assert "It is now at 13:30." in mail.outbox[0].body
    assert "http://localhost:8000/lessons/7/" in mail.outbox[0].body
    assert state_of(message) == ("sent", "")


def test_it_has_these_headers_and_no_others(school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana)
    send_due(school.now, 10)

    assert sorted(parsed(mail.outbox[0]).keys()) == [
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda room, school: room.untrue.add(f"{LESSON}:1"), "untrue"),
        (lambda room, school: room.hidden_from.add(school.sana.pk), "not_allowed"),
        (lambda room, school: room.gone.add(f"{LESSON}:1"), "gone"),
    ],
)
def test_what_is_no_longer_so_is_neither_sent_nor_shown(
    school: School, room: Lessons, change: Any, why: str
) -> None:
    message = tell_lesson(school, school.sana)
    change(room, school)

    send_due(school.now, 10)

    assert mail.outbox == []
    assert state_of(message) == ("dropped", why)
    message.refresh_from_db()
    assert message.why_dropped == why
    assert in_words(list(shown_to(school.sana, school.now)), school.now) == []


def test_a_lesson_that_began_is_not_mailed_about_but_stays_in_the_app(school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.sana, stale_at=school.now + timedelta(minutes=5))
    school.clock.advance(minutes=5)

    send_due(school.now, 10)

    assert mail.outbox == []
    assert state_of(message) == ("dropped", "stale")
    assert list(shown_to(school.sana, school.now)) == [message]


@pytest.mark.parametrize(
    ("change", "why"), [({"is_active": False}, "account_closed"), ({"joined_at": None}, "not_joined")]
)
def test_nobody_is_mailed_who_is_not_there(
    school: School, room: Lessons, change: dict[str, Any], why: str
) -> None:
    message = tell_lesson(school, school.sana)
    User.objects.filter(pk=school.sana.pk).update(**change)

    send_due(school.now, 10)

    assert mail.outbox == []
    assert state_of(message) == ("dropped", why)


def test_whoever_has_not_joined_costs_no_claim(school: School, room: Lessons) -> None:
    people = [school.person(f"invited{index}") for index in range(30)]
    User.objects.filter(pk__in=[person.pk for person in people]).update(joined_at=None)
    told = tell_all(
        people=[*people, school.sana],
        kind="lesson.moved",
        fact_key=f"{LESSON}:1",
        data={"lesson": 7},
        now=school.now,
    )

    assert send_due(school.now, 1) == 1

    assert [message.to for message in mail.outbox] == [[school.sana.email]]
    states = Delivery.objects.filter(message__in=told).values_list("state", "last_error_code", "attempts")
    assert sorted(states) == [("dropped", "not_joined", 0)] * 30 + [("sent", "", 1)]
    # in the app they find it once they join
    assert [message.person for message in shown_to(people[0], school.now)] == [people[0]]


def test_nothing_goes_out_before_its_time(school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana, not_before=school.now + timedelta(seconds=10))

    assert send_due(school.now, 10) == 0
    assert send_due(school.clock.advance(seconds=10), 10) == 1


def test_who_turned_a_kind_off_gets_no_mail_of_it(school: School, room: Lessons) -> None:
    choose_mails(person=school.sana, wanted={"lesson.tip": False, "lesson.moved": False})
    tip = tell_lesson(school, school.sana, kind="lesson.tip")
    moved = tell_lesson(school, school.sana)  # can't be turned off

    send_due(school.now, 10)

    assert state_of(tip) == ("dropped", "not_wanted")
    assert state_of(moved) == ("sent", "")
    assert set(shown_to(school.sana, school.now)) == {tip, moved}


def test_what_somebody_typed_becomes_neither_link_nor_header(school: School, room: Lessons) -> None:
    room.quote = (
        "Your account is locked\r\nBcc: all@school.example\nhttp://evil.example/login or evil.example"
    )
    tell_lesson(school, school.sana)
    send_due(school.now, 10)

    sent = mail.outbox[0]
    html = sent.alternatives[0].content  # type: ignore[attr-defined]
    assert parsed(sent)["Bcc"] is None
    for text in (sent.body, html):
        assert "http://evil" not in text
        assert "evil.example" not in text
    assert html.count("href=") == 1


def test_refused_for_now_comes_again_later(school: School, room: Lessons, server: type[Answers]) -> None:
    message = tell_lesson(school, school.sana)
    server.at_send = [smtplib.SMTPRecipientsRefused({"sana@school.example": (451, b"try later")})]

    send_due(school.now, 10)

    assert state_of(message) == ("waiting", "refused for now: 451")
    assert message.deliveries.get().next_at > school.now
    assert send_due(school.now, 10) == 0
    assert send_due(school.clock.advance(minutes=1), 10) == 1
    assert server.sent == ["sana@school.example"]


def test_refused_for_a_whole_day_fails(school: School, room: Lessons, server: type[Answers]) -> None:
    message = tell_lesson(school, school.sana)
    school.clock.advance(hours=24, seconds=1)
    server.at_send = [smtplib.SMTPDataError(452, b"mailbox full")]

    send_due(school.now, 10)

    assert state_of(message) == ("failed", "refused for now: 452")


@pytest.mark.parametrize(
    "problem",
    [
        smtplib.SMTPRecipientsRefused({"sana@school.example": (550, b"no such user")}),
        smtplib.SMTPDataError(550, b"spam"),
    ],
)
def test_refused_for_good_fails_at_once_and_others_go_out(
    school: School, room: Lessons, server: type[Answers], problem: smtplib.SMTPException
) -> None:
    message = tell_lesson(school, school.sana)
    tell_lesson(school, school.tariq)
    server.at_send = [problem]

    send_due(school.now, 10)

    assert state_of(message) == ("failed", "refused: 550")
    assert server.sent == ["tariq@school.example"]


@pytest.mark.parametrize(
    "problem", [TimeoutError(), smtplib.SMTPServerDisconnected("gone"), ConnectionResetError()]
)
def test_a_lost_answer_is_never_sent_again_by_itself(
    school: School, room: Lessons, server: type[Answers], problem: OSError
) -> None:
    message = tell_lesson(school, school.sana)
    server.at_send = [problem]

    send_due(school.now, 10)
    send_due(school.clock.advance(days=3), 10)

    assert state_of(message) == ("failed", "may_have_arrived")
    assert server.sent == []
    assert [(mail.to, mail.may_have_arrived) for mail in failed_deliveries()[1]] == [
        ("sana@school.example", True)
    ]


def test_an_unreachable_server_holds_all_back_and_loses_none(
    school: School, room: Lessons, server: type[Answers]
) -> None:
    messages = [tell_lesson(school, school.sana), tell_lesson(school, school.tariq)]
    server.at_open = [ConnectionRefusedError(), smtplib.SMTPAuthenticationError(535, b"user and password")]

    send_due(school.now, 10)
    send_due(school.clock.advance(seconds=1), 10)

    assert breaker.is_open("mail")
    assert [state_of(message)[0] for message in messages] == ["waiting", "waiting"]
    school.clock.advance(seconds=31)  # one probe, which is answered
    for _turn in range(3):
        send_due(school.clock.advance(seconds=31), 10)
    assert sorted(server.sent) == ["sana@school.example", "tariq@school.example"]


def test_an_error_says_nothing_that_the_server_echoed(
    school: School, room: Lessons, server: type[Answers]
) -> None:
    message = tell_lesson(school, school.sana)
    server.at_open = [smtplib.SMTPAuthenticationError(535, b"wrong password hunter2")]

    send_due(school.now, 10)

    assert state_of(message) == ("waiting", "unreachable: SMTPAuthenticationError 535")


def test_a_sender_that_died_leaves_a_mail_that_may_have_arrived(school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.sana)
    Delivery.objects.update(state="sending", fence=1, lease_until=clock.lease_now() - timedelta(seconds=1))

    send_due(school.now, 10)

    assert mail.outbox == []
    assert state_of(message) == ("failed", "may_have_arrived")


def test_a_living_sender_is_left_alone(school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.sana)
    Delivery.objects.update(state="sending", fence=1, lease_until=clock.lease_now() + timedelta(minutes=1))

    assert send_due(school.now, 10) == 0
    assert state_of(message) == ("sending", "")


def test_a_fault_in_one_rooms_words_holds_up_nobody_else(
    school: School, room: Lessons, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tell(person=school.sana, kind="lesson.moved", fact_key="x", data={}, now=school.now)  # no lesson
    tell_lesson(school, school.tariq)

    send_due(school.now, 10)

    assert broken is not None
    assert state_of(broken) == ("failed", "not_written")
    assert [sent.to for sent in mail.outbox] == [["tariq@school.example"]]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "mail_not_written"
    ]


def test_an_admin_tries_again_and_the_copy_has_the_same_name(
    school: School, room: Lessons, server: type[Answers]
) -> None:
    message = tell_lesson(school, school.sana)
    server.at_send = [TimeoutError()]
    send_due(school.now, 10)
    delivery = message.deliveries.get()

    assert retry_mail(mail=delivery, by=school.ada, now=school.now)
    assert not retry_mail(mail=delivery, by=school.ada, now=school.now)
    send_due(school.now, 10)

    assert server.sent == ["sana@school.example"]
    assert message.deliveries.get().provider_id == delivery.provider_id


def test_sending_within_a_transaction_is_refused(school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana)

    with transaction.atomic(), pytest.raises(RuntimeError):
        send_due(school.now, 10)

    assert mail.outbox == []


def test_account_mail_is_kept_encrypted_and_gone_once_sent(school: School) -> None:
    EmailMessage(
        "Reset your password", "Your link: https://secret.example/abc", to=["sana@school.example"]
    ).send()
    row = QueuedMail.objects.get()
    stored = QueuedMail.objects.filter(pk=row.pk).values_list("sealed", flat=True)[0]
    assert mail.outbox == []
    assert "secret" not in stored

    send_due(school.now, 10)

    assert [(sent.subject, sent.body) for sent in mail.outbox] == [
        ("Reset your password", "Your link: https://secret.example/abc")
    ]
    row.refresh_from_db()
    assert (row.state, row.sealed) == ("sent", None)


def test_account_mail_goes_with_the_transaction_that_wanted_it(school: School) -> None:
    with transaction.atomic():
        EmailMessage("Reset your password", "…", to=["sana@school.example"]).send()
        transaction.set_rollback(True)

    assert QueuedMail.objects.count() == 0


def test_due_is_read_by_the_products_clock(school: School, room: Lessons) -> None:
    at: datetime = school.now
    tell_lesson(school, school.sana)

    assert send_due(at - timedelta(seconds=1), 10) == 0
    assert send_due(at, 10) == 1
