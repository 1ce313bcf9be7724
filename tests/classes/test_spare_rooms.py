"""A room is kept for the day on which Zoom is down: one press leads a class there, ten seconds undo it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.classes.elsewhere import held_elsewhere
from eduraise.classes.models import ClassSession, OtherLink
from eduraise.classes.spare_rooms import keep_spare_room
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.programs.models import SpareRoom
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db
ROOM = "https://meet.example.org/algebra?pin=4711"
PRESS = "Zoom is down: use meet.example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class, which was to begin two minutes ago; sana attends it."""
    _ = school.sana
    return make_class(school.program, school.tariq, school.now - 2 * MINUTE, now=school.now)


@pytest.fixture
def room(school: School) -> None:
    keep_spare_room(person=school.tariq, url=ROOM, now=school.now)


def press(school: School, session: ClassSession, tail: str = "") -> Any:
    return signed_in(school.tariq).post(f"/classes/{session.code}/spare-room/{tail}", follow=True)


def standing() -> list[str]:
    return list(OtherLink.objects.filter(ended_at=None).values_list("shown_host", flat=True))


def test_a_teacher_keeps_a_room_in_her_settings(school: School) -> None:
    browser = signed_in(school.tariq)
    assert "Your room outside Zoom" in text_of(browser.get("/settings/"))
    assert browser.post("/settings/spare-room/", {"url": "http://meet.example.org"}).status_code == 422
    page = browser.get("/settings/spare-room/").content.decode()
    assert '<a href="/settings/" aria-current="page"' in page
    assert '<a href="/classes/" aria-current="page"' not in page
    sent = fields_of(browser.get("/settings/spare-room/"), "spare-room") | {"url": ROOM}
    assert browser.post("/settings/spare-room/", sent).status_code == 302
    assert "One press leads a class of yours to meet.example.org." in text_of(browser.get("/settings/"))
    assert AuditEntry.objects.get(verb="spare_room.kept").after == {"host": "meet.example.org"}
    assert fields_of(browser.get("/settings/spare-room/"), "spare-room")["url"] == ROOM
    browser.post("/settings/spare-room/", {"url": ""})
    assert not SpareRoom.objects.exists()
    assert "outside Zoom" not in text_of(signed_in(school.sana).get("/settings/"))


def test_one_press_from_today_leads_everybody_there(
    school: School, session: ClassSession, room: None
) -> None:
    for who, page in ((school.tariq, "/"), (school.tariq, f"/classes/{session.code}/"), (school.ada, "/")):
        answer = signed_in(who).get(page)
        assert PRESS in text_of(answer)
        assert "4711" not in answer.content.decode()
    answer = press(school, session)
    assert "leads to meet.example.org now." in answer.content.decode()
    assert f'action="/classes/{session.code}/spare-room/undo/"' in answer.content.decode()

    way = signed_in(school.sana).post(f"/j/{session.code}/join")
    assert f'href="{ROOM}"' in way.content.decode()
    assert PRESS not in text_of(signed_in(school.tariq).get("/"))


def test_people_are_told_in_ten_seconds_and_not_at_all_if_it_is_undone(
    school: School, session: ClassSession, room: None
) -> None:
    press(school, session)
    message = Message.objects.get(kind="class.elsewhere")
    assert (message.person, message.not_before) == (school.sana, school.now + timedelta(seconds=10))
    school.clock.advance(seconds=5)
    assert "leads into Zoom again" in press(school, session, "undo/").content.decode()
    assert (standing(), OtherLink.objects.count(), held_elsewhere([session])) == ([], 0, set())
    message.refresh_from_db()
    assert message.dropped_at is not None

    press(school, session)
    school.clock.advance(seconds=30)
    press(school, session, "undo/")
    # too late for that: it was held elsewhere for a while, and whoever was told is told so
    assert (standing(), held_elsewhere([session])) == ([], {session.pk})
    second = Message.objects.filter(kind="class.elsewhere").latest("pk")
    assert not kind_of(second.kind).still_true(second, school.now)
    assert "was ended already" in press(school, session, "undo/").content.decode()


def test_whoever_went_there_in_those_seconds_was_there(
    school: School, session: ClassSession, room: None
) -> None:
    press(school, session)
    signed_in(school.sana).post(f"/j/{session.code}/join")
    school.clock.advance(seconds=5)
    press(school, session, "undo/")
    assert (standing(), held_elsewhere([session])) == ([], {session.pk})


def test_the_organisations_room_serves_who_keeps_none(
    school: School, session: ClassSession, settings: Any
) -> None:
    settings.SPARE_ROOM = "https://rooms.example.org/hall"
    assert "Zoom is down: use rooms.example.org" in text_of(signed_in(school.tariq).get("/"))
    press(school, session)
    assert standing() == ["rooms.example.org"]
    settings.SPARE_ROOM = "http://localhost/hall"
    assert "Zoom is down: use" not in text_of(signed_in(school.tariq).get(f"/classes/{session.code}/"))


def test_without_a_room_the_form_asks_for_the_link(school: School, session: ClassSession) -> None:
    assert "Zoom is down: use" not in text_of(signed_in(school.tariq).get("/"))
    assert "Link to the other room" in text_of(press(school, session))
    assert standing() == []


def test_nobody_else_may(school: School, session: ClassSession, room: None) -> None:
    for who in (school.sana, school.tove, school.olu):
        assert signed_in(who).post(f"/classes/{session.code}/spare-room/").status_code == 404
        assert signed_in(who).post(f"/classes/{session.code}/spare-room/undo/").status_code == 404
    assert standing() == []
