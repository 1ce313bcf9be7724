"""Nobody mails others through us without end; what goes beyond is held where an admin sees it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from eduraise.accounts.models import User
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Delivery, Message
from eduraise.notifications.sending import send_due
from tests.at_once import at_once
from tests.notifications.kinds import Lessons
from tests.school import School

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cap(settings: Settings) -> None:
    settings.MAILS_OF_ONE_PERSON = 3


def tell_of(number: int, by: User | None, people: list[User], now: datetime) -> None:
    tell_all(
        people=people, kind="lesson.moved", fact_key=f"{number}", data={"lesson": number}, by=by, now=now
    )


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_beyond_a_days_mails_they_are_held_and_still_told_in_the_app(
    school: School, room: Lessons, mailoutbox: list[EmailMessage]
) -> None:
    for number in (1, 2):
        tell_of(number, school.tariq, [school.sana, school.olu], school.now)
    tell_of(3, school.tove, [school.sana], school.now)

    send_due(school.now)

    assert len(mailoutbox) == 4
    assert states() == ["sent", "sent", "sent", "failed", "sent"]
    assert Message.objects.filter(person=school.olu).count() == 2


def test_the_next_day_her_mails_go_out_again(school: School, room: Lessons) -> None:
    tell_of(1, school.tariq, [school.sana, school.olu, school.tove, school.ada], school.now)
    tell_of(2, school.tariq, [school.sana], school.now + timedelta(hours=24))
    assert states() == ["waiting", "waiting", "waiting", "failed", "waiting"]


def test_admins_and_what_nobody_did_are_not_counted(school: School, room: Lessons) -> None:
    for number, by in enumerate((school.ada, None)):
        tell_of(number, by, [school.sana, school.olu, school.tove, school.tariq], school.now)
    assert set(states()) == {"waiting"}


def test_an_admin_sees_why_and_sends_them(
    client: Client, school: School, room: Lessons, mailoutbox: list[EmailMessage]
) -> None:
    tell_of(1, school.tove, [school.sana, school.olu, school.tariq, school.ada], school.now)
    send_due(school.now)
    client.force_login(school.ada)
    held = Delivery.objects.get(state="failed")

    page = client.get("/notifications/failed/").content.decode()
    client.post(f"/notifications/failed/message/{held.pk}/retry/")
    send_due(school.now)

    assert "has sent very many mails today" in page
    assert len(mailoutbox) == 4


@pytest.mark.django_db(transaction=True)
def test_acts_at_once_are_counted_one_after_the_other(room: Lessons) -> None:
    people = [User.objects.create_user(f"p{n}@school.example", name=f"P{n}", joined_at=NOW) for n in range(3)]
    sender = people[0]

    def telling(number: int) -> Callable[[], None]:
        return lambda: tell_of(number, sender, people[1:], NOW)

    at_once(*(telling(number) for number in range(4)))

    assert sorted(states()) == ["failed"] * 5 + ["waiting"] * 3
