"""The start link is asked of Zoom at the click; whatever Zoom does, the teacher gets in within seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.classes.scheduling import schedule_class
from eduraise.events.reconcile import reconcile_due
from eduraise.zoom import api, losing
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.starting import SECONDS
from eduraise.zoom.wholeaccount import account_due
from tests.classes.pages import signed_in
from tests.linked import LinkedZoom
from tests.zoom.test_wholeaccount import configure

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS: dict[str, dict[str, Any]] = {
    "silent": {"do": "delay", "seconds": 60},
    "dropped before": {"do": "drop_before"},
    "dropped after": {"do": "do_then_drop"},
    "down": {"do": "status", "status": 503},
    "too many calls": {"do": "status", "status": 429, "body": {"code": 429, "message": "Too many requests"}},
    "a page instead": {"do": "mangle", "how": "html"},
    "cut off": {"do": "mangle", "how": "truncated"},
    "nothing": {"do": "mangle", "how": "empty"},
    "far too much": {"do": "mangle", "how": "bomb"},
}


@pytest.fixture
def session(linked: LinkedZoom) -> ClassSession:
    """Tariq's class at Zoom, five minutes before its start."""
    tariq = linked.school.tariq
    linked.connect(tariq)
    draft = ClassDraft(
        program=linked.school.program,
        teacher=tariq,
        topic="Sets",
        starts_at=linked.now + timedelta(minutes=35),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    made = schedule_class(by=tariq, draft=draft, now=linked.now)
    linked.advance(minutes=30)
    return ClassSession.objects.select_related("occurrence__meeting").get(pk=made.pk)


def start(linked: LinkedZoom, session: ClassSession) -> Any:
    return signed_in(linked.school.tariq).post(f"/classes/{session.code}/start/")


def link_of(session: ClassSession) -> str:
    assert session.occurrence
    assert session.occurrence.meeting.join_url
    return session.occurrence.meeting.join_url


def test_it_is_fetched_at_each_click_and_is_another_each_time(
    linked: LinkedZoom, session: ClassSession
) -> None:
    before = linked.sim.called("meeting")
    first = start(linked, session)
    linked.advance(seconds=1)
    second = start(linked, session)

    assert (first.status_code, "zak=" in first["Location"]) == (303, True)
    assert first["Location"] != second["Location"]
    assert linked.sim.called("meeting") == before + 2
    assert JoinClick.objects.filter(way="host").count() == 2


def test_looking_at_pages_fetches_none(linked: LinkedZoom, session: ClassSession) -> None:
    before = linked.sim.called("meeting")
    tariq = signed_in(linked.school.tariq)
    for address in (f"/classes/{session.code}/", f"/j/{session.code}", "/zoom/meetings/", "/"):
        assert "zak=" not in tariq.get(address).content.decode()

    assert linked.sim.called("meeting") == before


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_zoom_does_the_meetings_own_link_is_left(
    linked: LinkedZoom, session: ClassSession, fault: str
) -> None:
    what = dict(FAULTS[fault])
    linked.sim.fault(what.pop("do"), operation="meeting", times=None, **what)

    answer = start(linked, session)

    assert (answer.status_code, answer["Location"]) == (303, link_of(session))


def test_a_lost_connection_is_said_with_its_mend_and_the_meetings_own_link_is_left(
    linked: LinkedZoom, session: ClassSession
) -> None:
    ZoomUser.objects.update(state=HostState.LOST, access_token=None, refresh_token=None)

    told = start(linked, session)
    page = told.content.decode()
    assert (told.status_code, link_of(session) in page) == (409, False)
    for words in (
        "The Zoom connection is gone",
        "Connect Zoom again",
        f"signed in at Zoom as {linked.school.tariq.email}",
    ):
        assert words in page
    answer = signed_in(linked.school.tariq).post(f"/classes/{session.code}/start/", {"way": "in_zoom"})
    assert (answer.status_code, answer["Location"]) == (303, link_of(session))


def test_a_grant_that_zoom_ended_is_noticed_at_the_click_and_told(
    linked: LinkedZoom, session: ClassSession
) -> None:
    linked.sim.user(linked.school.tariq.email, revoke=True)

    told = start(linked, session)

    host = ZoomUser.objects.get()
    assert (told.status_code, host.state, host.state_reason) == (409, HostState.LOST, "invalid_grant")
    assert "Connect Zoom again" in told.content.decode()
    assert losing.tell_due(linked.now) == 1
    assert ZoomOccurrence.objects.get().check_codes == ["connection"]


def test_a_token_that_zoom_ended_alone_is_refreshed_and_the_class_starts(
    linked: LinkedZoom, session: ClassSession
) -> None:
    host = ZoomUser.objects.get()
    host.access_token = "ended"
    host.save()

    assert "zak=" in start(linked, session)["Location"]


def test_the_organisations_account_starts_it_where_her_own_grant_is_gone(
    linked: LinkedZoom, session: ClassSession, settings: Settings
) -> None:
    configure(settings)
    account_due(linked.now)
    linked.sim.user(linked.school.tariq.email, revoke=True)

    assert "zak=" in start(linked, session)["Location"]
    host = ZoomUser.objects.get(teacher=linked.school.tariq)
    assert (host.state, host.by_account) == (HostState.CONNECTED, True)


def test_nobody_is_sent_to_zoom_as_a_host_whom_zoom_has_no_more(
    linked: LinkedZoom, session: ClassSession
) -> None:
    ZoomUser.objects.update(state=HostState.GONE, state_reason="deactivated")

    for way in ("", "in_zoom"):
        told = signed_in(linked.school.tariq).post(f"/classes/{session.code}/start/", {"way": way})
        page = told.content.decode()
        assert told.status_code == 409
        assert "Its Zoom user is no longer active" in page
        assert "Open it in Zoom" not in page
        assert "Connect Zoom again" not in page


def test_a_meeting_that_zoom_does_not_find_is_not_led_to_and_counts_as_a_reading(
    linked: LinkedZoom, session: ClassSession
) -> None:
    linked.sim.delete_meeting(int(linked.numbers()[0]))

    answer = start(linked, session)

    assert answer.status_code == 409
    assert "Zoom doesn’t find this class’s meeting." in answer.content.decode()
    assert ZoomMeeting.objects.get().missing_reads == 1
    page = signed_in(linked.school.tariq).get(f"/classes/{session.code}/").content.decode()
    assert "Zoom didn’t find its meeting when we last asked." in page
    linked.advance(seconds=61)
    reconcile_due(linked.now)
    assert ZoomMeeting.objects.get().missing_at == linked.now


@pytest.fixture
def never_answers() -> Iterator[Event]:
    """A Zoom that takes a call and says nothing until the event is set."""
    released = Event()

    class Silent(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            released.wait(30)
            raise httpx.ReadTimeout("silent", request=request)

    api.install(Silent())
    yield released
    released.set()
    api.install(None)


def test_nobody_waits_longer_than_the_three_seconds(
    linked: LinkedZoom, session: ClassSession, never_answers: Event
) -> None:
    client = signed_in(linked.school.tariq)
    began = time.monotonic()
    answer = client.post(f"/classes/{session.code}/start/")
    waited = time.monotonic() - began

    assert answer["Location"] == link_of(session)
    assert SECONDS <= waited < SECONDS + 5  # far from the call's thirty
