"""Meetings through the API: created, read, changed, deleted, ended, recovered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ

ALGEBRA = {
    "topic": "Algebra",
    "type": 2,
    "start_time": "2026-03-03T09:00:00",
    "timezone": "Europe/Berlin",
    "duration": 45,
}


def test_a_meeting_is_made_and_read(tariq: httpx.Client) -> None:
    made = create(tariq, agenda="Ref 1\nBring paper")

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert (read["topic"], read["agenda"], read["duration"], read["timezone"]) == (
        "Algebra",
        "Ref 1\nBring paper",
        45,
        "Europe/Berlin",
    )
    assert read["start_time"] == "2026-03-03T08:00:00Z"
    assert (read["status"], read["host_email"], read["type"]) == ("waiting", TARIQ, 2)
    assert read["id"] > 2**31
    assert read["join_url"] == f"https://zoom.test/j/{read['id']}?pwd={read['encrypted_password']}"
    assert read["start_url"].startswith(f"https://zoom.test/s/{read['id']}?zak=")


def test_the_same_request_twice_makes_two(zoom: ZoomSim, tariq: httpx.Client) -> None:
    assert create(tariq)["id"] != create(tariq)["id"]
    assert [meeting["topic"] for meeting in zoom.meetings] == ["Algebra", "Algebra"]


def test_with_z_the_start_is_utc_whatever_the_zone(tariq: httpx.Client) -> None:
    made = create(tariq, start_time="2026-03-03T09:00:00Z")

    assert (made["start_time"], made["timezone"]) == ("2026-03-03T09:00:00Z", "Europe/Berlin")


@pytest.mark.parametrize("start", ["2020-01-01T09:00:00", None])
def test_a_past_or_missing_start_becomes_now(tariq: httpx.Client, start: str | None) -> None:
    assert create(tariq, start_time=start)["start_time"] == "2026-03-02T08:00:00Z"


def test_a_whole_number_of_minutes_may_be_a_float(zoom: ZoomSim, tariq: httpx.Client) -> None:
    with httpx.Client(
        transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers
    ) as client:
        assert client.post("/v2/users/me/meetings", json={"duration": 60.0}).json()["duration"] == 60


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "x" * 201),
        ("agenda", "x" * 2001),
        ("duration", 0),
        ("duration", 1441),
        ("duration", "60"),
        ("type", 5),
        ("timezone", "Europe/Atlantis"),
        ("start_time", "tomorrow"),
        ("start_time", "2026-02-30T09:00:00"),
        ("password", "elevenchars"),
        ("password", "pass word"),
        ("tracking_fields", [1]),
    ],
)
def test_a_wrong_field_is_named(zoom: ZoomSim, tariq: httpx.Client, field: str, value: Any) -> None:
    answer = unchecked(zoom, tariq).post("/v2/users/me/meetings", json={**ALGEBRA, field: value})

    assert answer.status_code == 400
    assert answer.json()["code"] == 300
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert zoom.meetings == []


def test_a_wrong_setting_is_named(zoom: ZoomSim, tariq: httpx.Client) -> None:
    answer = unchecked(zoom, tariq).post("/v2/users/me/meetings", json={"settings": {"jbh_time": 7}})

    assert answer.json() == {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [{"field": "settings.jbh_time", "message": "Invalid field."}],
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b""])
def test_what_is_no_json_object_is_refused(zoom: ZoomSim, tariq: httpx.Client, body: bytes) -> None:
    answer = unchecked(zoom, tariq).post("/v2/users/me/meetings", content=body)

    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "Request Body should be a valid JSON object.",
    )


def test_a_passcode_is_made_up_unless_refused(tariq: httpx.Client) -> None:
    assert create(tariq)["password"].isdigit()
    without = create(tariq, default_password=False)
    assert (without["password"], without["join_url"]) == ("", f"https://zoom.test/j/{without['id']}")


def test_a_new_passcode_changes_the_join_link(tariq: httpx.Client) -> None:
    made = create(tariq, password="Abc123")
    assert made["password"] == "Abc123"

    tariq.patch(f"/v2/meetings/{made['id']}", json={"password": "Xyz789"})

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert read["password"] == "Xyz789"
    assert read["join_url"] != made["join_url"]


def test_a_passcode_rule_of_the_host_is_enforced(zoom: ZoomSim, tariq: httpx.Client) -> None:
    rule = zoom.user(TARIQ)["settings"] | {
        "schedule_meeting": {"meeting_password_requirement": requirement(length=8)}
    }
    zoom.user(TARIQ, settings=rule)

    answer = tariq.post("/v2/users/me/meetings", json={**ALGEBRA, "password": "short"})

    assert [error["field"] for error in answer.json()["errors"]] == ["password"]


def test_a_waiting_room_rules_out_joining_before_the_host(tariq: httpx.Client) -> None:
    settings = create(tariq, settings={"waiting_room": True, "join_before_host": True})["settings"]

    assert (settings["waiting_room"], settings["join_before_host"]) == (True, False)


def test_without_any_safeguard_the_waiting_room_comes_back(tariq: httpx.Client) -> None:
    open_ = {"waiting_room": False, "meeting_authentication": False, "join_before_host": True}
    made = create(tariq, default_password=False, settings=open_)
    assert made["settings"]["waiting_room"] is True

    made = create(tariq, password="Abc123", settings=open_)
    assert made["settings"]["waiting_room"] is False
    tariq.patch(f"/v2/meetings/{made['id']}", json={"password": ""})

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert (read["password"], read["settings"]["waiting_room"]) == ("", True)


def test_a_lock_of_the_account_wins_in_silence(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.control("POST", "accounts", id="sim-account", locks={"mute_upon_entry": True, "passcode": True})

    made = create(tariq, default_password=False, settings={"mute_upon_entry": False})

    assert made["settings"]["mute_upon_entry"] is True
    assert made["password"].isdigit()


def test_breakout_rooms_are_dropped_unless_the_host_may_plan_them(zoom: ZoomSim, tariq: httpx.Client) -> None:
    rooms = [{"name": "A", "participants": ["sana@demo.example"]}]
    asked = {"breakout_room": {"enable": True, "rooms": rooms}}
    assert create(tariq, settings=asked)["settings"]["breakout_room"] == {"enable": False}

    zoom.user(TARIQ, settings={"in_meeting": {"breakout_room_schedule": True}})

    assert create(tariq, settings=asked)["settings"]["breakout_room"] == asked["breakout_room"]


def test_a_basic_host_gets_no_cloud_recording_and_no_registration(zoom: ZoomSim) -> None:
    with zoom.client(zoom.grant("basic@demo.example")["access_token"]) as basil:
        settings = create(basil, settings={"auto_recording": "cloud", "approval_type": 0})["settings"]

    assert (settings["auto_recording"], settings["approval_type"]) == ("none", 2)


def test_alternative_hosts_may_be_separated_by_commas(zoom: ZoomSim, tariq: httpx.Client) -> None:
    two = "teacher01@demo.example,teacher02@demo.example"
    assert create(tariq, settings={"alternative_hosts": two})["settings"]["alternative_hosts"] == two.replace(
        ",", ";"
    )

    answer = tariq.post(
        "/v2/users/me/meetings", json={"settings": {"alternative_hosts": "basic@demo.example"}}
    )

    assert [error["field"] for error in answer.json()["errors"]] == ["settings.alternative_hosts"]


def test_a_change_leaves_the_rest_alone(tariq: httpx.Client) -> None:
    made = create(tariq, settings={"mute_upon_entry": True})

    answer = tariq.patch(f"/v2/meetings/{made['id']}", json={"topic": "Geometry"})

    assert (answer.status_code, answer.content) == (204, b"")
    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert {**read, "start_url": ""} == {**made, "start_url": "", "topic": "Geometry"}


@pytest.mark.parametrize("start", ["2020-01-01T09:00:00Z", None])
def test_a_past_start_is_ignored_when_changing(tariq: httpx.Client, start: str | None) -> None:
    made = create(tariq)

    assert (
        tariq.patch(f"/v2/meetings/{made['id']}", json={"start_time": start, "duration": 30}).status_code
        == 204
    )

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert (read["start_time"], read["duration"]) == (made["start_time"], 30)


def test_a_wall_time_in_a_change_is_on_the_meetings_own_clock(tariq: httpx.Client) -> None:
    made = create(tariq)

    tariq.patch(f"/v2/meetings/{made['id']}", json={"start_time": "2026-07-01T09:00:00"})

    assert tariq.get(f"/v2/meetings/{made['id']}").json()["start_time"] == "2026-07-01T07:00:00Z"


def test_a_deleted_meeting_is_gone_and_can_be_recovered(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = create(tariq)

    assert tariq.delete(f"/v2/meetings/{made['id']}").status_code == 204

    gone = tariq.get(f"/v2/meetings/{made['id']}")
    assert (gone.status_code, gone.json()) == (
        404,
        {"code": 3001, "message": f"Meeting does not exist: {made['id']}."},
    )
    assert tariq.delete(f"/v2/meetings/{made['id']}").json()["code"] == 3001
    assert tariq.put(f"/v2/meetings/{made['id']}/status", json={"action": "recover"}).status_code == 204
    assert tariq.get(f"/v2/meetings/{made['id']}").json()["topic"] == "Algebra"


def test_thirty_days_after_its_deletion_a_meeting_is_gone_for_good(zoom: ZoomSim) -> None:
    zoom.grant(TARIQ)
    late, by_hand = (zoom.add_meeting(TARIQ, topic="Algebra", type=3)["id"] for _ in range(2))
    zoom.delete_meeting(late)
    zoom.delete_meeting(by_hand, for_good=True)
    zoom.advance(timedelta(days=30))
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        codes = [
            client.put(f"/v2/meetings/{number}/status", json={"action": "recover"}).json()["code"]
            for number in (late, by_hand)
        ]

    gone = [
        (one["body"]["payload"]["object"]["id"], one["body"]["event_ts"])
        for one in zoom.webhooks
        if one["event"] == "meeting.permanently_deleted"
    ]
    assert codes == [3001, 3001]
    assert gone == [
        (by_hand, round(MONDAY.timestamp() * 1000)),
        (late, round((MONDAY + timedelta(days=30)).timestamp() * 1000)),
    ]


def test_a_meeting_expires_thirty_days_after_its_date(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = create(tariq)

    with zoom.client(zoom.grant(TARIQ)["access_token"]) as tariq_later:
        zoom.set_time(MONDAY + timedelta(minutes=50))
        assert tariq_later.get(f"/v2/meetings/{made['id']}").status_code == 200
    zoom.set_time(MONDAY + timedelta(days=31, hours=1))
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as tariq_later:
        assert tariq_later.get(f"/v2/meetings/{made['id']}").json()["code"] == 3001


def test_a_running_meeting_cannot_be_deleted_but_ended(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = create(tariq)
    zoom.people.host_start(made["id"])

    assert tariq.get(f"/v2/meetings/{made['id']}").json()["status"] == "started"
    assert tariq.delete(f"/v2/meetings/{made['id']}").json()["code"] == 3002
    assert tariq.put(f"/v2/meetings/{made['id']}/status", json={"action": "end"}).status_code == 204
    assert tariq.get(f"/v2/meetings/{made['id']}").json()["status"] == "waiting"
    assert zoom.people.where(made["id"])["running"] is False


def test_ending_an_idle_meeting_has_two_known_answers(zoom: ZoomSim, tariq: httpx.Client) -> None:
    path = f"/v2/meetings/{create(tariq)['id']}/status"
    assert tariq.put(path, json={"action": "end"}).status_code == 204

    zoom.switch(end_idle="3000")

    answer = tariq.put(path, json={"action": "end"})
    assert (answer.status_code, answer.json()["code"]) == (400, 3000)


def test_each_sitting_has_a_uuid_of_its_own(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = create(tariq)
    uuids = [made["uuid"]]
    for _ in range(2):
        zoom.people.host_start(made["id"])
        uuids.append(tariq.get(f"/v2/meetings/{made['id']}").json()["uuid"])
        zoom.people.end(made["id"])

    assert len(set(uuids)) == 3
    assert [instance["uuid"] for instance in zoom.truth()["instances"]] == uuids[1:]


def test_uuids_can_be_made_awkward(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.switch(awkward_uuids=True)

    uuid = create(tariq)["uuid"]

    assert uuid.startswith("/")
    assert "//" in uuid[1:]


def test_the_invitation_names_number_and_passcode(tariq: httpx.Client) -> None:
    made = create(tariq, password="Abc123")

    text = tariq.get(f"/v2/meetings/{made['id']}/invitation").json()["invitation"]

    assert made["join_url"] in text
    assert "Passcode: Abc123" in text


def test_somebody_elses_meeting_does_not_exist(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = create(tariq)

    with zoom.client(zoom.grant("teacher01@demo.example")["access_token"]) as amelia:
        for answer in (amelia.get(f"/v2/meetings/{made['id']}"), amelia.delete(f"/v2/meetings/{made['id']}")):
            assert (answer.status_code, answer.json()["code"]) == (404, 3001)
    assert [meeting["id"] for meeting in zoom.meetings] == [made["id"]]


def test_the_accounts_own_app_reaches_every_host(account: httpx.Client) -> None:
    made = account.post(f"/v2/users/{TARIQ}/meetings", json=ALGEBRA).json()

    assert made["host_email"] == TARIQ
    assert account.get(f"/v2/meetings/{made['id']}").json()["topic"] == "Algebra"


def test_who_has_no_meetings_licence_cannot_host(zoom: ZoomSim) -> None:
    with zoom.client(zoom.grant("unlicensed@demo.example")["access_token"]) as una:
        answer = una.post("/v2/users/me/meetings", json=ALGEBRA)

    assert (answer.status_code, answer.json()["code"]) == (400, 3161)


def test_what_is_no_number_is_no_meeting(zoom: ZoomSim, tariq: httpx.Client) -> None:
    answer = unchecked(zoom, tariq).get("/v2/meetings/algebra")

    assert (answer.status_code, answer.json()) == (400, {"code": 300, "message": "Invalid meeting ID."})


def create(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    body = {key: value for key, value in {**ALGEBRA, **fields}.items() if value is not None}
    answer = client.post("/v2/users/me/meetings", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def unchecked(zoom: ZoomSim, client: httpx.Client) -> httpx.Client:
    """The same caller, but free to say what Zoom does not understand."""
    return httpx.Client(transport=zoom.plain_transport, base_url=zoom.base_url, headers=client.headers)


def requirement(**changed: Any) -> dict[str, Any]:
    flags = """
        have_letter have_number have_special_character have_upper_and_lower_characters only_allow_numeric
    """
    return {**dict.fromkeys(flags.split(), False), "length": 0, **changed}
