"""/_sim/: who may use it, the clock, switches, users, accounts, meetings by hand, and starting afresh."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ

from zoomsim.app import create_app
from zoomsim.switches import SWITCHES


def test_only_this_machine_or_the_token_may_use_it() -> None:
    app = create_app(control_token="secret")
    away = httpx.Client(
        transport=httpx.WSGITransport(app, remote_addr="192.0.2.1"), base_url="http://zoom.test"
    )

    assert away.get("/_sim/truth").status_code == 403
    assert away.get("/_sim/truth", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert away.get("/_sim/truth", headers={"Authorization": "Bearer secret"}).status_code == 200
    assert TARIQ not in away.get("/").text
    assert away.get("/oauth/authorize").status_code == 400


def test_what_is_not_json_is_refused(zoom: ZoomSim) -> None:
    with zoom.client() as client:
        answer = client.post("/_sim/reset", data={"x": "1"})

    assert (answer.status_code, answer.json()) == (400, {"error": "send application/json"})


def test_an_unknown_control_lists_the_known(zoom: ZoomSim) -> None:
    with zoom.client() as client:
        answer = client.get("/_sim/magic")

    assert answer.status_code == 404
    assert "POST /_sim/clock" in answer.json()["known"]


def test_the_clock_stops_and_moves(zoom: ZoomSim) -> None:
    assert zoom.control("GET", "clock") == {"now": "2026-03-02T08:00:00Z", "stopped": True}

    zoom.advance(timedelta(hours=1))

    assert zoom.control("GET", "clock") == {"now": "2026-03-02T09:00:00Z", "stopped": True}


def test_the_clock_runs_on_from_an_instant(zoom: ZoomSim) -> None:
    moved = zoom.control("POST", "clock", set="2030-01-01T00:00:00Z", stopped=False)

    assert (moved["now"][:16], moved["stopped"]) == ("2030-01-01T00:00", False)


def test_the_clock_follows_real_time_and_a_file(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    app = create_app(read_clock=lambda: MONDAY.timestamp(), offset_file=str(offset))
    assert app.sim.now() == MONDAY

    offset.write_text("3600\n")
    assert app.sim.now() == MONDAY + timedelta(hours=1)

    offset.write_text("-86400.5")
    assert app.sim.now() == MONDAY - timedelta(days=1, seconds=0.5)


def test_switches_have_known_names_and_values(zoom: ZoomSim) -> None:
    assert set(zoom.control("GET", "switches")) == set(SWITCHES)
    zoom.switch(refresh_mode="grace")
    assert zoom.control("GET", "switches")["refresh_mode"] == "grace"

    for wrong in (
        {"refresh_mode": "lax"},
        {"colour": "green"},
        {"app_published": 1},
        {"max_occurrences": True},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            zoom.switch(**wrong)


def test_every_switch_starts_with_a_value_it_may_have(zoom: ZoomSim) -> None:
    zoom.switch(**{name: default for name, (_, default, _) in SWITCHES.items()})


def test_the_seed_holds_a_school_and_somebody_elsewhere(zoom: ZoomSim) -> None:
    users = zoom.control("GET", "users")["users"]

    licences = {user["email"]: (user["account_id"], user["type"]) for user in users}
    assert (
        licences["admin@demo.example"]
        == licences[TARIQ]
        == licences["teacher18@demo.example"]
        == ("sim-account", 2)
    )
    assert licences["basic@demo.example"] == ("sim-account", 1)
    assert licences["unlicensed@demo.example"] == ("sim-account", 4)
    assert licences["olu@elsewhere.example"] == ("sim-elsewhere", 1)
    assert len({user["id"] for user in users}) == len(users)


def test_a_user_can_be_added_and_changed(zoom: ZoomSim) -> None:
    made = zoom.user("new@demo.example", first_name="Nina", licence="basic", timezone="Asia/Tokyo")
    assert (made["first_name"], made["type"], made["timezone"], made["account_id"]) == (
        "Nina",
        1,
        "Asia/Tokyo",
        "sim-account",
    )

    changed = zoom.user("new@demo.example", licence="licensed")

    assert (changed["id"], changed["type"], changed["first_name"]) == (made["id"], 2, "Nina")
    with zoom.client(zoom.grant("new@demo.example")["access_token"]) as client:
        body = {"start_time": "2026-03-03T09:00:00"}
        assert client.post("/v2/users/me/meetings", json=body).json()["start_time"] == "2026-03-03T00:00:00Z"


@pytest.mark.parametrize(
    "call",
    [
        ("accounts", {"id": "nowhere"}),
        ("accounts", {"id": "sim-account", "plan": "gold"}),
        ("grants", {"email": "nobody@demo.example"}),
        ("users", {"email": "x@demo.example", "account": "nowhere"}),
        ("users", {"email": TARIQ, "licence": "gold"}),
        ("meetings", {"host": "nobody@demo.example"}),
        ("meetings", {"number": 81111111111}),
        ("clock", {"set": "tomorrow"}),
    ],
)
def test_what_cannot_be_done_is_said(zoom: ZoomSim, call: tuple[str, dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"."):
        zoom.control("POST", call[0], **call[1])


def test_a_meeting_changed_by_hand_uses_no_quota_and_is_told(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="host", host_calls_a_day=1)
    number = tariq.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()["id"]

    zoom.edit_meeting(number, topic="Sets", start_time="2026-03-04T09:00:00Z")

    assert zoom.events == ["meeting.created", "meeting.updated"]
    assert [(one["topic"], one["start_time"]) for one in zoom.meetings] == [("Sets", "2026-03-04T09:00:00Z")]
    assert zoom.called("meetingUpdate") == 0


def test_one_date_can_be_changed_and_deleted_by_hand(zoom: ZoomSim) -> None:
    rule = {"type": 1, "end_times": 3}
    made = zoom.add_meeting(TARIQ, type=8, start_time="2026-03-03T09:00:00Z", recurrence=rule)
    first, second = (one["occurrence_id"] for one in made["occurrences"][:2])

    zoom.edit_meeting(made["id"], occurrence_id=first, start_time="2026-03-03T12:00:00Z")
    zoom.delete_meeting(made["id"], occurrence_id=second)

    dates = [(one["start_time"][8:13], one["status"]) for one in zoom.meetings[0]["occurrences"]]
    assert dates == [("03T12", "available"), ("04T09", "deleted"), ("05T09", "available")]


def test_deleted_meetings_are_shown_on_demand(zoom: ZoomSim) -> None:
    number = zoom.add_meeting(TARIQ, topic="Algebra")["id"]
    zoom.delete_meeting(number)

    assert zoom.meetings == []
    shown = zoom.control("GET", "meetings", deleted=1)["meetings"]
    assert [(one["id"], one["deleted"]) for one in shown] == [(number, True)]


def test_a_reset_brings_the_seed_back_with_the_same_ids(zoom: ZoomSim) -> None:
    def life() -> tuple[Any, ...]:
        token = zoom.grant(TARIQ)
        return (
            zoom.control("GET", "users")["users"][0]["id"],
            token["access_token"],
            zoom.add_meeting(TARIQ)["id"],
        )

    zoom.control("POST", "reset")
    zoom.set_time(MONDAY)
    first = life()
    zoom.switch(refresh_mode="grace")
    zoom.fault("status", operation="user")

    zoom.control("POST", "reset")

    assert (zoom.meetings, zoom.calls, zoom.control("GET", "faults")["faults"]) == ([], [], [])
    assert zoom.control("GET", "switches")["refresh_mode"] == "strict"
    zoom.set_time(MONDAY)
    assert life() == first


def test_another_seed_gives_other_ids() -> None:
    ids = []
    for seed in (1, 1, 2):
        zoom = ZoomSim(seed=seed, read_clock=lambda: datetime(2026, 3, 2, tzinfo=UTC).timestamp())
        ids.append((zoom.add_meeting(TARIQ)["id"], zoom.grant(TARIQ)["access_token"]))
        zoom.close()

    assert ids[0] == ids[1] != ids[2]


def test_the_log_tells_what_was_asked_and_answered(zoom: ZoomSim, tariq: httpx.Client) -> None:
    tariq.post("/v2/users/me/meetings", json={"topic": "Algebra"})
    tariq.get("/v2/meetings/81111111111")

    created, read = zoom.calls
    assert (created["method"], created["path"], created["operation"], created["status"]) == (
        "POST",
        "/v2/users/me/meetings",
        "meetingCreate",
        201,
    )
    assert (created["email"], created["client_id"], created["request_body"]) == (
        TARIQ,
        "sim-client",
        '{"topic":"Algebra"}',
    )
    assert (read["operation"], read["status"], read["code"]) == ("meeting", 404, 3001)
    later = zoom.control("GET", "log", after=created["id"])["calls"]
    assert [call["id"] for call in later] == [read["id"]]
    only = zoom.control("GET", "log", operation="meetingCreate")["calls"]
    assert [call["id"] for call in only] == [created["id"]]


def test_the_log_forgets_the_oldest(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.switch(calls_kept=3)
    for _ in range(5):
        tariq.get("/v2/users/me")

    assert len(zoom.calls) == 3


def test_a_state_of_an_older_simulator_is_taken_on(tmp_path: Path) -> None:
    path = str(tmp_path / "old.sqlite3")
    create_app(path).sim.store.close()
    with sqlite3.connect(path) as old:
        old.execute("DROP INDEX meeting_2")
        old.execute("ALTER TABLE meeting DROP COLUMN is_gone")
        old.execute("ALTER TABLE user DROP COLUMN settings")
        old.execute("DROP TABLE registrant")

    sim = create_app(path).sim

    with sim.turn():
        assert [user.settings for user in sim.store.users.where(limit=2)] == [{}, {}]
        assert (sim.store.meetings.where("is_gone = 0"), sim.store.registrants.count()) == ([], 0)
    sim.store.close()
