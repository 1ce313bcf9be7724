"""During a class its register shows who is there; afterwards, and meanwhile, who nobody knows is named."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance.enums import Room
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import IdentityLink, Register
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message
from tests.attendance.rows import Told
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class

pytestmark = pytest.mark.django_db
PART = {"HX-Request-Type": "partial"}


@pytest.fixture(autouse=True)
def fresh() -> None:
    """What is kept for a moment is of another test."""
    cache.clear()


def to(session: ClassSession, end: str = "") -> str:
    return f"/classes/{session.code}/attendance/{end}"


def read(told: Told, session: ClassSession | None = None, **query: str) -> Any:
    return signed_in(told.school.tariq).get(to(session or told.session), query)


def keys_of(page: Any) -> list[str]:
    return re.findall(r'name="keys" value="([\d,]+)"', page.content.decode())


def fold(told: Told) -> None:
    """The worker's turn, now."""
    told.name()
    fold_register(told.register.pk, told.school.now)


def after(told: Told) -> None:
    """An hour after the class, all folded."""
    told.school.clock.set(told.at(120))
    fold(told)


def say(client: Client, session: ClassSession, page: Any, choice: str, person: User | None = None) -> Any:
    typed = {"keys": keys_of(page)[0], "choice": choice, "remember": "on"}
    return client.post(to(session, "people/"), typed | ({"person": str(person.uid)} if person else {}))


def test_somebody_unknown_is_named_once_and_known_again_in_the_next_class(told: Told) -> None:
    school = told.school
    told.sitting(until=60)
    told.somebody("iPhone de Eva", 0, 60)
    after(told)
    page = read(told)
    assert "Who are these? 1" in text_of(page)
    assert "iPhone de Eva" in text_of(page)

    answer = say(signed_in(school.tariq), told.session, page, "person", school.sana)

    assert answer.status_code == 302
    assert "Who are these?" not in text_of(read(told))
    assert "1 present" in text_of(read(told))
    other = Told(school, make_class(school.program, school.tariq, told.at(180), now=school.now))
    other.sitting("two", until=60)
    other.somebody("iPhone de Eva", 0, 60, uuid="two")
    other.click(school.sana, -1)
    after(other)
    assert "Who are these?" not in text_of(read(told, other.session))
    assert "1 present" in text_of(read(told, other.session))


def test_naming_is_undone_with_what_was_remembered_of_it(told: Told) -> None:
    told.sitting(until=60)
    told.somebody("iPhone de Eva", 0, 60)
    after(told)
    client = signed_in(told.school.tariq)
    say(client, told.session, read(told), "person", told.school.sana)
    page = client.get(to(told.session)).content.decode()
    undo = re.search(r'action="([^"]+people/[\w-]+/undo/)"', page)
    assert undo

    client.post(undo[1])

    assert "Who are these? 1" in text_of(read(told))
    assert "1 absent" in text_of(read(told))
    assert not IdentityLink.objects.exists()


def test_what_was_said_long_ago_is_taken_back_from_the_register(told: Told) -> None:
    school = told.school
    told.sitting(until=60)
    told.somebody("iPhone", 0, 60)
    told.somebody("Aunt", 0, 60)
    after(told)
    tariq = signed_in(school.tariq)
    say(tariq, told.session, read(told), "guest")
    say(tariq, told.session, read(told), "person", school.sana)
    Register.objects.update(state="final", final_at=school.now)

    said = text_of(read(told))

    assert "People named by hand 2" in said
    assert "“ iPhone ” → Guest Tariq" in said
    assert "“ Aunt ” → Sana Tariq" in said
    assert "remembered for the next class" in said
    alone = tariq.get(to(told.session, f"students/{school.sana.uid}/"))
    undo = re.findall(r'action="([^"]+people/[\w-]+/undo/)"', alone.content.decode())
    assert "“ Aunt ” → Sana" in text_of(alone)
    assert "“ iPhone ”" not in text_of(alone)

    # the toasts' own ways to undo come first
    tariq.post(undo[-1])

    said = text_of(read(told))
    assert "Who are these? 1" in said
    assert "1 absent" in said
    assert "“ iPhone ” → Guest" in said
    assert "“ Aunt ” → Sana" not in said
    assert "Absent, 0 min, A participant was named by Tariq" in said
    assert not IdentityLink.objects.filter(person=school.sana).exists()


@pytest.mark.parametrize("choice", ["guest", "ignored"])
def test_a_guest_and_somebody_to_ignore_leave_the_tray_and_credit_nobody(told: Told, choice: str) -> None:
    told.sitting(until=60)
    told.somebody("Aunt", 0, 60)
    after(told)

    say(signed_in(told.school.tariq), told.session, read(told), choice)

    said = text_of(read(told))
    assert "Who are these?" not in said
    assert "1 absent" in said


def test_waiting_to_be_let_in_is_told_apart_from_being_there(told: Told) -> None:
    told.sitting()
    told.somebody("Phone", 2, 6, room=Room.WAITING, stay="p")
    told.somebody("Phone", 6, stay="p")
    told.somebody("Aunt", 3, room=Room.WAITING)
    told.school.clock.set(told.at(30))
    fold(told)

    page = read(told)

    said = text_of(page)
    assert "Phone there since 09:06, after 4 min in the waiting room" in said
    assert "Aunt only waited, from 09:03" in said
    tray = page.content.decode().split('id="tray"')[1].split("data-register")[0]
    # of eighty minutes: the wait of four hatched, then solid to the thirtieth; of the other the wait alone
    assert re.findall(r'<rect class="(\w)" x="([\d.]+)%" y="3" width="([\d.]+)%"', tray) == [
        ("w", "15.0", "5.0"),
        ("b", "20.0", "30.0"),
        ("w", "16.25", "33.75"),
    ]


def test_two_devices_of_one_name_are_two_rows(told: Told) -> None:
    told.sitting(until=60)
    told.somebody("iPhone", 0, 60, key="m1", stay="1")
    told.somebody("iPhone", 5, 60, key="m2", stay="2")
    after(told)
    page = read(told)
    assert "Who are these? 2" in text_of(page)

    say(signed_in(told.school.tariq), told.session, page, "person", told.school.sana)

    assert "Who are these? 1" in text_of(read(told))


def test_choosing_nobody_is_answered_at_the_field(told: Told) -> None:
    told.sitting(until=60)
    told.somebody("Aunt", 0, 60)
    after(told)

    answer = say(signed_in(told.school.tariq), told.session, read(told), "person")

    assert answer.status_code == 422
    assert "Choose a student who was enrolled when the class was held." in text_of(answer)
    assert "Who are these? 1" in text_of(answer)


def test_who_was_not_seen_is_offered_first_and_why_somebody_is_likely_is_said(told: Told) -> None:
    school = told.school
    school.enrol(school.person("bea"), school.program)
    told.sitting(until=60)
    told.somebody("Bea", 0, 60)
    told.click(User.objects.get(name="Bea"), -1)
    told.somebody("Sana", 5, 60)
    after(told)

    page = read(told).content.decode()

    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page)
    assert [(label, re.findall(r">([^<]+)</option>", options)) for label, options in groups] == [
        ("Likely", ["Sana"]),
        ("Not seen in the class", ["Sana"]),
        ("Seen already, with another device", ["Bea"]),
        ("Teachers", ["Tariq"]),
    ]
    assert "Perhaps Sana: has that name, and pressed no Join just before." in page


def during(told: Told) -> None:
    """Ten past: Sana is here, Bea waits, Cem has left, Dan is missing, a phone is nobody's."""
    school = told.school
    for name in ("bea", "cem", "dan"):
        school.enrol(school.person(name), school.program)
    for name in ("Sana", "Bea", "Cem"):
        told.click(User.objects.get(name=name), -1)
    told.sitting()
    told.somebody("Sana", 0)
    told.somebody("Bea", 2, room=Room.WAITING)
    told.somebody("Cem", 1, 5)
    told.somebody("Phone", 3)
    school.clock.set(told.at(10))
    fold(told)


def test_a_running_class_shows_who_is_here_and_who_is_not(told: Told) -> None:
    during(told)

    page = read(told)
    said = text_of(page)

    assert "1 of 4 here" in said
    assert "1 isn’t here yet Dan" in said
    assert "1 in it whom nobody knows yet." in said
    assert re.findall(r"<p><bdi>(\w+)</bdi><small>(.*?)</small>", page.content.decode()) == [
        ("Bea", "In the waiting room since 09:02"),
        ("Cem", "Left at 09:05"),
        ("Dan", "Not here yet"),
        ("Sana", "Here since 09:00"),
    ]
    assert "hx-trigger" in page.content.decode()


def test_watching_costs_one_making_and_is_answered_in_two_words_while_nothing_changes(told: Told) -> None:
    during(told)
    tariq, tove = signed_in(told.school.tariq), signed_in(told.school.tove)
    tag = tariq.get(to(told.session))["HX-PTag"]

    with CaptureQueriesContext(connection) as seen:
        answer = tove.get(to(told.session), headers=PART | {"HX-PTag": tag})

    assert answer.status_code == 304
    assert not [each for each in seen if "attendance_interval" in each["sql"]]
    told.somebody("Dan", 11)
    told.school.clock.advance(seconds=4)
    assert tove.get(to(told.session), headers=PART | {"HX-PTag": tag}).status_code == 200


def test_the_missing_are_sent_the_link_once_each(told: Told) -> None:
    during(told)
    client = signed_in(told.school.tariq)
    assert "Nudge the 1 missing" in text_of(read(told))

    client.post(to(told.session, "nudge/"))
    again = client.post(to(told.session, "nudge/"), follow=True)

    rows = Message.objects.filter(kind="attendance.nudge")
    assert [message.person.name for message in rows] == ["Dan"]
    assert "was sent the link already" in again.content.decode()
    said = text_of(read(told))
    assert "Not here yet; the link was sent" in said
    assert "Nudge the" not in said


def test_nobody_is_called_into_a_class_that_is_over(told: Told) -> None:
    during(told)
    told.school.clock.set(told.at(61))

    answer = signed_in(told.school.tariq).post(to(told.session, "nudge/"), follow=True)

    assert "The class isn’t on" in answer.content.decode()
    assert not Message.objects.filter(kind="attendance.nudge").exists()


def test_zoom_is_read_again_on_request_and_not_twice_in_two_minutes(told: Told) -> None:
    told.sitting(until=60)
    told.somebody("Sana", 0, 60)
    after(told)
    client = signed_in(told.school.tariq)

    first = client.post(to(told.session, "reading/"), follow=True).content.decode()
    second = client.post(to(told.session, "reading/"), follow=True).content.decode()

    assert "Zoom is being asked." in first
    assert "Zoom was asked a moment ago." in second
    assert Register.objects.get(session=told.session).plan.asked_by == told.school.tariq


def test_of_twenty_whom_nobody_knows_five_are_asked_about_at_a_time(told: Told) -> None:
    told.sitting(until=60)
    for number in range(20):
        told.somebody(f"Device {number:02}", number, 60)
    after(told)
    first, last = read(told), read(told, tray="4")

    assert "Who are these? 20" in text_of(first)
    assert "1–5 of 20" in text_of(first)
    assert (len(keys_of(first)), len(keys_of(last))) == (5, 5)
    # the longest there come first
    assert ["Device 00" in text_of(page) for page in (first, last)] == [True, False]
    assert ["Device 19" in text_of(page) for page in (first, last)] == [False, True]

    # who presses without choosing sees what is missing, where she pressed
    keys = re.findall(r'name="keys" value="([\d,]+)"', last.content.decode())[-1]
    answer = signed_in(told.school.tariq).post(
        to(told.session, "people/") + "?tray=4", {"keys": keys, "choice": "person", "person": ""}
    )
    text = text_of(answer)
    assert "16–20 of 20" in text
    assert "Choose a student" in text


def test_each_choice_says_of_whom_it_is_and_namesakes_are_told_apart(told: Told) -> None:
    told.somebody("Ana Gil", 0, 30, key="a", stay="a")
    told.somebody("Ana Gil", 10, 55, key="b", stay="b")
    told.somebody("Oma", 0, 20, key="c", stay="c")
    after(told)

    page = read(told)

    named = re.findall(r'aria-label="(Who [^"]+ is)"', page.content.decode())
    assert len(set(named)) == 3
    assert "Who Oma is" in named
    assert [one.split(",")[0] for one in named].count("Who Ana Gil") == 2
    said = text_of(page)
    for words in ("That’s who it is", "Guest", "Ignore", "Remember it for the next class"):
        assert f"{words} : Oma" in said.replace(":", " :").replace("  ", " ")
