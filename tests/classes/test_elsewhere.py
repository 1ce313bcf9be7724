"""Zoom is down: one link leads the class elsewhere, by the door that people know, until it is ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes.changing import ClassOver
from eduraise.classes.elsewhere import (
    LinkUnfit,
    checked,
    end_other_link,
    give_other_link,
    held_elsewhere,
)
from eduraise.classes.models import ClassSession, JoinClick, OtherLink
from eduraise.classes.numbers import numbers_of
from eduraise.classes.states import has_paused, state_of, was_missed
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.programs.syllabus import add_topics
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class, sit, want
from tests.school import School

ROOM = "https://meet.example.org/algebra?pin=4711"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class, which begins in five minutes; sana attends it."""
    _ = school.sana, school.finn
    return make_class(school.program, school.tariq, school.now + 5 * MINUTE, now=school.now)


def give(school: School, session: ClassSession, url: str = ROOM) -> OtherLink:
    return give_other_link(session=session, url=url, by=school.tariq, now=school.now)


def told() -> list[str]:
    return sorted(Message.objects.filter(kind="class.elsewhere").values_list("person__name", flat=True))


def test_one_link_leads_everybody_elsewhere(school: School, session: ClassSession) -> None:
    tariq, sana = signed_in(school.tariq), signed_in(school.sana)
    page = tariq.get(f"/classes/{session.code}/other-link/")
    sent = fields_of(page, "other-link") | {"url": ROOM}
    assert tariq.post(f"/classes/{session.code}/other-link/", sent).status_code == 302

    door = sana.get(f"/j/{session.code}")
    assert "It is held elsewhere today" in text_of(door)
    assert "At meet.example.org, not in Zoom" in text_of(door)
    assert b"pin=4711" not in door.content
    way = sana.post(f"/j/{session.code}/join")
    assert (way.status_code, way["Cache-Control"], way["Referrer-Policy"]) == (200, "no-store", "no-referrer")
    assert f'href="{ROOM}"' in way.content.decode()
    assert JoinClick.objects.values_list("person__name", "way").get() == ("Sana", "other_link")
    assert "Held at meet.example.org, not in Zoom" in text_of(sana.get(f"/classes/{session.code}/"))
    assert held_elsewhere([session]) == {session.pk}


def test_those_enrolled_are_told_once_and_never_the_link(school: School, session: ClassSession) -> None:
    give(school, session)
    message = Message.objects.get(kind="class.elsewhere")
    letter = kind_of(message.kind).words([message], school.now)[message.pk]

    assert told() == ["Sana"]
    assert letter.path == f"/j/{session.code}"
    assert "meet.example.org" in letter.sentences[0]
    assert "4711" not in repr(letter)
    entry = AuditEntry.objects.get(verb="class.led_elsewhere")
    assert entry.after == {"host": "meet.example.org"}


def test_it_is_told_by_its_topic_of_the_syllabus_of_then(school: School, session: ClassSession) -> None:
    ClassSession.objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Sets"], by=school.ada, now=school.now)
    give(school, session)
    message = Message.objects.get(kind="class.elsewhere")

    school.program.topics.update(title="Graphs")
    letter = kind_of(message.kind).words([message], school.now)[message.pk]
    assert letter.title == "“Algebra II: Sets” is held elsewhere, not in Zoom"


def test_another_link_takes_the_place_of_the_first(school: School, session: ClassSession) -> None:
    give(school, session)
    give(school, session, "https://other.example.org/x")

    assert list(OtherLink.objects.filter(ended_at=None).values_list("shown_host", flat=True)) == [
        "other.example.org"
    ]
    # of two that wait only the newer says what is so
    assert Message.objects.filter(kind="class.elsewhere", dropped_at=None).count() == 1


def test_one_press_leads_back_into_zoom(school: School, session: ClassSession) -> None:
    give(school, session)
    assert signed_in(school.tariq).post(f"/classes/{session.code}/other-link/end/").status_code == 302

    sana = signed_in(school.sana)
    assert sana.post(f"/j/{session.code}/join").status_code == 303
    message = Message.objects.get(kind="class.elsewhere")
    assert not kind_of(message.kind).still_true(message, school.now)
    with pytest.raises(Changed):
        end_other_link(session=session, by=school.tariq, now=school.now)
    # that it was held elsewhere for a while stays true
    assert held_elsewhere([session]) == {session.pk}
    page = text_of(signed_in(school.tariq).get(f"/classes/{session.code}/"))
    assert "Held at meet.example.org, not in Zoom" in page
    assert "Back in Zoom" in page


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_the_door_needs_nothing_of_zoom_then(school: School, state: str) -> None:
    session = make_class(
        school.program, school.tariq, school.now, now=school.now, at_zoom=False, operation=state
    )
    _ = school.sana
    assert signed_in(school.sana).post(f"/j/{session.code}/join").status_code == 302  # to the door, closed
    give(school, session)

    assert signed_in(school.sana).post(f"/j/{session.code}/join").status_code == 200


def test_it_opens_when_the_door_does(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + 60 * MINUTE, now=school.now)
    _ = school.sana
    give(school, session)
    assert signed_in(school.sana).post(f"/j/{session.code}/join")["Location"] == f"/j/{session.code}"
    assert b"meet.example.org/algebra" not in signed_in(school.sana).get(f"/j/{session.code}").content

    school.clock.advance(minutes=50)
    assert signed_in(school.sana).post(f"/j/{session.code}/join").status_code == 200


def test_nobody_waits_for_a_class_that_is_over(school: School, session: ClassSession) -> None:
    school.clock.advance(hours=2)
    with pytest.raises(ClassOver):
        give(school, session)
    assert signed_in(school.tariq).get(f"/classes/{session.code}/other-link/").status_code == 404


def test_who_only_attends_or_assists_leads_nobody_anywhere(school: School, session: ClassSession) -> None:
    for person in (school.sana, school.tove, school.olu, school.finn):
        browser = signed_in(person)
        assert browser.post(f"/classes/{session.code}/other-link/", {"url": ROOM}).status_code == 404
        assert browser.post(f"/classes/{session.code}/other-link/end/").status_code == 404
        assert "Something wrong?" not in text_of(browser.get(f"/classes/{session.code}/"))
    assert not OtherLink.objects.exists()


def test_a_link_that_leads_nowhere_good_is_refused_beside_its_field(
    school: School, session: ClassSession
) -> None:
    answer = signed_in(school.tariq).post(
        f"/classes/{session.code}/other-link/", {"url": "http://meet.example.org"}
    )
    assert answer.status_code == 422
    assert "Give a link that begins with https://" in text_of(answer)
    assert 'value="http://meet.example.org"' in answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "meet.example.org/x",
        "http://meet.example.org/x",
        "javascript:alert(1)",
        "https://user:secret@meet.example.org/x",
        "https://zoom.us@evil.example/x",
        "https://meet.example.org:8443/x",
        "https://localhost/x",
        "https://meeting/x",
        "https://192.168.1.4/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://router.local/x",
        "https://meet.example.org\\@evil.example",
        "https://meet.example.org/a b",
        "https://meet.example.org/\nx",
        "https://meet..org/",
        "https://meet.example.org/" + "x" * 500,
        "https://localhost:8000/j/7F3K2Q",
    ],
)
def test_what_is_no_link_that_people_can_be_sent_to(typed: str) -> None:
    with pytest.raises(LinkUnfit):
        checked(typed)


@pytest.mark.parametrize(
    ("typed", "address", "host"),
    [
        (f"  {ROOM} ", ROOM, "meet.example.org"),
        ("https://MEET.example.org/Room", "https://meet.example.org/Room", "meet.example.org"),
        ("https://meet.example.org:443/x#a", "https://meet.example.org/x#a", "meet.example.org"),
        ("https://mеet.example.org/x", "https://xn--met-1dd.example.org/x", "xn--met-1dd.example.org"),
    ],
)
def test_the_host_is_shown_as_machines_read_it(typed: str, address: str, host: str) -> None:
    if not typed.isascii():
        found, shown = checked(typed)
        assert shown.startswith("xn--")
        assert found == f"https://{shown}/x"
        return
    assert checked(typed) == (address, host)


def test_a_class_that_was_on_is_led_elsewhere_midway(school: School, session: ClassSession) -> None:
    sit(session, session.starts_at, ended_at=session.starts_at + 10 * MINUTE)
    assert session.occurrence
    want(session.occurrence.meeting, "update", "pending", school.now)
    school.clock.advance(minutes=30)
    give(school, session)

    page = text_of(signed_in(school.sana).get(f"/classes/{session.code}/"))
    assert "It is held elsewhere" in page
    assert "Ended in Zoom before" not in page


def test_a_class_that_was_led_elsewhere_was_held(school: School, session: ClassSession) -> None:
    """Nobody started its meeting, and that is as it should be: it is no gap in the program's numbers."""
    meeting = session.occurrence.meeting if session.occurrence else None
    assert meeting
    give(school, session)
    during = session.starts_at + 20 * MINUTE
    type(meeting).objects.filter(pk=meeting.pk).update(read_at=during)

    now = state_of(session, during)
    assert not has_paused(now, during)
    school.clock.set(during)
    assert "you can wait in Zoom" not in text_of(signed_in(school.sana).get("/"))
    assert "Held elsewhere" in text_of(signed_in(school.tariq).get(f"/classes/{session.code}/"))

    after = session.ends_at + timedelta(hours=2)
    assert not was_missed(state_of(session, after))
    numbers = numbers_of([school.program], after)[school.program.pk]
    assert (numbers.held, numbers.missed) == (1, 0)


def test_a_link_that_was_ended_before_the_class_leaves_it_unheld(
    school: School, session: ClassSession
) -> None:
    meeting = session.occurrence.meeting if session.occurrence else None
    assert meeting
    give(school, session)
    end_other_link(session=session, by=school.tariq, now=school.now)
    type(meeting).objects.filter(pk=meeting.pk).update(read_at=session.starts_at + 20 * MINUTE)

    assert was_missed(state_of(session, session.ends_at + timedelta(hours=2)))


def test_how_long_a_class_is_on_is_told_from_its_real_start(school: School, session: ClassSession) -> None:
    sit(session, session.starts_at + 8 * MINUTE)
    page = signed_in(school.sana)

    school.clock.set(session.starts_at + 20 * MINUTE)
    assert "Live for 12 min" in text_of(page.get(f"/classes/{session.code}/"))
    assert "Live for 12 min" in text_of(page.get("/"))
    school.clock.set(session.starts_at + 8 * MINUTE)
    assert "Live for" not in text_of(page.get(f"/classes/{session.code}/"))
