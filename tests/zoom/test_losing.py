"""A lost connection is told once, with what is at stake and the way to mend it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.core.hooks import Consequence
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.zoom import losing, needs, tokens
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import ZoomUser
from tests.classes.rows import make_class
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import browser, connect, say


@pytest.fixture
def lost(linked: LinkedZoom, school: School) -> ZoomUser:
    host = linked.connect(school.tariq)
    tokens.mark_lost(host, version=1, now=linked.now)
    return host


def anew(person: User) -> User:
    """The person as the next request reads her."""
    return User.objects.get(pk=person.pk)


def test_the_mail_names_the_classes_and_the_way(
    linked: LinkedZoom,
    school: School,
    lost: ZoomUser,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_stake = [Consequence("1 coming class can’t be changed.", ("Sets, Tue 3 Mar, 10:00",))]
    monkeypatch.setattr(hooks.consequences_of, "_answerers", [lambda **_question: at_stake])

    assert losing.tell_due(linked.now) == 1
    assert losing.tell_due(linked.now) == 0
    send_due(linked.now)

    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([school.tariq.email], "Connect Zoom again")
    for words in ("1 coming class can’t be changed.", "Sets, Tue 3 Mar, 10:00", "/zoom/connect/"):
        assert words in str(mail.body)


def test_mended_before_it_was_sent_nothing_is_sent(
    site: LinkedZoom, school: School, lost: ZoomUser, mailoutbox: list[EmailMessage]
) -> None:
    losing.tell_due(site.now)
    connect_again = connect(site, school.tariq, school.tariq.email)
    say(connect_again, "yes")

    send_due(site.now)

    assert mailoutbox == []


def test_she_and_the_admin_see_it_until_it_is_mended_and_nobody_else(
    linked: LinkedZoom, school: School, lost: ZoomUser
) -> None:
    titles = {
        person: [problem.title for problem in needs.needs(person=anew(person), now=linked.now)]
        for person in (school.tariq, school.ada, school.olu)
    }

    assert titles == {
        school.tariq: ["Zoom must be connected again"],
        school.ada: [f"{school.tariq.name} must connect Zoom again"],
        school.olu: [],
    }
    assert "Reconnect to Zoom" in browser(school.tariq).get("/zoom/connect/").content.decode()
    assert not Message.objects.exists()


def test_the_admin_reads_how_many_classes_are_at_stake_and_which(
    linked: LinkedZoom, school: School, lost: ZoomUser
) -> None:
    for number in range(4):
        at = linked.now + timedelta(days=1 + number)
        made = make_class(school.program, school.tariq, at, topic=f"Class {number}", now=linked.now)
        lost.claims.create(held_for=made.uid, starts_at=made.starts_at, ends_at=made.ends_at)

    [problem] = needs.needs(person=school.ada, now=linked.now)

    assert problem.detail.endswith("4 coming classes are at stake.")
    days = ("Tue 3 Mar", "Wed 4 Mar", "Thu 5 Mar")
    assert [title for title, _url in problem.things] == [
        f"{day}, 08:00: ALG-2 · Class {number} · Tariq" for number, day in enumerate(days)
    ]
    assert problem.more == 1
    page = browser(school.ada).get("/").text
    for title, url in problem.things:
        assert f'<a href="{url}">{title}</a>' in page
    assert "1 more" in page


@pytest.mark.parametrize("why", ["deactivated", "deleted"])
def test_of_a_zoom_user_who_is_no_longer_active_nobody_is_asked_to_connect(
    linked: LinkedZoom, school: School, mailoutbox: list[EmailMessage], why: str
) -> None:
    host = linked.connect(school.tariq)
    ZoomUser.objects.update(state=HostState.GONE, state_reason=why)

    assert losing.tell_due(linked.now) == 1
    send_due(linked.now)

    [mail] = mailoutbox
    page = browser(school.tariq).get("/zoom/connect/").content.decode()
    [own] = needs.needs(person=anew(school.tariq), now=linked.now)
    [told] = needs.needs(person=school.ada, now=linked.now)
    assert mail.subject == own.title == "Your Zoom user is no longer active"
    assert told.title == f"{school.tariq.name}’s Zoom user is no longer active"
    for text in (str(mail.body).replace("\u200b", ""), page, told.detail):
        assert f"{host.email} was {why} at Zoom." in text
        assert ("The Zoom admin can reactivate it" in text) is (why == "deactivated")
        assert "onnect Zoom again" not in text
        assert "Reconnect" not in text
    assert told.owner_uid is None


def test_new_classes_wait_only_where_no_shared_host_takes_them(
    linked: LinkedZoom, school: School, lost: ZoomUser
) -> None:
    said = "new ones and changes wait until you connect."
    page = browser(school.tariq).get("/zoom/connect/").content.decode()
    assert said in page
    ZoomUser.objects.create(
        account=lost.account,
        zoom_user_id="shared",
        email="room1@school.example",
        kind="pool",
        by_account=True,
        licence="licensed",
        state=HostState.CONNECTED,
        state_since=linked.now,
    )
    page = browser(school.tariq).get("/zoom/connect/").content.decode()
    assert said not in page
    assert "New ones are held on the organisation’s shared hosts." in page
