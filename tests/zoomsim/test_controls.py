"""What an app may do in a meeting that runs."""

from __future__ import annotations

import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ


def control(zoom: ZoomSim, number: int, method: str) -> tuple[int, str]:
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        answer = client.patch(f"/v2/live_meetings/{number}/events", json={"method": method})
    return answer.status_code, answer.json()["message"] if answer.content else ""


@pytest.fixture
def number(zoom: ZoomSim) -> int:
    zoom.grant(TARIQ)
    made: int = zoom.add_meeting(TARIQ, topic="Algebra", type=2)["id"]
    return made


def told(zoom: ZoomSim) -> list[str]:
    return [event for event in zoom.events if event.startswith("recording.")]


def test_a_recording_is_started_and_stopped(zoom: ZoomSim, number: int) -> None:
    zoom.people.host_start(number)
    for method in ("start", "start", "pause", "resume", "stop", "stop"):
        assert control(zoom, number, f"recording.{method}") == (202, "")

    assert told(zoom) == [
        *("recording.started", "recording.paused", "recording.resumed", "recording.stopped"),
    ]


def test_of_a_meeting_that_does_not_run_there_is_nothing_to_record(zoom: ZoomSim, number: int) -> None:
    assert control(zoom, number, "recording.start") == (400, "Meeting does not exist.")
    assert control(zoom, 99999999999, "recording.start")[0] == 404


def test_it_takes_a_cloud_with_room(zoom: ZoomSim, number: int) -> None:
    zoom.people.host_start(number)
    zoom.switch(storage_full=True)
    assert control(zoom, number, "recording.start")[0] == 400
    zoom.switch(storage_full=False)
    zoom.user(TARIQ, licence="basic")
    assert control(zoom, number, "recording.start") == (400, "No permission.")
    assert told(zoom) == []


def test_of_the_rest_nothing_is_imitated(zoom: ZoomSim, number: int) -> None:
    zoom.people.host_start(number)
    assert control(zoom, number, "waiting_room.update")[0] == 400
