"""Who was in a class is read at Zoom after its end, by the best list that its connection has, until that is
settled; and by Zoom's lists alone where no event came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from eduraise.attendance import reading
from eduraise.attendance.enums import RegisterState, Room, Source
from eduraise.attendance.keeping_up import fold_due
from eduraise.attendance.models import Interval, Mark, Participant, Reading, ReadingPlan, Register
from eduraise.attendance.reading import ReadLately, ask_to_read, read_due
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.core import clock
from eduraise.events.reconcile import reconcile_due
from eduraise.events.tasks import apply_waiting
from eduraise.zoom import wholeaccount
from eduraise.zoom.enums import HostState, Licence, Plan
from eduraise.zoom.models import ZoomAccount, ZoomInstance, ZoomUser
from tests.dying import dying_at
from tests.linked import LinkedZoom
from tests.zoom.test_registering import book

pytestmark = pytest.mark.django_db


def knock(headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    answer = Client().generic(
        "POST", "/zoom/webhook/", body, content_type="application/json", headers=headers
    )
    return answer.status_code, answer.content


class Held:
    """A class of Tariq's, held in the simulator: he starts it, Sana comes by the door, a stranger joins."""

    def __init__(self, linked: LinkedZoom, *, events: bool = False) -> None:
        self.linked, self.school = linked, linked.school
        self.host = linked.connect(self.school.tariq)
        assert self.school.sana
        linked.sim.receiver = knock if events else lambda _headers, _body: (404, b"")
        self.session = book(linked)
        assert self.session.occurrence is not None
        self.number = int(str(self.session.occurrence.meeting.meeting_number))

    def pass_by(self, minutes: int) -> None:
        """Both clocks go on, events arrive and the worker works, minute by minute where a class runs."""
        self.linked.advance(minutes=minutes)
        self.work()

    def work(self) -> None:
        """Everything that is due."""
        self.linked.sim.deliver()
        apply_waiting(self.linked.now)
        reconcile_due(self.linked.now)
        read_due(self.linked.now)
        fold_due(self.linked.now)

    def sit(self, *, minutes: int = 60, others: tuple[str, ...] = ("Stranger",)) -> None:
        """From the planned start on; everybody leaves with the host."""
        people = self.linked.sim.people
        self.pass_by(60)
        people.host_start(self.number)
        if self.school.sana:
            JoinClick.objects.create(
                session=self.session, person=self.school.sana, at=self.linked.now, way="common"
            )
        self.pass_by(1)
        if others is not None:
            people.join(self.number, "Sana", *others)
            people.admit(self.number)
        self.pass_by(minutes // 2)
        self.pass_by(minutes - minutes // 2 - 1)
        people.end(self.number)
        self.work()

    @property
    def plan(self) -> ReadingPlan:
        return ReadingPlan.objects.get(register__session=self.session)

    @property
    def register(self) -> Register:
        return Register.objects.get(session=self.session)

    def marks(self) -> dict[str, tuple[str, int]]:
        rows = Mark.objects.filter(register__session=self.session).select_related("student")
        return {row.student.name: (row.rule_status, row.rule_minutes) for row in rows}


@pytest.fixture
def account(linked: LinkedZoom, settings: Settings) -> None:
    """The organisation's own app is configured, with the scope of reports."""
    settings.ZOOM_ENVIRONMENT = {
        **settings.ZOOM_ENVIRONMENT,
        "ZOOM_ACCOUNT_ID": "sim-account",
        "ZOOM_S2S_CLIENT_ID": "sim-s2s-client",
        "ZOOM_S2S_CLIENT_SECRET": "sim-s2s-secret",
    }
    wholeaccount.account_due(linked.now)


def readings() -> list[tuple[str, int, bool]]:
    return list(Reading.objects.order_by("pk").values_list("source", "rows", "is_complete"))


def test_a_list_that_says_the_same_half_an_hour_later_is_final(linked: LinkedZoom) -> None:
    held = Held(linked)
    held.sit()
    held.pass_by(11)
    assert (held.register.state, held.plan.settled_at) == (RegisterState.PENDING, None)
    for _half_hour in range(3):
        held.pass_by(31)

    assert held.plan.settled_at is not None
    assert (held.plan.source, held.register.state) == (Source.PAST, RegisterState.FINAL)
    assert held.marks() == {"Sana": ("present", 59)}
    assert (held.register.matched, held.register.expected) == (2, 3)


def test_lists_alone_are_enough_where_no_event_came(linked: LinkedZoom) -> None:
    held = Held(linked)
    held.sit()
    for _half_hour in range(4):
        held.pass_by(31)

    assert not Participant.objects.filter(source=Source.WEBHOOK).exists()
    assert held.marks() == {"Sana": ("present", 59)}


def test_a_sitting_that_nobody_saw_is_found_afterwards(linked: LinkedZoom) -> None:
    held = Held(linked)
    ZoomUser.objects.update(state=HostState.CLOSED)  # nothing is read while it runs
    held.sit(minutes=50)
    assert not ZoomInstance.objects.exists()
    ZoomUser.objects.update(state=HostState.CONNECTED)
    for _half_hour in range(4):
        held.pass_by(31)

    sitting = ZoomInstance.objects.get()
    assert (sitting.end_is_estimate, sitting.occurrence) == (False, held.session.occurrence)
    assert held.marks() == {"Sana": ("present", 49)}


def test_a_restart_is_read_as_well(linked: LinkedZoom) -> None:
    held = Held(linked)
    held.sit(minutes=20)
    linked.sim.people.host_start(held.number)
    linked.sim.people.join(held.number, "Someone")
    held.pass_by(30)
    linked.sim.people.end(held.number)
    for _half_hour in range(4):
        held.pass_by(31)

    assert ZoomInstance.objects.filter(occurrence=held.session.occurrence).count() == 2
    assert set(Reading.objects.values_list("instance", flat=True)) == set(
        ZoomInstance.objects.values_list("pk", flat=True)
    )


def test_the_report_is_read_where_the_account_has_it(linked: LinkedZoom, account: None) -> None:
    held = Held(linked)
    people = linked.sim.people
    held.pass_by(60)
    people.host_start(held.number)
    people.join(held.number, "Sana", "Stranger")
    people.admit(held.number)
    held.pass_by(10)
    linked.sim.control("POST", "people", meeting=held.number, action="breakout", people=["Sana"])
    held.pass_by(10)
    people.end(held.number)
    for _half_hour in range(4):
        held.pass_by(31)

    assert {source for source, _rows, _complete in readings()} == {Source.REPORT}
    assert set(Interval.objects.values_list("room", flat=True)) == {Room.MAIN, Room.BREAKOUT, Room.WAITING}
    assert held.plan.source == Source.REPORT


def test_a_report_that_is_late_or_not_counted_says_nothing_yet(linked: LinkedZoom, account: None) -> None:
    linked.sim.switch(report_delay_minutes=90, early_report="zeros")
    held = Held(linked, events=True)
    held.sit()
    for _half_hour in range(2):
        held.pass_by(31)
    assert [complete for _source, _rows, complete in readings()] == [False]
    assert held.marks() == {"Sana": ("present", 59)}
    assert held.register.state == RegisterState.PENDING
    for _half_hour in range(4):
        held.pass_by(31)

    assert readings()[-1][2]
    assert held.register.state == RegisterState.FINAL


def test_of_one_participant_zoom_tells_nothing_and_events_are_final_after_two_hours(
    linked: LinkedZoom,
) -> None:
    held = Held(linked, events=True)
    held.sit(others=None)  # type: ignore[arg-type]
    held.pass_by(11)
    for _half_hour in range(3):
        held.pass_by(31)
    assert held.register.state == RegisterState.PENDING
    held.pass_by(31)

    assert held.register.state == RegisterState.FINAL
    # she pressed Join: whether she came in is for the teacher to say
    assert held.marks() == {"Sana": ("", 0)}


def test_an_empty_list_of_a_class_of_several_is_late_and_waited_for_a_day(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked, events=True)
    gone = {"code": 3001, "message": "Meeting does not exist."}
    linked.sim.fault("status", operation="pastMeetingParticipants", status=404, body=gone, times=None)
    held.sit()
    for _half_hour in range(8):
        held.pass_by(31)
    assert held.register.state == RegisterState.PENDING
    for _hours in range(11):
        held.pass_by(121)

    assert held.register.state == RegisterState.FINAL
    assert held.marks() == {"Sana": ("present", 59)}


def test_a_basic_hosts_class_rests_on_events_and_is_final_after_two_hours(linked: LinkedZoom) -> None:
    held = Held(linked, events=True)
    ZoomUser.objects.update(licence=Licence.BASIC)
    held.sit(minutes=30)
    held.pass_by(60)
    assert (held.register.state, held.plan.why) == (RegisterState.PENDING, "paid_plan_needed")
    for _half_hour in range(3):
        held.pass_by(31)

    assert (held.register.state, held.register.best_source) == (RegisterState.FINAL, Source.WEBHOOK)
    assert readings() == []


def test_a_class_of_which_nothing_is_heard_is_left_to_the_teacher(linked: LinkedZoom) -> None:
    held = Held(linked)
    ZoomUser.objects.update(licence=Licence.BASIC)
    for _hour in range(6):
        held.pass_by(61)

    assert (held.register.state, held.register.best_source) == (RegisterState.FINAL, "")
    assert held.marks().get("Sana", ("", 0))[0] == ""


def test_a_licence_that_is_lost_in_between_keeps_what_was_read(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked)
    held.sit()
    held.pass_by(11)
    assert readings() == [(Source.PAST, 5, True)]
    linked.sim.user(held.host.email, licence="basic")
    for _half_hour in range(4):
        held.pass_by(31)

    assert readings() == [(Source.PAST, 5, True)]
    assert (held.plan.why, held.register.state) == ("paid_plan_needed", RegisterState.FINAL)
    assert held.marks() == {"Sana": ("present", 59)}


def test_a_list_that_grows_is_taken_and_settles_when_it_stands(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0, waiting_room_rows=False)
    held = Held(linked)
    held.sit()
    held.pass_by(11)
    linked.sim.switch(waiting_room_rows=True)
    held.pass_by(31)
    assert [rows for _source, rows, _complete in readings()] == [3, 5]
    assert held.plan.settled_at is None
    held.pass_by(31)
    held.pass_by(31)

    assert held.plan.settled_at is not None
    assert held.marks() == {"Sana": ("present", 59)}


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429}])
def test_what_cannot_be_read_takes_nothing_away_and_is_read_later(
    linked: LinkedZoom, fault: dict[str, Any]
) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked, events=True)
    held.sit()
    linked.sim.fault("status", operation="pastMeetingParticipants", times=1, **fault)
    held.pass_by(11)
    assert (readings(), held.plan.settled_at) == ([], None)
    assert held.marks() == {"Sana": ("present", 59)}
    for _half_hour in range(4):
        held.pass_by(31)

    assert held.register.state == RegisterState.FINAL


def test_uuids_with_slashes_are_read(linked: LinkedZoom) -> None:
    linked.sim.switch(awkward_uuids=True, report_delay_minutes=0)
    held = Held(linked)
    held.sit()
    held.pass_by(11)

    assert ZoomInstance.objects.get().meeting_uuid.startswith("/") or "//" in (
        ZoomInstance.objects.get().meeting_uuid
    )
    assert readings() == [(Source.PAST, 5, True)]


def test_a_class_of_many_is_read_to_the_last_page_or_not_at_all(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked)
    ZoomAccount.objects.update(plan=Plan.BUSINESS)
    linked.sim.control("POST", "accounts", id="sim-account", plan="business")
    held.pass_by(60)
    linked.sim.people.host_start(held.number)
    linked.sim.people.join(held.number, count=290)
    linked.sim.people.admit(held.number)
    held.pass_by(59)
    linked.sim.people.end(held.number)
    linked.sim.fault("status", operation="pastMeetingParticipants", status=500, skip=1)
    held.pass_by(11)
    assert readings() == []
    for _half_hour in range(2):
        held.pass_by(31)

    assert readings() == [(Source.PAST, 581, True)]


def test_somebody_can_have_zoom_read_once_more_though_not_at_every_press(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked)
    held.sit()
    for _half_hour in range(4):
        held.pass_by(31)
    assert held.plan.settled_at is not None
    before = linked.sim.called("pastMeetingParticipants")

    held.pass_by(5)
    ask_to_read(register=held.register, by=held.school.tariq, now=linked.now)
    with pytest.raises(ReadLately):
        ask_to_read(register=held.register, by=held.school.tariq, now=linked.now)
    held.work()

    assert linked.sim.called("pastMeetingParticipants") == before + 1
    assert held.plan.settled_at == linked.now
    held.pass_by(3)
    ask_to_read(register=held.register, by=held.school.tariq, now=linked.now)


@pytest.mark.parametrize("point", ["attendance.reading.claimed", "attendance.reading.read"])
def test_a_worker_that_dies_while_it_reads_leaves_nothing_undone(linked: LinkedZoom, point: str) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked)
    held.sit()
    linked.advance(minutes=11)
    with dying_at(point):
        read_due(linked.now)
    assert read_due(linked.now) == {}  # its lease stands
    later = clock.lease_now() + reading.LEASE + timedelta(seconds=1)
    clock.install(product=linked.school.clock, leases=lambda: later)
    held.pass_by(1)
    held.pass_by(31)

    assert held.plan.settled_at is not None
    assert readings() == [(Source.PAST, 5, True)]


def test_two_workers_read_a_class_once(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked)
    held.sit()
    linked.advance(minutes=11)

    def again(_request: object) -> None:
        linked.before_call(lambda _more: None)
        assert read_due(linked.now) == {}

    linked.before_call(again)
    assert read_due(linked.now) == {"read": 1}


def test_late_facts_have_a_settled_list_read_again(linked: LinkedZoom) -> None:
    linked.sim.switch(report_delay_minutes=0)
    held = Held(linked, events=True)
    late: list[tuple[dict[str, str], bytes]] = []

    def lose_leavings(headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if b"participant_left" in body:
            late.append((headers, body))
            return 200, b""
        return knock(headers, body)

    linked.sim.receiver = lose_leavings
    held.sit()
    for _half_hour in range(4):
        held.pass_by(31)
    assert held.register.state == RegisterState.FINAL
    before = linked.sim.called("pastMeetingParticipants")
    for headers, body in late:
        assert knock(headers, body)[0] in (200, 401)
    held.pass_by(3)

    assert linked.sim.called("pastMeetingParticipants") >= before
    assert held.marks() == {"Sana": ("present", 59)}


def test_what_needs_no_reading_asks_zoom_nothing(linked: LinkedZoom) -> None:
    held = Held(linked)
    calls = len(linked.sim.calls)
    read_due(linked.now)

    assert len(linked.sim.calls) == calls
    assert isinstance(held.session, ClassSession)
    assert timedelta(hours=24) == reading.FINAL
