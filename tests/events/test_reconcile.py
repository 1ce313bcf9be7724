"""Without any event from Zoom the same becomes of classes: begun, ended, moved, deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes import queries
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.scheduling import schedule_class
from eduraise.events.reconcile import reconcile_due
from eduraise.zoom.models import ZoomMeeting, ZoomUser
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
