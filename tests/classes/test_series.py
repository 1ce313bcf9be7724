"""Classes of a series: each is a class of its own, and together they are one meeting at Zoom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.differences import book_again, restore_ours, take_zooms_time
from eduraise.classes.enums import Attention, ClassState
from eduraise.classes.models import ClassSession, Series
from eduraise.classes.serial import DatedClass, Scheduled
from eduraise.classes.states import state_of
from eduraise.classes.undoing import undo_change
from eduraise.events.reconcile import reconcile_due
from eduraise.events.watching import ask_for_meetings
from eduraise.programs.actions import archive_program
from eduraise.zoom import registering
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import HostClaim, Registrant, ZoomMeeting, ZoomOperation, ZoomUser
from tests.classes.pages import signed_in
from tests.classes.series import at, draft, plan, thursdays
from tests.linked import LinkedZoom
from tests.zoom.test_series import dates, work
from tests.zoom_simulator import People

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def again(session: ClassSession) -> ClassSession:
    return ClassSession.objects.select_related("teacher", "program").get(pk=session.pk)


def held(result: Scheduled) -> list[ClassSession]:
    return [session for _on, session in sorted(result.booked.items())]


def read_all(linked: LinkedZoom) -> None:
    ask_for_meetings(list(ZoomMeeting.objects.values_list("pk", flat=True)), linked.now)
    reconcile_due(linked.now)


def attention(linked: LinkedZoom, session: ClassSession) -> str:
    return str(state_of(again(session), linked.now).attention)


def at_date(linked: LinkedZoom, session: ClassSession, **change: object) -> None:
    """Somebody changes, or without changes deletes, this one date at Zoom."""
    row = again(session).occurrence
    assert row
    where = f"/v2/meetings/{row.meeting.meeting_number}"
    params = {"occurrence_id": row.zoom_occurrence_id}
    with linked.sim.client(ZoomUser.objects.get().access_token) as client:
        answer = (
            client.patch(where, params=params, json=change) if change else client.delete(where, params=params)
        )
        answer.raise_for_status()


def test_a_term_is_one_meeting_and_each_class_has_its_own_link(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 8)
    result = plan(linked.school, days)
    assert result.refused == {}
    assert work(linked) == ["create"]
    assert dates(linked) == [at(on) for on in days]
    assert len({session.code for session in held(result)}) == 8
    assert [session.original_on for session in held(result)] == days
    assert {str(state_of(again(one), linked.now).shown_state) for one in held(result)} == {ClassState.BOOKED}
    one = Series.objects.get()
    assert (one.starts_on, one.ends_on, one.every_weeks, one.minutes) == (days[0], days[-1], 1, 60)


def test_a_date_on_which_the_teacher_is_busy_keeps_the_others_not_back(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    days = thursdays(linked.school, 6)
    plan(linked.school, days[2:3])
    work(linked)
    result = plan(linked.school, days)
    assert list(result.refused) == days[2:3]
    assert isinstance(result.refused[days[2]], TeacherBusy)
    assert work(linked) == ["create", "delete_one"]
    assert len(linked.sim.meetings) == 2
    assert HostClaim.objects.count() == 6


def test_one_class_alone_is_a_single_meeting(linked: LinkedZoom, host: ZoomUser) -> None:
    result = plan(linked.school, thursdays(linked.school, 1))
    work(linked)
    assert linked.sim.meetings[0]["type"] == 2
    assert (result.series, held(result)[0].series) == (None, None)


def test_a_class_that_falls_on_a_holiday_is_held_the_day_after_in_the_same_meeting(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    days = thursdays(linked.school, 4)
    classes = [DatedClass(on, at(on), "Sets") for on in days]
    friday = at(days[1] + timedelta(days=1))
    classes[1] = DatedClass(days[1], friday, "Sets")
    plan(linked.school, days, classes=classes)
    assert work(linked) == ["create", "update_one"]
    assert dates(linked)[1] == friday


def test_a_title_takes_no_call_and_a_new_hour_takes_one(linked: LinkedZoom, host: ZoomUser) -> None:
    sessions = held(plan(linked.school, thursdays(linked.school, 4)))
    work(linked)
    renamed = change_class(
        session=again(sessions[0]),
        seen_version=1,
        edit=Edit(topic="Sets and maps"),
        by=linked.school.tariq,
        now=linked.now,
    )
    assert work(linked) == []
    moved = change_class(
        session=renamed,
        seen_version=2,
        edit=Edit(starts_at=renamed.starts_at + HOUR),
        by=linked.school.tariq,
        now=linked.now,
    )
    assert work(linked) == ["update_one"]
    assert dates(linked)[0] == moved.starts_at
    assert moved.original_on == sessions[0].original_on


def test_a_cancelled_class_is_one_date_less_and_an_undone_one_is_not(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    days = thursdays(linked.school, 4)
    sessions = held(plan(linked.school, days))
    work(linked)
    by, now = linked.school.tariq, linked.now
    cancelled = cancel_class(session=again(sessions[1]), seen_version=1, by=by, now=now)
    undo_change(session=cancelled, version=2, by=by, now=now)
    assert work(linked) == []
    cancel_class(session=again(sessions[2]), seen_version=1, by=by, now=linked.now)
    assert work(linked) == ["delete_one"]
    assert dates(linked) == [at(on) for on in (days[0], days[1], days[3])]


def test_what_is_moved_at_zoom_is_asked_about_for_that_class_alone(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    sessions = held(plan(linked.school, thursdays(linked.school, 4)))
    work(linked)
    for session in sessions[:2]:
        later = session.starts_at + 2 * HOUR
        at_date(linked, session, start_time=f"{later:%Y-%m-%dT%H:%M:%SZ}")
    read_all(linked)
    assert [attention(linked, one) for one in sessions] == [Attention.TIME_DIFFERS] * 2 + [""] * 2
    by = linked.school.tariq
    restore_ours(session=again(sessions[0]), seen_version=1, by=by, now=linked.now)
    taken = take_zooms_time(session=again(sessions[1]), seen_version=1, by=by, now=linked.now)
    work(linked)
    assert dates(linked)[:2] == [sessions[0].starts_at, taken.starts_at]
    assert [attention(linked, one) for one in sessions] == [""] * 4


def test_a_date_that_was_deleted_at_zoom_gets_a_meeting_of_its_own(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    sessions = held(plan(linked.school, thursdays(linked.school, 4)))
    work(linked)
    at_date(linked, sessions[1])
    read_all(linked)
    assert attention(linked, sessions[1]) == Attention.GONE
    assert attention(linked, sessions[2]) == ""
    book_again(session=again(sessions[1]), seen_version=1, by=linked.school.tariq, now=linked.now)
    work(linked)
    assert sorted(meeting["type"] for meeting in linked.sim.meetings) == [2, 8]
    assert attention(linked, sessions[1]) == ""
    assert again(sessions[1]).code == sessions[1].code


def test_an_archived_program_takes_its_series_along_with_one_call(linked: LinkedZoom, host: ZoomUser) -> None:
    plan(linked.school, thursdays(linked.school, 5))
    work(linked)
    archive_program(program=linked.school.program, by=linked.school.ada, now=linked.now)
    assert work(linked) == ["delete"]
    assert linked.sim.meetings == []


def test_the_class_that_runs_is_the_one_of_its_day(linked: LinkedZoom, host: ZoomUser) -> None:
    sessions = held(plan(linked.school, thursdays(linked.school, 3)))
    work(linked)
    linked.advance(seconds=(sessions[1].starts_at - linked.now).total_seconds())
    People(linked.sim).host_start(int(linked.numbers()[0]))
    fresh = linked.sim.grant(linked.school.tariq.email)
    row = ZoomUser.objects.get()
    row.access_token, row.access_expires_at = fresh["access_token"], linked.now + HOUR
    row.save()
    read_all(linked)
    states = [str(state_of(again(one), linked.now).shown_state) for one in sessions]
    assert states == [ClassState.ENDED, ClassState.LIVE, ClassState.BOOKED]


def test_a_student_is_registered_once_for_all_classes_of_a_series(linked: LinkedZoom, host: ZoomUser) -> None:
    rules = linked.school.program.class_settings
    rules.registers_students = True
    rules.save()
    assert linked.school.sana.pk
    linked.school.enrol(linked.school.person("pia"), linked.school.program)
    sessions = held(plan(linked.school, thursdays(linked.school, 3)))
    work(linked)
    assert dict(registering.register_due(linked.now))["registered"] == 2
    assert Registrant.objects.filter(state="registered").count() == 2
    assert registering.register_due(linked.now) == {}
    links = set()
    for session in sessions[:2]:
        linked.advance(seconds=(session.starts_at - linked.now).total_seconds())
        links.add(signed_in(linked.school.sana).post(f"/j/{session.code}/join")["Location"])
    assert len(links) == 1
    assert "tk=" in links.pop()


def test_nothing_is_left_of_a_series_that_nobody_can_hold(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 2)
    plan(linked.school, days)
    result = plan(linked.school, days)
    assert list(result.refused) == days
    assert (result.series, Series.objects.count()) == (None, 1)
    assert ZoomOperation.objects.filter(state=OperationState.PENDING).count() == 1


def test_a_series_longer_than_zoom_holds_is_refused_before_anything_is_written(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    with pytest.raises(ValueError, match="no one series"):
        plan(linked.school, thursdays(linked.school, 51))
    assert ClassSession.objects.count() == 0
    assert draft(linked.school, thursdays(linked.school, 2)).classes


def test_a_series_that_was_deleted_at_zoom_is_booked_again_class_by_class(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    sessions = held(plan(linked.school, thursdays(linked.school, 3)))
    work(linked)
    linked.sim.delete_meeting(int(linked.numbers()[0]))
    read_all(linked)
    linked.advance(minutes=2)
    read_all(linked)
    assert [attention(linked, one) for one in sessions] == [Attention.GONE] * 3
    for session in sessions:
        book_again(session=again(session), seen_version=1, by=linked.school.tariq, now=linked.now)
    work(linked)
    assert [meeting["type"] for meeting in linked.sim.meetings] == [2, 2, 2]
    assert [attention(linked, one) for one in sessions] == [""] * 3


def test_a_class_that_is_moved_while_its_series_is_gone_waits_for_nothing(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    sessions = held(plan(linked.school, thursdays(linked.school, 3)))
    work(linked)
    linked.sim.delete_meeting(int(linked.numbers()[0]))
    by = linked.school.tariq
    moved = change_class(
        session=again(sessions[0]),
        seen_version=1,
        edit=Edit(starts_at=sessions[0].starts_at + HOUR),
        by=by,
        now=linked.now,
    )
    for _turn in range(4):
        linked.advance(minutes=1)
        linked.push()
        read_all(linked)
    for session in (moved, *sessions[1:]):
        current = again(session)
        book_again(session=current, seen_version=current.version, by=by, now=linked.now)
    work(linked)
    assert len(linked.sim.meetings) == 3
