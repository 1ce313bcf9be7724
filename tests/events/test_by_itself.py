"""What is changed in Zoom is left to people, or settled by itself, as the program says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.classes import deciding, troubled
from eduraise.classes.announce import announce_due
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.enums import Attention, DifferenceState
from eduraise.classes.models import Change, ClassSession, Difference
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.states import state_of
from eduraise.events.reconcile import reconcile_due
from eduraise.notifications.models import Message
from eduraise.zoom.models import ZoomMeeting, ZoomOperation, ZoomUser
from eduraise.zoom.wake import wake_due
from tests.classes.pages import signed_in, text_of
from tests.linked import LinkedZoom, linked
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def session(linked: LinkedZoom) -> ClassSession:
    """Tariq's class at Zoom, in ten hours."""
    school = linked.school
    linked.connect(school.tariq)
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic="Sets",
        starts_at=linked.now + 10 * HOUR,
        duration=HOUR,
        zone="Europe/Madrid",
    )
    made = schedule_class(by=school.tariq, draft=draft, now=linked.now)
    linked.push()
    linked.advance(minutes=5)
    return made


def by_rule(linked: LinkedZoom, rule: str, **fields: Any) -> None:
    rules = linked.school.program.class_settings
    rules.differences_by_itself = rule
    for name, value in fields.items():
        setattr(rules, name, value)
    rules.save()


def move(linked: LinkedZoom, session: ClassSession, by: timedelta = HOUR) -> None:
    at = session.starts_at + by
    linked.sim.edit_meeting(int(linked.numbers()[0]), start_time=f"{at:%FT%TZ}")
    notice(linked)


def notice(linked: LinkedZoom) -> None:
    """Let the host's wake-up find it, without any event."""
    linked.advance(minutes=2)
    ZoomUser.objects.update(wake_at=linked.now)
    wake_due(linked.now)
    reconcile_due(linked.now)


def decide(linked: LinkedZoom) -> dict[str, int]:
    return dict(deciding.decide_due(linked.now))


def now_of(session: ClassSession) -> ClassSession:
    return ClassSession.objects.get(pk=session.pk)


def attention(linked: LinkedZoom, session: ClassSession) -> str:
    found: Any = state_of(now_of(session), linked.now)
    return str(found.attention)


def test_asked_for_is_the_rule_at_first(linked: LinkedZoom, session: ClassSession) -> None:
    move(linked, session)
    assert decide(linked) == {}
    assert attention(linked, session) == Attention.TIME_DIFFERS


def test_ours_is_set_back_by_itself(linked: LinkedZoom, session: ClassSession) -> None:
    by_rule(linked, "restore")
    move(linked, session)
    assert decide(linked) == {"settled": 1}
    linked.push()
    assert linked.sim.meetings[0]["start_time"] == f"{session.starts_at:%FT%TZ}"
    assert (now_of(session).starts_at, attention(linked, session)) == (session.starts_at, "")
    page = signed_in(linked.school.tariq).get(f"/classes/{session.code}/").content.decode()
    assert "Zoom’s change taken back" in page
    assert not Message.objects.filter(kind="class.moved").exists()


def test_what_a_rule_settles_alarms_nobody_and_is_told_afterwards(
    linked: LinkedZoom, session: ClassSession
) -> None:
    by_rule(linked, "restore")
    move(linked, session)
    announce_due(linked.now)
    assert not Message.objects.filter(kind__in=(troubled.TROUBLE, troubled.SETTLED)).exists()

    decide(linked)
    announce_due(linked.now)
    announce_due(linked.now)

    message = Message.objects.get(kind=troubled.SETTLED)
    assert (message.person, message.deliveries.count()) == (linked.school.tariq, 0)
    said = troubled.settled_words([message], linked.now)[message.pk]
    assert said.title.endswith("set back by the program’s rule")
    assert said.sentences[0].startswith("Its meeting was moved in Zoom to ")
    page = text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/"))
    assert "Zoom’s change taken back by the program’s rule" in page


def test_what_a_rule_leaves_to_people_is_told_them(linked: LinkedZoom, session: ClassSession) -> None:
    by_rule(linked, "keep", notice_is_hard=True, notice_minutes=24 * 60)
    move(linked, session)
    announce_due(linked.now)
    assert not Message.objects.filter(kind=troubled.TROUBLE).exists()
    decide(linked)
    announce_due(linked.now)
    assert Message.objects.get(kind=troubled.TROUBLE).person == linked.school.tariq


def test_what_was_made_unsafe_and_set_back_stands_in_the_history(
    linked: LinkedZoom, session: ClassSession
) -> None:
    linked.sim.edit_meeting(int(linked.numbers()[0]), password="")
    notice(linked)
    linked.push()

    page = text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/"))

    assert "Zoom has it without a passcode." in page
    assert "Passcode set back at Zoom" in page
    assert attention(linked, session) == ""


def test_a_new_passcode_is_taken_over_and_the_history_says_so(
    linked: LinkedZoom, session: ClassSession
) -> None:
    linked.sim.edit_meeting(int(linked.numbers()[0]), password="n3wOne")
    notice(linked)
    notice(linked)

    page = text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/"))

    assert page.count("New passcode in Zoom, taken over here") == 1
    assert [(one.field, one.state, one.zooms) for one in Difference.objects.all()] == [
        ("passcode", "kept", {})
    ]


def test_zooms_time_is_taken_by_itself_as_a_move_of_which_people_hear(
    linked: LinkedZoom, session: ClassSession
) -> None:
    by_rule(linked, "keep")
    move(linked, session)
    assert decide(linked) == {"settled": 1}
    assert now_of(session).starts_at == session.starts_at + HOUR
    assert Change.objects.filter(session=session, field="time", by=None).count() == 1


def test_what_the_program_forbids_is_left_to_people(linked: LinkedZoom, session: ClassSession) -> None:
    by_rule(linked, "keep", notice_is_hard=True, notice_minutes=24 * 60)
    move(linked, session)
    assert decide(linked) == {"left to people": 1}
    assert decide(linked) == {}, "it is tried once"
    assert attention(linked, session) == Attention.TIME_DIFFERS


def test_whoever_moves_it_again_and_again_is_asked(linked: LinkedZoom, session: ClassSession) -> None:
    by_rule(linked, "restore")
    for _ in range(deciding.MOST_A_DAY):
        move(linked, session)
        assert decide(linked) == {"settled": 1}
        linked.push()
    move(linked, session)
    assert decide(linked) == {"left to people": 1}


@pytest.mark.parametrize(("rule", "done"), [("restore", {"settled": 1}), ("keep", {"left to people": 1})])
def test_a_deleted_meeting_is_booked_again_and_no_class_cancelled_by_itself(
    linked: LinkedZoom, session: ClassSession, rule: str, done: dict[str, int]
) -> None:
    by_rule(linked, rule)
    linked.sim.delete_meeting(int(linked.numbers()[0]))
    for _ in range(3):
        notice(linked)
    assert decide(linked) == done
    linked.push()
    assert len(linked.sim.meetings) == (1 if rule == "restore" else 0)
    assert now_of(session).cancelled_at is None


def test_a_passcode_that_was_taken_off_comes_back_and_nobody_is_asked(
    linked: LinkedZoom, session: ClassSession
) -> None:
    linked.sim.edit_meeting(int(linked.numbers()[0]), password="")
    notice(linked)
    linked.push()
    notice(linked)
    assert linked.sim.meetings[0]["password"]
    assert not Difference.objects.filter(state=DifferenceState.OPEN).exists()


def locked_open(linked: LinkedZoom) -> None:
    """The account forbids the waiting room."""
    linked.sim.control("POST", "accounts", id="sim-account", locks={"waiting_room": False})
    linked.sim.edit_meeting(int(linked.numbers()[0]), settings={"waiting_room": False})
    notice(linked)
    linked.push()
    notice(linked)


def test_what_zoom_wont_guard_is_shown_with_a_choice(linked: LinkedZoom, session: ClassSession) -> None:
    locked_open(linked)
    assert attention(linked, session) == Attention.UNSAFE
    tariq = signed_in(linked.school.tariq)
    page = f"/classes/{session.code}/"
    assert "less guarded in Zoom than it should be" in tariq.get(page).content.decode()
    tariq.post(f"{page}difference/", {"choice": "unguard"})
    assert attention(linked, session) == ""
    notice(linked)
    assert attention(linked, session) == "", "what was kept is not asked about again"
    assert [one.state for one in Difference.objects.all()] == [DifferenceState.KEPT]


def kept_open(linked: LinkedZoom, session: ClassSession) -> None:
    """Tariq has left his class without the waiting room, which the account forbids."""
    locked_open(linked)
    answer = signed_in(linked.school.tariq).post(
        f"/classes/{session.code}/difference/", {"choice": "unguard"}
    )
    assert answer.status_code == 302


def change(linked: LinkedZoom, session: ClassSession, edit: Edit) -> None:
    """Tariq changes it, and Zoom hears of that."""
    change_class(
        session=session,
        seen_version=now_of(session).version,
        edit=edit,
        by=linked.school.tariq,
        now=linked.now,
    )
    linked.advance(seconds=11)
    linked.push()


def test_what_was_left_so_zoom_is_not_asked_about_again(linked: LinkedZoom, session: ClassSession) -> None:
    kept_open(linked, session)
    asked = ZoomOperation.objects.count()

    for _hour in range(3):
        linked.advance(hours=1, seconds=1)
        notice(linked)
        linked.push()

    assert ZoomOperation.objects.count() == asked
    assert attention(linked, session) == ""


def test_what_was_left_so_stays_when_the_class_is_changed(linked: LinkedZoom, session: ClassSession) -> None:
    kept_open(linked, session)
    linked.sim.control("POST", "accounts", id="sim-account", locks={})
    change(linked, session, Edit(topic="Graphs"))

    [meeting] = linked.sim.meetings
    assert (meeting["topic"], meeting["settings"]["waiting_room"]) == ("Graphs", False)


def test_once_zoom_has_it_again_the_choice_is_over(linked: LinkedZoom, session: ClassSession) -> None:
    kept_open(linked, session)
    linked.sim.control("POST", "accounts", id="sim-account", locks={})
    number = int(linked.numbers()[0])
    linked.sim.edit_meeting(number, settings={"waiting_room": True})
    notice(linked)
    linked.advance(hours=1, seconds=1)
    linked.sim.edit_meeting(number, settings={"waiting_room": False})
    notice(linked)
    linked.push()

    assert linked.sim.meetings[0]["settings"]["waiting_room"] is True


def test_another_choice_of_how_people_come_in_is_sent(linked: LinkedZoom, session: ClassSession) -> None:
    kept_open(linked, session)
    linked.sim.control("POST", "accounts", id="sim-account", locks={})
    for entry in ("join_before_host", "waiting_room"):
        change(linked, session, Edit(chosen={"entry": entry}))

    assert linked.sim.meetings[0]["settings"]["waiting_room"] is True


def test_asking_for_the_waiting_room_leaves_the_hour_that_was_chosen_in_zoom(
    linked: LinkedZoom, session: ClassSession
) -> None:
    locked_open(linked)
    linked.sim.control("POST", "accounts", id="sim-account", locks={})
    move(linked, session)
    notice(linked)
    at = linked.sim.meetings[0]["start_time"]
    signed_in(linked.school.tariq).post(f"/classes/{session.code}/difference/", {"choice": "guard"})
    linked.push()

    [meeting] = linked.sim.meetings
    assert (meeting["start_time"], meeting["settings"]["waiting_room"]) == (at, True)


def test_what_was_asked_for_in_vain_is_told_at_once(linked: LinkedZoom, session: ClassSession) -> None:
    """Not only when the class is looked over, on the day before it."""
    linked.sim.control("POST", "accounts", id="sim-account", locks={"waiting_room": False})
    linked.sim.edit_meeting(int(linked.numbers()[0]), settings={"waiting_room": False})
    notice(linked)
    assert attention(linked, session) == ""
    linked.push()

    reconcile_due(linked.now)

    assert attention(linked, session) == Attention.UNSAFE


def test_it_can_be_asked_for_again_once_the_account_allows_it(
    linked: LinkedZoom, session: ClassSession
) -> None:
    locked_open(linked)
    linked.sim.control("POST", "accounts", id="sim-account", locks={})
    signed_in(linked.school.tariq).post(f"/classes/{session.code}/difference/", {"choice": "guard"})
    linked.push()
    notice(linked)
    assert linked.sim.meetings[0]["settings"]["waiting_room"] is True
    assert attention(linked, session) == ""


def test_what_zoom_was_asked_again_and_refused_says_so_and_stays(
    linked: LinkedZoom, session: ClassSession
) -> None:
    locked_open(linked)
    tariq = signed_in(linked.school.tariq)
    page = f"/classes/{session.code}/"
    assert "Waiting room off, students may join before the teacher" not in text_of(tariq.get(page))
    tariq.post(f"{page}difference/", {"choice": "guard"})
    assert "Zoom is being asked to set it back." in text_of(tariq.get(page))

    linked.push()
    notice(linked)

    said = text_of(tariq.get(page))
    assert "Zoom has it without the waiting room. Zoom was asked again" in said
    assert attention(linked, session) == Attention.UNSAFE


def test_a_webinar_is_no_meeting_any_more(linked: LinkedZoom, session: ClassSession) -> None:
    body = {"code": 3000, "message": "Cannot access webinar info."}
    linked.sim.fault("status", operation="meeting", status=400, body=body, times=3)
    notice(linked)
    assert attention(linked, session) == Attention.WEBINAR
    former = ZoomMeeting.objects.get()
    signed_in(linked.school.tariq).post(f"/classes/{session.code}/difference/", {"choice": "book"})
    linked.sim.control("DELETE", "faults")
    linked.push()
    again = now_of(session)
    assert again.occurrence
    assert again.occurrence.meeting != former
    assert (again.code, attention(linked, session)) == (session.code, "")
