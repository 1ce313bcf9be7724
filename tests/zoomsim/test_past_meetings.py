"""Past meetings and reports: which sitting, who was there join by join, and for whom there is nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ


def test_each_join_is_a_row_with_its_seconds(zoom: ZoomSim) -> None:
    zoom.grant(TARIQ)
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, {"email": "teacher01@demo.example"}, "Sana")
    zoom.advance(100)
    zoom.people.leave(number, "Sana")
    zoom.advance(20)
    zoom.people.join(number, "Sana")
    zoom.advance(30)
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=30))

    rows = participants(zoom, number)
    reported = report(zoom, number)

    assert [(row["name"], row["join_time"], row["duration"]) for row in rows] == [
        ("Tariq Haddad", "2026-03-02T08:00:00Z", 150),
        ("Amelia Brandt", "2026-03-02T08:00:00Z", 150),
        ("Sana", "2026-03-02T08:00:00Z", 100),
        ("Sana", "2026-03-02T08:02:00Z", 30),
    ]
    assert [row["duration"] for row in reported] == [150, 150, 100, 30]
    assert len({row["user_id"] for row in rows}) == 4
    assert [row["user_email"] for row in rows] == [TARIQ, "teacher01@demo.example", "", ""]
    assert [row["internal_user"] for row in rows] == [True, True, False, False]
    joined = [
        webhook["body"]["payload"]["object"]["participant"]["user_id"]
        for webhook in zoom.webhooks
        if webhook["event"] == "meeting.participant_joined"
    ]
    assert [row["user_id"] for row in rows] == joined


def test_a_number_means_the_latest_sitting_and_a_uuid_its_own(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    first = sitting(zoom, number, minutes=10)
    second = sitting(zoom, number, minutes=20)
    running = zoom.people.host_start(number)["uuid"]

    with tariq(zoom) as client:
        details = [client.get(f"/v2/past_meetings/{key}").json() for key in (number, address(first))]
        instances = client.get(f"/v2/past_meetings/{number}/instances").json()["meetings"]
        unfinished = client.get(f"/v2/past_meetings/{address(running)}")

    assert [(one["uuid"], one["duration"], one["total_minutes"]) for one in details] == [
        (second, 20, 40),
        (first, 10, 20),
    ]
    assert [one["uuid"] for one in instances] == [first, second]
    assert details[0]["participants_count"] == 2
    assert (unfinished.status_code, unfinished.json()["code"]) == (404, 3001)


@pytest.mark.parametrize(("awkward", "found_by"), [(True, ["twice"]), (False, ["raw", "once", "twice"])])
def test_a_uuid_with_slashes_has_to_be_encoded_twice_where_it_would_mislead(
    zoom: ZoomSim, awkward: bool, found_by: list[str]
) -> None:
    """https://developers.zoom.us/docs/api/using-zoom-apis/: begins with / or contains //."""
    zoom.switch(awkward_uuids=awkward)
    number = meeting(zoom)
    uuid = next(
        one
        for one in (sitting(zoom, number) for _ in range(40))
        if awkward or ("/" in one[1:] and not one.startswith("/") and "//" not in one)
    )
    once = quote(uuid, safe="")
    ways = {"raw": quote(uuid, safe="/"), "once": once, "twice": quote(once, safe="")}

    with tariq(zoom) as checked, unchecked(zoom, checked) as client:
        answers = {
            name: client.get(f"/v2/past_meetings/{way}/participants").status_code
            for name, way in ways.items()
        }

    assert [name for name, status in answers.items() if status == 200] == found_by
    assert {status for name, status in answers.items() if name not in found_by} <= {404}


def test_of_one_person_alone_nothing_is_told(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.end(number)
    zoom.advance(timedelta(hours=1))

    assert (participants(zoom, number), report(zoom, number)) == ([], [])

    zoom.switch(lone_meeting="3001")
    with tariq(zoom) as client:
        answer = client.get(f"/v2/past_meetings/{number}/participants")
    assert (answer.status_code, answer.json()["code"]) == (404, 3001)


def test_figures_come_some_time_after_the_end(zoom: ZoomSim) -> None:
    zoom.switch(report_delay_minutes=45)
    number = meeting(zoom)
    sitting(zoom, number, minutes=10)
    zoom.advance(timedelta(minutes=44))

    early = [row["duration"] for row in participants(zoom, number)]
    with account(zoom) as client:
        none = client.get(f"/v2/report/meetings/{number}/participants")
    zoom.switch(early_report="zeros")
    zeros = [row["duration"] for row in report(zoom, number)]
    zoom.advance(60)

    assert (early, zeros) == ([0, 0], [0, 0])
    assert (none.status_code, none.json()) == (
        404,
        {"code": 3001, "message": f"Meeting {number} not found or has expired."},
    )
    assert [row["duration"] for row in participants(zoom, number)] == [600, 600]
    assert [row["duration"] for row in report(zoom, number)] == [600, 600]


@pytest.mark.parametrize("email", ["basic@demo.example", "olu@elsewhere.example"])
def test_without_a_licence_there_is_no_past(zoom: ZoomSim, email: str) -> None:
    zoom.switch(app_published=True)
    number = meeting(zoom, host=email)
    sitting(zoom, number)

    with zoom.client(zoom.grant(email)["access_token"]) as client:
        account_id = client.get("/v2/users/me").json()["account_id"]
        answers = [
            client.get(f"/v2/past_meetings/{number}"),
            client.get(f"/v2/past_meetings/{number}/participants"),
        ]

    assert [(one.status_code, one.json()) for one in answers] == [
        (400, {"code": 200, "message": f"Only available for paid account: {account_id}."})
    ] * 2


def test_after_a_year_the_past_is_closed(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(days=366))

    with tariq(zoom) as client:
        answers = [
            client.get(f"/v2/past_meetings/{number}"),
            client.get(f"/v2/past_meetings/{number}/participants"),
        ]
        known = client.get(f"/v2/past_meetings/{number}/instances").json()["meetings"]
    with account(zoom) as client:
        answers.append(client.get(f"/v2/report/meetings/{number}/participants"))

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(400, 12702)] * 3
    assert len(known) == 1


def test_reports_are_for_admin_scopes_alone(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    with tariq(zoom) as client:
        answer = client.get(f"/v2/report/meetings/{number}/participants")

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "code": 4711,
            "message": "Invalid access token, does not contain "
            "scopes:[report:read:list_meeting_participants:admin].",
        },
    )


def test_another_hosts_past_is_not_told(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    uuid = sitting(zoom, number)
    foreign = meeting(zoom, host="olu@elsewhere.example")
    sitting(zoom, foreign)
    zoom.advance(timedelta(hours=1))

    with zoom.client(zoom.grant("teacher01@demo.example")["access_token"]) as other:
        answers = [
            other.get(f"/v2/past_meetings/{number}/participants"),
            other.get(f"/v2/past_meetings/{address(uuid)}"),
            other.get(f"/v2/past_meetings/{number}/instances"),
        ]
    with account(zoom) as client:
        elsewhere = client.get(f"/v2/report/meetings/{foreign}/participants")

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, 3001)] * 3
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (400, 1010)


def test_a_report_names_registrants_when_asked(zoom: ZoomSim) -> None:
    number = meeting(zoom, settings={"approval_type": 0})
    with tariq(zoom) as client:
        sana = client.post(
            f"/v2/meetings/{number}/registrants", json={"email": "sana@home.example", "first_name": "Sana"}
        ).json()
    zoom.people.host_start(number)
    zoom.people.join(number, {"registrant": sana["join_url"]})
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=30))

    plain, full = report(zoom, number), report(zoom, number, include_fields="registrant_id")

    assert ["registrant_id" in row for row in plain] == [False, False]
    assert [(row["registrant_id"], row["user_email"]) for row in full] == [
        ("", TARIQ),
        (sana["registrant_id"], "sana@home.example"),
    ]
    assert [row["registrant_id"] for row in participants(zoom, number)] == ["", sana["registrant_id"]]


def test_the_waiting_room_has_rows_of_its_own(zoom: ZoomSim) -> None:
    number = meeting(zoom, settings={"waiting_room": True})
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")
    zoom.advance(60)
    zoom.people.admit(number)
    zoom.advance(60)
    zoom.people.end(number)

    rows = [(row["name"], row["status"]) for row in participants(zoom, number)]
    zoom.switch(waiting_room_rows=False)

    assert rows == [
        ("Tariq Haddad", "in_meeting"),
        ("Sana", "in_waiting_room"),
        ("Sana", "in_meeting"),
    ]
    assert [row["status"] for row in participants(zoom, number)] == ["in_meeting"] * 2


def test_a_breakout_room_has_rows_in_reports(zoom: ZoomSim) -> None:
    """Who is there stays in the meeting: the row of the join is whole."""
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")
    for _room in range(2):
        zoom.advance(60)
        act = {"meeting": number, "people": ["Sana"]}
        zoom.control("POST", "people", action="breakout", **act)
        zoom.advance(120)
        zoom.control("POST", "people", action="back", **act)
    zoom.advance(60)
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=30))

    with account(zoom) as client:
        path = f"/v2/report/meetings/{number}/participants"
        rows = client.get(path).json()["participants"]
        zoom.switch(breakout_rows=False)
        without = client.get(path).json()["participants"]

    own = [(row["duration"], bool(row["bo_mtg_id"])) for row in rows if row["name"] == "Sana"]
    assert own == [(420, False), (120, True), (120, True)]
    assert len({row["bo_mtg_id"] for row in rows}) == 3
    assert len({row["user_id"] for row in rows if row["name"] == "Sana"}) == 1
    assert [row["duration"] for row in without if row["name"] == "Sana"] == [420]
    assert [row["duration"] for row in participants(zoom, number) if row["name"] == "Sana"] == [420]


def test_who_leaves_from_a_breakout_room_was_there_till_then(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")
    zoom.control("POST", "people", meeting=number, people=["Sana"], action="breakout")
    zoom.advance(60)
    zoom.people.leave(number, "Sana")
    zoom.advance(60)
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=30))

    with account(zoom) as client:
        rows = client.get(f"/v2/report/meetings/{number}/participants").json()["participants"]

    assert [row["duration"] for row in rows if row["name"] == "Sana"] == [60, 60]


def test_participants_are_listed_page_by_page(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, count=4)
    zoom.people.end(number)

    with tariq(zoom) as client:
        path = f"/v2/past_meetings/{number}/participants"
        first = client.get(path, params={"page_size": 3}).json()
        second = client.get(path, params={"next_page_token": first["next_page_token"]}).json()

    names = [row["name"] for row in first["participants"] + second["participants"]]
    assert names == ["Tariq Haddad", *(f"Student {n}" for n in range(1, 5))]
    assert (first["total_records"], first["page_count"], second["next_page_token"]) == (5, 2, "")


def test_a_report_of_a_users_meetings(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    uuid = sitting(zoom, number, minutes=10)
    zoom.advance(timedelta(minutes=30))

    with account(zoom) as client:
        path = f"/v2/report/users/{TARIQ}/meetings"
        found = client.get(path, params={"from": "2026-03-01", "to": "2026-03-02"}).json()
        before = client.get(path, params={"from": "2026-02-01", "to": "2026-03-01"}).json()
        too_long = client.get(path, params={"from": "2026-01-01", "to": "2026-03-02"})
        one = client.get(f"/v2/report/meetings/{number}").json()

    assert [(row["uuid"], row["duration"], row["participants_count"]) for row in found["meetings"]] == [
        (uuid, 10, 2)
    ]
    assert (found["from"], found["to"], before["meetings"]) == ("2026-03-01", "2026-03-02", [])
    assert (too_long.status_code, too_long.json()["code"]) == (400, 300)
    assert (one["uuid"], one["total_minutes"]) == (uuid, 20)


def test_a_report_of_the_accounts_hosts(zoom: ZoomSim) -> None:
    sitting(zoom, meeting(zoom), minutes=10)
    sitting(zoom, meeting(zoom), minutes=20)
    zoom.advance(timedelta(minutes=30))

    with account(zoom) as client:
        days = {"from": "2026-03-01", "to": "2026-03-02"}
        active = client.get("/v2/report/users", params=days).json()
        inactive = client.get("/v2/report/users", params=days | {"type": "inactive", "page_size": 300}).json()
        before = client.get("/v2/report/users", params={"from": "2026-02-01", "to": "2026-03-01"}).json()
        without_days = client.get("/v2/report/users")

    [tariq] = active["users"]
    assert (tariq["email"], tariq["meetings"], tariq["participants"], tariq["meeting_minutes"]) == (
        TARIQ,
        2,
        4,
        30,
    )
    assert (active["total_meetings"], active["total_participants"], active["total_meeting_minutes"]) == (
        2,
        4,
        30,
    )
    assert TARIQ not in {user["email"] for user in inactive["users"]}
    assert inactive["total_records"] == 21
    assert before["users"] == []
    assert [error["field"] for error in without_days.json()["errors"]] == ["from", "to"]


def test_what_a_strict_client_library_asks_of_participants_is_there(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)

    for row in participants(zoom, number):
        assert [type(row[name]) for name in ("id", "name", "user_email")] == [str, str, str]


def meeting(zoom: ZoomSim, *, host: str = TARIQ, **fields: Any) -> int:
    number: int = zoom.add_meeting(host, topic="Algebra", type=3, **fields)["id"]
    return number


def sitting(zoom: ZoomSim, number: int, *, minutes: int = 1) -> str:
    """The host and Sana meet for some minutes; the uuid."""
    uuid: str = zoom.people.host_start(number)["uuid"]
    zoom.people.join(number, "Sana")
    zoom.advance(timedelta(minutes=minutes))
    zoom.people.end(number)
    return uuid


def tariq(zoom: ZoomSim) -> httpx.Client:
    return zoom.client(zoom.grant(TARIQ)["access_token"])


def unchecked(zoom: ZoomSim, like: httpx.Client) -> httpx.Client:
    return httpx.Client(transport=zoom.plain_transport, base_url=zoom.base_url, headers=like.headers)


def account(zoom: ZoomSim) -> httpx.Client:
    with zoom.client() as client:
        answer = client.post(
            "/oauth/token",
            data={"grant_type": "account_credentials", "account_id": "sim-account"},
            auth=("sim-s2s-client", "sim-s2s-secret"),
        )
    return zoom.client(answer.json()["access_token"])


def address(uuid: str) -> str:
    return quote(quote(uuid, safe=""), safe="")


def participants(zoom: ZoomSim, number: int) -> list[dict[str, Any]]:
    with tariq(zoom) as client:
        rows: list[dict[str, Any]] = client.get(f"/v2/past_meetings/{number}/participants").json()[
            "participants"
        ]
    return rows


def report(zoom: ZoomSim, number: int, **params: str) -> list[dict[str, Any]]:
    with account(zoom) as client:
        rows: list[dict[str, Any]] = client.get(
            f"/v2/report/meetings/{number}/participants", params=params
        ).json()["participants"]
    return rows
