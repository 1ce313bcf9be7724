"""Students are registered at Zoom by their program's choice: certain who came, each by a link of her own."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from eduraise.accounts.models import User
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.classes.scheduling import schedule_class
from eduraise.programs.models import Enrolment
from eduraise.zoom import registering
from eduraise.zoom.models import Registrant, ZoomMeeting, ZoomUser
from tests.classes.pages import signed_in
from tests.linked import LinkedZoom

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    choose(linked, registers=True)
    return linked.connect(linked.school.tariq)


def choose(linked: LinkedZoom, *, registers: bool) -> None:
    _ = linked.school.sana, linked.school.finn, linked.school.tove
    chosen = linked.school.program.class_settings
    chosen.registers_students = registers
    chosen.save()


def book(linked: LinkedZoom) -> ClassSession:
    """A class in an hour, at Zoom."""
    draft = ClassDraft(
        program=linked.school.program,
        teacher=linked.school.tariq,
        topic="Sets",
        starts_at=linked.now + timedelta(hours=1),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    session = schedule_class(by=linked.school.tariq, draft=draft, now=linked.now)
    linked.push()
    session.refresh_from_db()
    return session


def register(linked: LinkedZoom) -> dict[str, int]:
    return dict(registering.register_due(linked.now))


def states() -> dict[str, str]:
    return {row.person.name: row.state for row in Registrant.objects.select_related("person")}


def at_zoom(linked: LinkedZoom) -> dict[str, str]:
    """Who is registered at Zoom, and how that stands."""
    found = {}
    with linked.sim.client(ZoomUser.objects.get().access_token) as client:
        for status in ("approved", "denied"):
            path = f"/v2/meetings/{linked.numbers()[0]}/registrants"
            rows = client.get(path, params={"status": status}).json()["registrants"]
            found |= {row["email"]: status for row in rows}
    return found


def join(linked: LinkedZoom, person: User, session: ClassSession) -> str:
    linked.advance(minutes=55)
    answer = signed_in(person).post(f"/j/{session.code}/join")
    assert answer.status_code == 303
    return str(answer["Location"])


def test_whoever_is_enrolled_is_registered_and_joins_by_a_link_of_her_own(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    session = book(linked)
    assert linked.sim.meetings[0]["settings"]["approval_type"] == 0
    assert register(linked)["registered"] == 1
    assert at_zoom(linked) == {linked.school.sana.email: "approved"}  # not finn, who left; not the teachers
    link = join(linked, linked.school.sana, session)
    assert "tk" in parse_qs(urlsplit(link).query)
    assert JoinClick.objects.get().way == JoinClick.Way.OWN
    assert register(linked) == {}, "nothing is asked twice"


def test_zoom_mails_nobody_about_it(linked: LinkedZoom, host: ZoomUser) -> None:
    book(linked)
    register(linked)
    settings = linked.sim.meetings[0]["settings"]
    assert (settings["registrants_email_notification"], settings["registrants_confirmation_email"]) == (
        False,
        False,
    )


def test_thirty_at_once_for_a_single_meeting(linked: LinkedZoom, host: ZoomUser) -> None:
    school = linked.school
    for turn in range(34):
        school.enrol(school.person(f"student{turn}"), school.program)
    book(linked)
    before = linked.sim.called("addBatchRegistrants")
    assert register(linked)["registered"] == 35
    assert linked.sim.called("addBatchRegistrants") - before == 2
    links = {row.join_url for row in Registrant.objects.all()}
    assert len(links) == 35


def test_who_leaves_is_taken_off_and_who_comes_back_registered_anew(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    session = book(linked)
    register(linked)
    spell = Enrolment.objects.filter(person=linked.school.sana)
    spell.update(until_at=linked.now, closed_at=linked.now)
    assert register(linked)["taken off"] == 1
    assert at_zoom(linked) == {}
    assert Registrant.objects.get().join_url is None
    assert signed_in(linked.school.sana).post(f"/j/{session.code}/join").status_code == 404
    linked.advance(minutes=1)
    linked.school.enrol(linked.school.sana, linked.school.program, from_at=linked.now)
    assert register(linked)["registered"] == 1
    assert states() == {"Sana": "registered"}


def test_who_never_was_registered_is_not_taken_off_at_zoom(linked: LinkedZoom, host: ZoomUser) -> None:
    book(linked)
    registering.want_enrolled(linked.now)
    Enrolment.objects.filter(person=linked.school.sana).update(until_at=linked.now, closed_at=linked.now)
    before = len(linked.sim.calls)
    register(linked)
    assert states() == {"Sana": "cancelled"}
    assert len(linked.sim.calls) == before


def test_a_lost_answer_is_asked_again_and_registers_nobody_twice(linked: LinkedZoom, host: ZoomUser) -> None:
    book(linked)
    linked.sim.fault("do_then_drop", operation="meetingRegistrantCreate")
    assert register(linked)["put off"] == 1
    linked.advance(seconds=20)
    assert register(linked)["registered"] == 1
    assert len(at_zoom(linked)) == 1


def test_a_program_that_changes_its_mind_is_followed(linked: LinkedZoom) -> None:
    choose(linked, registers=False)
    linked.connect(linked.school.tariq)
    book(linked)
    assert linked.sim.meetings[0]["settings"]["approval_type"] == 2
    choose(linked, registers=True)
    assert register(linked) == {"chosen": 1}
    linked.push()
    assert register(linked)["registered"] == 1
    choose(linked, registers=False)
    register(linked)
    linked.push()
    assert linked.sim.meetings[0]["settings"]["approval_type"] == 2


def push_all(linked: LinkedZoom) -> None:
    """Let the worker go on until nothing waits, at the pace that Zoom allows."""
    while "done" in linked.push():
        linked.advance(seconds=5)


def test_what_zoom_holds_otherwise_is_asked_again_a_week_later_and_holds_nobody_up(
    linked: LinkedZoom,
) -> None:
    choose(linked, registers=True)
    host = linked.connect(linked.school.tariq)
    for turn in range(registering.MEETINGS_A_TURN):
        linked.want(host, starts_at=linked.now + timedelta(days=20, hours=2 * turn))
    push_all(linked)
    ZoomMeeting.objects.update(registers=False)
    assert register(linked)["chosen"] == registering.MEETINGS_A_TURN
    push_all(linked)
    ZoomMeeting.objects.update(registers=False)
    linked.want(host, starts_at=linked.now + timedelta(days=30))
    push_all(linked)
    ZoomMeeting.objects.update(registers=False)
    assert register(linked)["chosen"] == 1
    push_all(linked)
    ZoomMeeting.objects.update(registers=False)
    linked.advance(days=8)
    assert register(linked)["chosen"] == registering.MEETINGS_A_TURN


def test_a_host_who_gets_a_licence_registers_from_then_on(linked: LinkedZoom) -> None:
    choose(linked, registers=True)
    host = linked.connect(linked.school.tariq, licence="basic")
    book(linked)
    assert register(linked) == {}
    linked.sim.user(linked.school.tariq.email, licence="licensed")
    ZoomUser.objects.filter(pk=host.pk).update(licence="licensed")
    assert register(linked) == {"chosen": 1}
    linked.push()
    assert register(linked)["registered"] == 1


def test_a_basic_host_registers_nobody_and_that_is_said(linked: LinkedZoom) -> None:
    choose(linked, registers=True)
    linked.connect(linked.school.tariq, licence="basic")
    session = book(linked)
    assert register(linked) == {}
    page = signed_in(linked.school.tariq).get(f"/classes/{session.code}/").content.decode()
    assert "Not possible: it takes a licensed host." in page
    assert "tk=" not in join(linked, linked.school.sana, session)


def test_one_whom_zoom_refuses_keeps_nobody_else_out(linked: LinkedZoom, host: ZoomUser) -> None:
    """The host can't register for her own meeting (Zoom's code 3027)."""
    school = linked.school
    twin = school.person("twin")
    User.objects.filter(pk=twin.pk).update(email=school.tariq.email.upper())
    school.enrol(twin, school.program)
    session = book(linked)
    for _ in range(3):
        register(linked)
        linked.advance(seconds=1)
    assert states() == {"Sana": "registered", "Twin": "impossible"}
    page = signed_in(school.tariq).get(f"/classes/{session.code}/").content.decode()
    assert "1 of 2 students · 1 by the common link, Zoom refused them" in page


def test_without_the_scope_only_this_is_off(linked: LinkedZoom, host: ZoomUser) -> None:
    session = book(linked)
    body = {
        "code": 4711,
        "message": "Invalid access token, does not contain scopes:[meeting:write:registrant].",
    }
    linked.sim.fault("status", operation="meetingRegistrantCreate", status=400, body=body, times=None)
    assert register(linked)["impossible"] == 1
    assert Registrant.objects.get().reason == "scope_missing"
    assert "tk=" not in join(linked, linked.school.sana, session)


def test_another_students_link_is_on_nobodys_page(linked: LinkedZoom, host: ZoomUser) -> None:
    session = book(linked)
    register(linked)
    link = Registrant.objects.get().join_url
    assert link
    token = parse_qs(urlsplit(link).query)["tk"][0]
    for person in (linked.school.tariq, linked.school.ada, linked.school.sana, linked.school.tove):
        for page in (f"/classes/{session.code}/", f"/j/{session.code}", "/"):
            assert token not in signed_in(person).get(page).content.decode()


def test_a_meeting_that_is_gone_registers_nobody(linked: LinkedZoom, host: ZoomUser) -> None:
    book(linked)
    ZoomMeeting.objects.update(gone_at=linked.now)
    assert register(linked) == {}
