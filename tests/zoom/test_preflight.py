"""Before a class begins it is looked over: what isn't right at Zoom is mended, or said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.events.reconcile import reconcile_due
from eduraise.zoom import preflight
from eduraise.zoom.enums import Licence
from eduraise.zoom.models import ZoomOccurrence, ZoomUser
from eduraise.zoom.wake import wake_due
from tests.linked import LinkedZoom

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


@pytest.fixture
def number(linked: LinkedZoom, host: ZoomUser) -> int:
    """A class of ninety minutes at Zoom, in two and a half hours."""
    starts_at = linked.now + timedelta(hours=2, minutes=30)
    linked.want(host, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90))
    linked.push()
    return int(linked.numbers()[0])


def wake(linked: LinkedZoom, host: ZoomUser, result: str = "checked") -> list[str]:
    """The host's wake-up, whenever it would be; what wasn't right."""
    linked.advance(minutes=5)
    ZoomUser.objects.filter(pk=host.pk).update(wake_at=linked.now)
    assert wake_due(linked.now) == {result: 1}
    row = ZoomOccurrence.objects.get()
    assert row.checked_at == linked.now
    return row.check_codes


def test_a_class_that_is_as_it_should_be_is_ready(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    assert wake(linked, host) == []
    assert preflight.line(ZoomOccurrence.objects.get()) == "Everything is ready at Zoom."


def test_one_far_away_is_not_looked_over(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host, starts_at=linked.now + timedelta(days=3))
    linked.push()
    ZoomUser.objects.filter(pk=host.pk).update(wake_at=linked.now)
    wake_due(linked.now)
    assert ZoomOccurrence.objects.get().checked_at is None


def test_a_passcode_that_was_taken_off_is_set_again(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    linked.sim.edit_meeting(number, password="")
    wake(linked, host)
    assert linked.push() == ["done"]
    assert len(linked.sim.meetings[0]["password"]) == 10
    assert wake(linked, host) == []


def test_setting_it_back_leaves_the_hour_that_somebody_chose_at_zoom(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    moved = f"{linked.now + timedelta(hours=5):%FT%TZ}"
    linked.sim.edit_meeting(number, password="", start_time=moved)
    wake(linked, host)
    assert linked.push() == ["done"]
    assert linked.push() == []
    assert (linked.sim.meetings[0]["start_time"], len(linked.sim.meetings[0]["password"])) == (moved, 10)
    assert wake(linked, host) == [preflight.MOVED]


def test_a_passcode_that_the_host_chose_stays(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    linked.sim.edit_meeting(number, password="mine123")
    assert wake(linked, host) == []
    assert linked.push() == []
    assert linked.sim.meetings[0]["password"] == "mine123"


def test_a_waiting_room_that_was_switched_off_is_switched_on_again(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    linked.sim.edit_meeting(number, settings={"waiting_room": False})
    wake(linked, host)
    linked.push()
    assert linked.sim.meetings[0]["settings"]["waiting_room"] is True
    assert wake(linked, host) == []


def test_what_the_account_has_locked_is_asked_for_once_and_then_said(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    linked.sim.control("POST", "accounts", id="sim-account", locks={"waiting_room": False})
    linked.sim.edit_meeting(number, settings={"waiting_room": False})
    wake(linked, host)
    linked.push()
    assert wake(linked, host) == [preflight.WAITING_ROOM]
    assert linked.push() == []
    assert preflight.line(ZoomOccurrence.objects.get()).startswith("It has no waiting room at Zoom")


def test_a_basic_licence_is_too_short_for_it(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    linked.sim.user(linked.school.tariq.email, licence="basic")
    assert wake(linked, host) == [preflight.TOO_LONG]
    assert ZoomUser.objects.get().licence == Licence.BASIC


def test_more_students_than_seats_is_said(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    school = linked.school
    for turn in range(3):
        school.enrol(school.person(f"student{turn}"), school.program)
    linked.sim.user(school.tariq.email, settings={"feature": {"meeting_capacity": 3}})
    assert wake(linked, host) == [preflight.SEATS]
    assert preflight.line(ZoomOccurrence.objects.get()) == (
        "3 students are enrolled; Zoom lets 3 people in, the teacher among them."
    )
    linked.sim.user(school.tariq.email, settings={"feature": {"meeting_capacity": 4}})
    assert wake(linked, host) == []


def test_what_is_booked_shortly_before_it_begins_is_looked_over_once_zoom_has_it(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    ZoomUser.objects.update(wake_at=linked.now + timedelta(hours=6))
    soon = linked.want(host, starts_at=linked.now + timedelta(minutes=10))
    wake_due(linked.now)  # before Zoom has answered
    linked.push()
    wake_due(linked.now)

    soon.refresh_from_db()
    assert (soon.checked_at, soon.check_codes) == (linked.now, [])


def test_a_meeting_that_is_gone_is_said_and_looked_for(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    linked.sim.delete_meeting(number)
    assert wake(linked, host) == [preflight.MISSING]
    linked.advance(minutes=2)
    reconcile_due(linked.now)
    assert ZoomOccurrence.objects.get().meeting.missing_at == linked.now


def test_a_meeting_that_was_moved_is_said(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    at = linked.now + timedelta(hours=5)
    linked.sim.edit_meeting(number, start_time=f"{at:%FT%TZ}")
    assert wake(linked, host) == [preflight.MOVED]


def test_a_lost_connection_is_said_of_each_coming_class(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    linked.sim.user(linked.school.tariq.email, revoke=True)
    linked.advance(hours=1)
    assert wake(linked, host, "lost") == [preflight.CONNECTION]


def test_without_the_scope_for_settings_the_usual_seats_count(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    body = {"code": 4711, "message": "Invalid access token, does not contain scopes:[user:read:settings]."}
    linked.sim.fault("status", operation="userSettings", status=400, body=body, times=None)
    assert wake(linked, host) == []
