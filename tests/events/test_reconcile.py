"""Without any event from Zoom the same becomes of classes: begun, ended, moved, deleted."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.scheduling import schedule_class
from eduraise.events.models import MeetingWatch
from eduraise.events.reconcile import reconcile_due
from eduraise.events.watching import ask_for_meetings, due, settle, take
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomUser
from tests.linked import LinkedZoom, linked
from tests.school import School
from tests.zoom.meanwhile import before_the_answer_is_here
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


@pytest.fixture
def session(linked: LinkedZoom, school: School, host: ZoomUser) -> ClassSession:
    """A class in an hour, booked at Zoom."""
    made = schedule_class(
        by=school.tariq,
        draft=ClassDraft(
            program=school.program,
            teacher=school.tariq,
            topic="Sets",
            starts_at=school.now + timedelta(hours=1),
            duration=timedelta(minutes=60),
            zone="Europe/Madrid",
        ),
        now=school.now,
    )
    linked.push()
    return made


def number() -> int:
    return int(ZoomMeeting.objects.get().meeting_number or 0)


def number_of(teacher: User) -> int:
    return int(ZoomMeeting.objects.get(host__teacher=teacher).meeting_number or 0)


def shown(session: ClassSession, now: object) -> str:
    [row] = queries.for_list(ClassSession.objects.filter(pk=session.pk), now)  # type: ignore[arg-type]
    return str(row.shown_state)  # type: ignore[attr-defined]


def test_a_class_is_live_and_then_ended(linked: LinkedZoom, session: ClassSession) -> None:
    linked.advance(minutes=58)
    linked.sim.people.host_start(number())
    reconcile_due(linked.now)
    assert shown(session, linked.now) == "live"

    linked.advance(minutes=50)
    reconcile_due(linked.now)
    linked.sim.people.end(number())
    linked.advance(minutes=20)
    for _minute in range(3):
        reconcile_due(linked.now)
        linked.advance(minutes=6)
    assert shown(session, linked.now) == "ended"


def test_far_from_its_class_a_meeting_is_not_read(linked: LinkedZoom, session: ClassSession) -> None:
    before = linked.sim.called("meeting")
    assert reconcile_due(linked.now) == {}
    assert linked.sim.called("meeting") == before


def test_moved_at_zoom_our_time_stays_and_a_choice_opens_once(
    linked: LinkedZoom, session: ClassSession
) -> None:
    at = session.starts_at + timedelta(minutes=30)
    linked.sim.edit_meeting(number(), start_time=at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    linked.advance(minutes=50)

    reconcile_due(linked.now)
    linked.advance(minutes=2)
    reconcile_due(linked.now)

    difference = Difference.objects.get()
    assert (difference.field, difference.zooms["starts_at"]) == ("time", at.isoformat())
    session.refresh_from_db()
    assert session.starts_at < at


def test_deleted_at_zoom_counts_after_two_readings_and_a_list(
    linked: LinkedZoom, session: ClassSession
) -> None:
    linked.sim.delete_meeting(number())
    linked.advance(minutes=50)

    reconcile_due(linked.now)
    assert not Difference.objects.exists()
    link = ZoomMeeting.objects.get().join_url
    linked.advance(minutes=2)
    reconcile_due(linked.now)

    assert Difference.objects.get().field == "gone"
    assert ZoomMeeting.objects.get().join_url == link


def test_a_server_error_never_means_deleted(linked: LinkedZoom, session: ClassSession) -> None:
    linked.sim.fault("status", status=503, times=None, operation="meeting")
    for _minute in range(5):
        linked.advance(minutes=12)
        reconcile_due(linked.now)

    assert not Difference.objects.exists()
    assert ZoomMeeting.objects.get().missing_reads == 0


def test_a_class_moved_while_it_is_read_looks_not_moved_in_zoom(
    linked: LinkedZoom, session: ClassSession, school: School
) -> None:
    """Zoom's answer is from before our change, and comes after it."""
    linked.advance(minutes=50)
    at = session.starts_at + timedelta(minutes=15)

    def move() -> None:
        change_class(
            session=session,
            seen_version=session.version,
            edit=Edit(starts_at=at, reason="Exam"),
            by=school.tariq,
            now=linked.now,
        )
        linked.advance(seconds=11)
        assert linked.push() == ["done"]

    before_the_answer_is_here(linked, f"/v2/meetings/{number()}", move)
    assert reconcile_due(linked.now) == {"overtaken": 1}
    assert not Difference.objects.exists()

    assert reconcile_due(linked.now) == {"read": 1}
    assert not Difference.objects.exists()


def test_a_change_that_zoom_refused_looks_not_moved_in_zoom(
    linked: LinkedZoom, session: ClassSession, school: School
) -> None:
    linked.sim.fault("status", status=400, body={"code": 300, "message": "No."}, operation="meetingUpdate")
    change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(starts_at=session.starts_at + timedelta(minutes=15), reason="Exam"),
        by=school.tariq,
        now=linked.now,
    )
    linked.advance(minutes=62)
    assert linked.push() == ["failed"]

    assert reconcile_due(linked.now) == {"read": 1}
    assert not Difference.objects.exists()

    elsewhere = session.starts_at + timedelta(hours=3)
    linked.sim.edit_meeting(number(), start_time=f"{elsewhere:%FT%TZ}")
    linked.advance(minutes=2)
    assert reconcile_due(linked.now) == {"read": 1}
    assert Difference.objects.get().zooms["starts_at"] == elsewhere.isoformat()


def test_what_fails_waits_longer_each_time_and_keeps_nobody_waiting(
    linked: LinkedZoom, session: ClassSession, school: School, host: ZoomUser
) -> None:
    """One meeting that can't be read, before others in the order."""
    bad = number()
    for hours in (3, 4):
        linked.want(host, starts_at=linked.now + timedelta(hours=hours))
    linked.push()
    good = [meeting.pk for meeting in ZoomMeeting.objects.exclude(meeting_number=str(bad))]
    linked.sim.fault("status", status=400, body={"code": 300}, times=None, route=f"GET /v2/meetings/{bad}")
    ask_for_meetings([meeting.pk for meeting in ZoomMeeting.objects.all()], linked.now)

    assert reconcile_due(linked.now, limit=1) == {"unread": 1}
    assert reconcile_due(linked.now, limit=2) == {"read": 2}

    pauses = []
    for _try in range(4):
        watch = MeetingWatch.objects.get()
        pauses.append(watch.next_at - linked.now)
        assert reconcile_due(linked.now) == {}
        ask_for_meetings(good, linked.now)
        linked.advance(seconds=(watch.next_at - linked.now).total_seconds() + 1)
        assert reconcile_due(linked.now) == {"unread": 1, "read": 2}
    assert all(later > 1.1 * earlier for earlier, later in itertools.pairwise(pauses))
    assert (watch.last_error_code, watch.lease_until) == ("invalid_field", None)


def test_events_shorten_no_pause(linked: LinkedZoom, session: ClassSession) -> None:
    linked.sim.fault("status", status=400, body={"code": 300}, times=None, operation="meeting")
    ask_for_meetings([ZoomMeeting.objects.get().pk], linked.now)
    reconcile_due(linked.now)

    ask_for_meetings([ZoomMeeting.objects.get().pk], linked.now)

    assert reconcile_due(linked.now) == {}


def test_hosts_take_turns(linked: LinkedZoom, school: School, host: ZoomUser) -> None:
    """Tove has one meeting, asked for after all of Tariq's."""
    for hours in range(3, 7):
        linked.want(host, starts_at=linked.now + timedelta(hours=hours))
    late = linked.want(linked.connect(school.tove), starts_at=linked.now + timedelta(hours=3))
    linked.push()
    ask_for_meetings(list(ZoomMeeting.objects.filter(host=host).values_list("pk", flat=True)), linked.now)
    linked.advance(seconds=30)
    ask_for_meetings([late.meeting_id], linked.now)

    turns = [watch.meeting_id for watch in due(linked.now)]

    assert turns.index(late.meeting_id) == 1


def test_one_process_reads_a_meeting_and_another_takes_over_when_it_died(
    linked: LinkedZoom, session: ClassSession
) -> None:
    ask_for_meetings([ZoomMeeting.objects.get().pk], linked.now)
    [first], [second] = list(due(linked.now)), list(due(linked.now))

    assert take(first)
    assert not take(second)
    assert reconcile_due(linked.now) == {}

    MeetingWatch.objects.update(lease_until=linked.now - timedelta(days=365))
    assert reconcile_due(linked.now) == {"read": 1}
    settle(first, linked.now)
    assert not MeetingWatch.objects.exists()


def test_asked_while_it_is_read_it_is_read_once_more(linked: LinkedZoom, session: ClassSession) -> None:
    meeting = ZoomMeeting.objects.get()
    ask_for_meetings([meeting.pk], linked.now)

    def event() -> None:
        ask_for_meetings([meeting.pk], linked.advance(seconds=1))

    before_the_answer_is_here(linked, f"/v2/meetings/{number()}", event)

    assert reconcile_due(linked.now) == {"read": 1}
    linked.advance(seconds=1)
    assert reconcile_due(linked.now) == {"read": 1}
    assert reconcile_due(linked.now) == {}


def test_a_meeting_that_breaks_the_reading_keeps_no_other_from_it(
    linked: LinkedZoom, session: ClassSession, school: School
) -> None:
    """What Zoom says of it can't be: its sitting is known as another host's."""
    other = linked.connect(school.tove)
    linked.want(other, starts_at=session.starts_at)
    linked.push()
    linked.advance(minutes=58)
    started = linked.sim.people.host_start(number_of(school.tariq))
    assert started
    uuid = next(one["uuid"] for one in linked.sim.meetings if one["id"] == number_of(school.tariq))
    ZoomInstance.objects.create(host=other, meeting_number="1", meeting_uuid=uuid, started_at=linked.now)

    assert reconcile_due(linked.now) == {"failed": 1, "read": 1}
    assert reconcile_due(linked.now) == {}


def test_of_a_lost_host_nothing_is_read_until_it_is_back(
    linked: LinkedZoom, session: ClassSession, host: ZoomUser
) -> None:
    ZoomUser.objects.update(state=HostState.LOST)
    linked.advance(minutes=50)
    assert reconcile_due(linked.now) == {}

    ZoomUser.objects.update(state=HostState.CONNECTED)
    assert reconcile_due(linked.now) == {"read": 1}
