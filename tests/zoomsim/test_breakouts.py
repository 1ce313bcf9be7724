"""Breakout rooms, full meetings, a second meeting of one host, and what goes for good."""

from __future__ import annotations

from typing import Any

import pytest
from tests.zoom_simulator import ZoomSim

HOST = "teacher01@demo.example"


@pytest.fixture
def number(zoom_sim: ZoomSim) -> int:
    """A running meeting of a licensed host, without a waiting room."""
    made = zoom_sim.add_meeting(
        HOST, topic="Sets", settings={"waiting_room": False, "join_before_host": True}
    )
    zoom_sim.grant(HOST)
    act(zoom_sim, int(made["id"]), "host_start")
    return int(made["id"])


def act(sim: ZoomSim, number: int, action: str, **fields: Any) -> Any:
    return sim.control("POST", "people", meeting=number, action=action, **fields)


def names(sim: ZoomSim) -> list[str]:
    return [event.removeprefix("meeting.participant_") for event in sim.events if "participant" in event]


def test_who_goes_aside_stays_in_the_meeting(zoom_sim: ZoomSim, number: int) -> None:
    act(zoom_sim, number, "join", people=["Sana"])
    before = len(names(zoom_sim))
    act(zoom_sim, number, "breakout", people=["Sana"])
    act(zoom_sim, number, "back", people=["Sana"])
    assert names(zoom_sim)[before:] == ["joined_breakout_room", "left_breakout_room"]


def test_or_is_told_as_leaving_and_coming_again(zoom_sim: ZoomSim, number: int) -> None:
    zoom_sim.switch(breakout_leaves=True)
    act(zoom_sim, number, "join", people=["Sana"])
    before = len(names(zoom_sim))
    act(zoom_sim, number, "breakout", people=["Sana"])
    act(zoom_sim, number, "back", people=["Sana"])
    assert names(zoom_sim)[before:] == ["left", "joined_breakout_room", "left_breakout_room", "joined"]


def test_who_leaves_from_a_breakout_room_leaves_both(zoom_sim: ZoomSim, number: int) -> None:
    act(zoom_sim, number, "join", people=["Sana"])
    act(zoom_sim, number, "breakout", people=["Sana"])
    before = len(names(zoom_sim))
    act(zoom_sim, number, "leave", people=["Sana"])
    assert names(zoom_sim)[before:] == ["left_breakout_room", "left"]


def test_a_meeting_holds_as_many_as_its_host_may_have(zoom_sim: ZoomSim, number: int) -> None:
    zoom_sim.user(HOST, settings={"feature": {"meeting_capacity": 3}})
    act(zoom_sim, number, "join", people=["One", "Two"])
    with pytest.raises(ValueError, match="capacity"):
        act(zoom_sim, number, "join", people=["Three"])


@pytest.mark.parametrize("answer", ["ends_first", "refused"])
def test_a_second_meeting_of_one_host_ends_the_first_or_is_refused(
    zoom_sim: ZoomSim, number: int, answer: str
) -> None:
    zoom_sim.switch(second_meeting=answer)
    other = int(zoom_sim.add_meeting(HOST, topic="More")["id"])
    if answer == "refused":
        with pytest.raises(ValueError, match="in progress"):
            act(zoom_sim, other, "host_start")
    else:
        act(zoom_sim, other, "host_start")
    running = {meeting["id"] for meeting in zoom_sim.meetings if meeting["status"] == "started"}
    assert running == {number if answer == "refused" else other}


def test_what_was_deleted_is_gone_for_good_after_thirty_days(zoom_sim: ZoomSim) -> None:
    zoom_sim.grant(HOST)
    number = int(zoom_sim.add_meeting(HOST, topic="Sets")["id"])
    zoom_sim.delete_meeting(number)
    assert "meeting.permanently_deleted" not in zoom_sim.events
    zoom_sim.advance(31 * 24 * 3600)
    zoom_sim.deliver()
    assert zoom_sim.events.count("meeting.permanently_deleted") == 1


def test_what_is_deleted_for_good_by_hand_cant_be_recovered(zoom_sim: ZoomSim) -> None:
    token = zoom_sim.grant(HOST)["access_token"]
    number = int(zoom_sim.add_meeting(HOST, topic="Sets")["id"])
    zoom_sim.delete_meeting(number, for_good=True)
    with zoom_sim.client(token) as client:
        answer = client.put(f"/v2/meetings/{number}/status", json={"action": "recover"})
    assert (answer.status_code, answer.json()["code"]) == (404, 3001)


def test_who_is_taken_out_of_the_account_is_told_to_its_own_app(zoom_sim: ZoomSim) -> None:
    with zoom_sim.client() as client:  # the account's own app hears of users once it has a token
        asked = {"grant_type": "account_credentials", "account_id": "sim-account"}
        client.post("/oauth/token", data=asked, auth=("sim-s2s-client", "sim-s2s-secret"))
    zoom_sim.user("gone@demo.example", licence="basic")
    zoom_sim.user("gone@demo.example", disassociate=True)
    assert "user.disassociated" in zoom_sim.events
