"""A personal link that others have is replaced: one press, one change at Zoom, and she stays known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.zoom.models import FormerRegistrant, Registrant, ZoomMeeting, ZoomUser
from eduraise.zoom.renewing import NoMoreLinksToday, NoPersonalLink, renew_link
from tests.classes.pages import signed_in
from tests.linked import LinkedZoom
from tests.zoom.test_registering import at_zoom, book, choose, join, register, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    choose(linked, registers=True)
    return linked.connect(linked.school.tariq)


@pytest.fixture
def session(linked: LinkedZoom, host: ZoomUser) -> ClassSession:
    session = book(linked)
    register(linked)
    return session


def press(by: User, session: ClassSession, student: User) -> int:
    address = f"/classes/{session.code}/personal-links/{student.uid}/renewal/"
    return signed_in(by).post(address).status_code


def ask(linked: LinkedZoom) -> None:
    school, meeting = linked.school, ZoomMeeting.objects.get()
    renew_link(meeting=meeting, person=school.sana, by=school.tariq, now=linked.now)


def page(by: User, session: ClassSession) -> str:
    return signed_in(by).get(f"/classes/{session.code}/personal-links/").content.decode()


def link_of(student: User) -> str:
    return str(Registrant.objects.get(person=student).join_url)


def opens(linked: LinkedZoom, link: str) -> bool:
    number = linked.numbers()[0]
    try:
        linked.sim.people.join(number, {"registrant": link})
    except ValueError:
        return False
    return True


def test_the_former_link_opens_nothing_and_the_new_one_is_hers(
    linked: LinkedZoom, session: ClassSession
) -> None:
    sana = linked.school.sana
    former = link_of(sana)
    assert press(linked.school.tariq, session, sana) == 302
    assert "Getting another link" in page(linked.school.tariq, session)

    done = register(linked)

    assert (done["let go"], done["registered"]) == (1, 1)
    new = join(linked, sana, session)
    assert new == link_of(sana) != former
    linked.sim.people.host_start(linked.numbers()[0])
    assert (opens(linked, former), opens(linked, new)) == (False, True)


def test_a_hundred_presses_are_one_change(linked: LinkedZoom, session: ClassSession) -> None:
    for _press in range(100):
        renew_link(
            meeting=ZoomMeeting.objects.get(),
            person=linked.school.sana,
            by=linked.school.tariq,
            now=linked.now,
        )
    called = linked.sim.called("meetingRegistrantStatus"), linked.sim.called("meetingRegistrantCreate")
    register(linked)
    now = linked.sim.called("meetingRegistrantStatus"), linked.sim.called("meetingRegistrantCreate")

    assert (now[0] - called[0], now[1] - called[1]) == (1, 1)


def test_by_her_former_link_she_stays_known(linked: LinkedZoom, session: ClassSession) -> None:
    former = Registrant.objects.get().zoom_registrant_id
    press(linked.school.tariq, session, linked.school.sana)
    register(linked)

    row = FormerRegistrant.objects.get()
    assert row.zoom_registrant_id == former != row.registrant.zoom_registrant_id


def test_zoom_gives_three_a_day_and_nobody_is_left_without(linked: LinkedZoom, session: ClassSession) -> None:
    sana, tariq = linked.school.sana, linked.school.tariq
    for _time in range(2):
        press(tariq, session, sana)
        register(linked)
    link = link_of(sana)
    with pytest.raises(NoMoreLinksToday, match="three links to one meeting a day"):
        ask(linked)
    assert (states(), link_of(sana)) == ({"Sana": "registered"}, link)


@pytest.mark.parametrize("operation", ["meetingRegistrantStatus", "meetingRegistrantCreate"])
def test_a_lost_answer_is_asked_again(linked: LinkedZoom, session: ClassSession, operation: str) -> None:
    former = link_of(linked.school.sana)
    press(linked.school.tariq, session, linked.school.sana)
    linked.sim.fault("do_then_drop", operation=operation)
    for _turn in range(4):
        register(linked)
        linked.advance(minutes=1)

    assert states() == {"Sana": "registered"}
    assert link_of(linked.school.sana) not in ("None", former)
    assert len(at_zoom(linked)) == 1


def test_what_zoom_refuses_leaves_her_the_link_and_says_so(linked: LinkedZoom, session: ClassSession) -> None:
    former = link_of(linked.school.sana)
    press(linked.school.tariq, session, linked.school.sana)
    linked.sim.fault(
        "status", operation="meetingRegistrantStatus", status=400, json={"code": 300, "message": "Not now."}
    )
    register(linked)

    assert link_of(linked.school.sana) == former
    assert "Zoom refused to replace it" in page(linked.school.tariq, session)


def test_who_is_enrolled_no_more_gets_none(linked: LinkedZoom, session: ClassSession) -> None:
    press(linked.school.tariq, session, linked.school.sana)
    linked.school.sana.enrolments.update(until_at=linked.now, closed_at=linked.now)
    register(linked)

    assert (states(), at_zoom(linked)) == ({"Sana": "cancelled"}, {})


def test_of_a_class_that_is_over_none_is_given(linked: LinkedZoom, session: ClassSession) -> None:
    linked.advance(hours=3)
    with pytest.raises(NoPersonalLink):
        renew_link(
            meeting=ZoomMeeting.objects.get(),
            person=linked.school.sana,
            by=linked.school.tariq,
            now=linked.now,
        )
    assert "Another link" not in page(linked.school.tariq, session)


def test_the_page_is_for_who_hosts_and_holds_no_link(linked: LinkedZoom, session: ClassSession) -> None:
    school = linked.school
    for person in (school.ada, school.tariq):
        told = page(person, session)
        assert "Sana" in told
        assert "tk=" not in told
    address = f"/classes/{session.code}/personal-links/"
    outside = (school.sana, school.tove, school.olu)
    assert [signed_in(one).get(address).status_code for one in outside] == [404] * 3
    assert [press(one, session, school.sana) for one in outside] == [404] * 3
    assert states() == {"Sana": "registered"}


def test_it_takes_as_many_queries_for_forty_students_as_for_one(
    linked: LinkedZoom, session: ClassSession
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page(linked.school.tariq, session)
        return len(found)

    one = queries()
    for number in range(40):
        linked.school.enrol(linked.school.person(f"student{number}"), linked.school.program)
    linked.advance(seconds=20)
    register(linked)
    assert queries() == one


def test_a_week_later_the_three_of_that_day_count_no_more(linked: LinkedZoom, session: ClassSession) -> None:
    Registrant.objects.update(adds_on=(linked.now - timedelta(days=7)).date(), adds_count=3)
    press(linked.school.tariq, session, linked.school.sana)

    assert states() == {"Sana": "renew_wanted"}
