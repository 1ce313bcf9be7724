"""A host's wake-up: what its list says of our meetings, and of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.events.reconcile import reconcile_due
from eduraise.zoom.enums import HostState
from eduraise.zoom.linking import disconnect
from eduraise.zoom.models import BusyTime, ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.wake import wake_due
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.meanwhile import before_the_answer_is_here


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


@pytest.fixture
def number(linked: LinkedZoom, host: ZoomUser) -> int:
    """A meeting of ours in ten days: far from any reading around it."""
    linked.want(host, starts_at=linked.now + timedelta(days=10))
    linked.push()
    linked.advance(minutes=5)
    return int(linked.numbers()[0])


def wake(linked: LinkedZoom, host: ZoomUser) -> None:
    ZoomUser.objects.filter(pk=host.pk).update(wake_at=linked.now)
    assert wake_due(linked.now)["checked"] == 1


def test_what_is_as_we_hold_it_is_not_read_again(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    wake(linked, host)
    assert reconcile_due(linked.now) == {}


def test_moved_at_zoom_weeks_before_is_seen_by_the_list(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    at = linked.now + timedelta(days=11)
    linked.sim.edit_meeting(number, start_time=f"{at:%FT%TZ}")

    wake(linked, host)
    assert reconcile_due(linked.now) == {"read": 1}
    assert ZoomOccurrence.objects.get().zoom_starts_at == at
    wake(linked, host)
    assert reconcile_due(linked.now) == {}


def test_made_longer_at_zoom_is_seen_by_the_list(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    linked.sim.edit_meeting(number, duration=90)

    wake(linked, host)
    reconcile_due(linked.now)

    assert ZoomOccurrence.objects.get().zoom_minutes == 90


def test_in_no_list_is_no_reading_but_has_it_read(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    linked.sim.delete_meeting(number)

    for _list in range(3):
        wake(linked, host)
    assert ZoomMeeting.objects.get().missing_reads == 0

    assert reconcile_due(linked.now) == {"read": 1}
    linked.advance(seconds=61)
    assert reconcile_due(linked.now) == {"missing": 1}
    linked.advance(days=1)
    wake(linked, host)
    assert reconcile_due(linked.now) == {}


def test_listed_again_it_is_read_again(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    ZoomMeeting.objects.update(missing_reads=2, missing_at=linked.now)

    wake(linked, host)
    assert reconcile_due(linked.now) == {"read": 1}

    assert ZoomMeeting.objects.get().missing_at is None


def test_a_meeting_of_the_hosts_own_is_a_busy_time(linked: LinkedZoom, host: ZoomUser, number: int) -> None:
    at = linked.now + timedelta(days=2)
    linked.sim.add_meeting(host.email, topic="Parents", start_time=f"{at:%FT%TZ}", duration=30)

    wake(linked, host)

    busy = BusyTime.objects.get()
    assert (busy.topic, busy.starts_at, busy.ends_at) == ("Parents", at, at + timedelta(minutes=30))


def test_ours_whose_answer_is_still_out_is_no_busy_time(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host)
    linked.sim.fault("do_then_drop", operation="meetingCreate")
    linked.sim.fault("status", status=503, times=None, operation="meetings")
    linked.push()
    linked.sim.control("DELETE", "faults")
    linked.advance(minutes=2)

    wake(linked, host)

    assert ZoomMeeting.objects.get().meeting_number is None
    assert len(linked.numbers()) == 1
    assert not BusyTime.objects.exists()


def test_who_asks_for_a_wake_up_during_one_gets_another(
    linked: LinkedZoom, host: ZoomUser, number: int
) -> None:
    soon = linked.now + timedelta(minutes=1)

    def ask() -> None:
        ZoomUser.objects.update(wake_at=soon)

    before_the_answer_is_here(linked, "/v2/users/me/meetings", ask)
    wake(linked, host)

    assert ZoomUser.objects.get().wake_at == soon


def test_a_link_that_is_ended_while_zoom_is_asked_stays_ended(
    linked: LinkedZoom, school: School, host: ZoomUser
) -> None:
    ZoomUser.objects.filter(pk=host.pk).update(state=HostState.DOUBTFUL)
    before_the_answer_is_here(
        linked, "/v2/users/me", lambda: disconnect(host=host, by=school.tariq, now=linked.now)
    )

    wake(linked, host)

    host.refresh_from_db()
    assert (host.state, host.teacher) == (HostState.CLOSED, None)
