"""A recording is started and stopped from a class's page; whether it is on, Zoom's events say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from eduraise.classes.models import ClassSession
from eduraise.core.models import AuditEntry
from eduraise.events.apply import apply_due
from eduraise.programs.enums import Permission
from eduraise.zoom.enums import Licence, RecordingState
from eduraise.zoom.instances import fold_recording
from eduraise.zoom.models import ZoomInstance, ZoomOperation, ZoomUser
from tests.classes.pages import signed_in, text_of
from tests.events.booked import Booked
from tests.events.conftest import booked as booked
from tests.events.conftest import zoom as zoom
from tests.events.knocking import Zoom
from tests.linked import LinkedZoom
from tests.linked import linked as linked
from tests.zoom.test_registering import book, choose
from tests.zoom_simulator import zoom_sim as zoom_sim

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    choose(linked, registers=False)
    return linked.connect(linked.school.tariq)


def on(linked: LinkedZoom) -> ClassSession:
    """A class of tariq's that is on, at Zoom and here."""
    session = book(linked)
    linked.advance(minutes=60)
    assert session.occurrence
    meeting = session.occurrence.meeting
    started = linked.sim.people.host_start(int(meeting.meeting_number or 0))
    ZoomInstance.objects.create(
        host=meeting.host,
        meeting=meeting,
        meeting_number=meeting.meeting_number or "",
        meeting_uuid=started["uuid"],
        occurrence=session.occurrence,
        mapped_by="rule",
        started_at=linked.now,
        host_joined_at=linked.now,
    )
    return session


def press(linked: LinkedZoom, session: ClassSession, wish: str) -> int:
    browser = signed_in(linked.school.tariq)
    return browser.post(f"/classes/{session.code}/recording-control/", {"wish": wish}).status_code


def page(linked: LinkedZoom, session: ClassSession) -> str:
    return text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/"))


def told(linked: LinkedZoom) -> list[str]:
    return [one for one in linked.sim.events if one.startswith("recording.")]


def hear(session: ClassSession, state: str, at: datetime) -> None:
    """What an event of it does."""
    sitting = ZoomInstance.objects.get(occurrence=session.occurrence)
    assert sitting.host
    fold_recording(
        host=sitting.host,
        number=sitting.meeting_number,
        uuid=sitting.meeting_uuid,
        state=RecordingState(state),
        at=at,
    )


def test_one_press_has_zoom_record_and_one_stops_it(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    assert "Not being recorded" in page(linked, session)
    assert press(linked, session, "start") == 302
    assert "Zoom is being asked." in page(linked, session)
    assert linked.push() == ["done"]
    assert told(linked) == ["recording.started"]
    assert "Zoom has taken it." in page(linked, session)

    hear(session, "on", linked.now + timedelta(seconds=1))
    assert "Being recorded" in page(linked, session)
    assert "Zoom has taken it." not in page(linked, session)
    linked.advance(minutes=10)
    assert press(linked, session, "stop") == 302
    linked.push()
    assert told(linked) == ["recording.started", "recording.stopped"]
    assert list(AuditEntry.objects.filter(verb="class.recording_asked").values_list("after", flat=True)) == [
        {"wish": "start"},
        {"wish": "stop"},
    ]


def test_the_history_keeps_who_pressed_and_what_zoom_did_not_hear(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    press(linked, session, "start")
    linked.push()
    linked.advance(minutes=10)
    press(linked, session, "stop")
    linked.advance(minutes=3)
    linked.push()

    happened = page(linked, session).partition("What happened")[2]
    assert "Zoom was asked to record it by Tariq" in happened
    assert "Zoom was asked to stop recording it by Tariq" in happened
    given_up = "Zoom couldn’t be reached in time: “Start or stop the recording” isn’t tried any more"
    assert given_up in happened
    assert "an admin" not in happened


def test_nothing_else_of_the_meeting_is_sent_along(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    before = linked.sim.meetings
    press(linked, session, "start")
    linked.push()
    assert linked.states()[-1] == ("record", "done")
    assert len(linked.states()) == 2  # the create, and this
    assert linked.sim.meetings == before


def test_the_last_wish_holds_while_zoom_is_not_reached(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    press(linked, session, "start")
    press(linked, session, "stop")
    linked.push()
    assert told(linked) == []  # it was to be stopped, and wasn't recorded
    assert linked.states()[1:] == [("record", "done")]


def test_what_zoom_did_not_hear_in_time_is_left(linked: LinkedZoom, host: ZoomUser) -> None:
    """Nobody is recorded ten minutes after somebody pressed a button."""
    session = on(linked)
    press(linked, session, "start")
    linked.advance(minutes=3)
    assert "done" not in linked.push()
    assert linked.states()[-1] == ("record", "given_up")
    assert told(linked) == []
    assert "couldn’t be reached within two minutes" in page(linked, session)


def test_what_zoom_refuses_is_said(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    linked.sim.switch(storage_full=True)
    press(linked, session, "start")
    assert linked.push() == ["failed"]
    assert "Zoom didn’t do it: There is no room left in Zoom’s cloud." in page(linked, session)
    # of its class it says nothing: that goes on
    assert "Needs attention" not in page(linked, session)


def test_without_a_licence_nothing_is_offered(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    ZoomUser.objects.update(licence=Licence.BASIC)
    assert "takes a host with a Zoom licence" in page(linked, session)
    assert "Record this class" not in page(linked, session)
    press(linked, session, "start")
    assert not ZoomOperation.objects.filter(kind="record").exists()


def test_without_its_scope_nothing_is_offered(linked: LinkedZoom, host: ZoomUser) -> None:
    session = on(linked)
    kept = [
        one for one in ZoomUser.objects.get().scopes if "in_meeting" not in one and one != "meeting:write"
    ]
    ZoomUser.objects.update(scopes=kept)
    assert "Recordings are started and stopped in Zoom alone." in page(linked, session)


def test_who_holds_no_right_to_record_sees_none_of_it(linked: LinkedZoom, host: ZoomUser) -> None:
    session, school = on(linked), linked.school
    for person in (school.tove, school.sana, school.olu):
        browser = signed_in(person)
        assert (
            browser.post(f"/classes/{session.code}/recording-control/", {"wish": "start"}).status_code == 404
        )
        assert "Record this class" not in text_of(browser.get(f"/classes/{session.code}/"))
    assignment = school.tariq.assignments.get()
    assignment.deviations.create(permission=Permission.RECORD, is_granted=False)
    assert press(linked, session, "start") == 404


def test_a_class_that_is_not_on_has_nothing_to_record(linked: LinkedZoom, host: ZoomUser) -> None:
    session = book(linked)
    assert press(linked, session, "start") == 404


def test_of_all_that_is_told_the_latest_holds(school: Any, booked: Booked, zoom: Zoom) -> None:
    at = school.now + timedelta(hours=1)
    zoom.tells(booked.started(at))
    states = ("started", "paused", "resumed", "stopped")
    events = [
        booked.event(
            f"recording.{state}",
            uuid="uuid-one==",
            start_time="2026-03-02T09:00:00Z",
            recording_file={"recording_start": "2026-03-02T09:01:00Z", "recording_end": ""},
        )
        | {"event_ts": int((at + number * MINUTE).timestamp() * 1000)}
        for number, state in enumerate(states)
    ]
    seen = []
    school.clock.set(at + 5 * MINUTE)
    for event in (events[2], events[0], events[1], events[3], events[2]):
        zoom.tells(event)
        apply_due(school.now)
        seen.append(ZoomInstance.objects.get().recording)
    assert seen == ["on", "on", "on", "off", "off"]
