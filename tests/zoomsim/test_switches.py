"""Switches: each answer that sources about Zoom disagree on can be had either way, and some test tries it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ

from zoomsim.switches import SWITCHES

ME = "/v2/users/me"
WEEKLY = {"type": 2, "weekly_days": "3", "end_times": 55}


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_tried_by_some_test(name: str) -> None:
    folder = Path(__file__).parent
    texts = [path.read_text() for path in folder.glob("test_*.py") if path.name != "test_reference.py"]

    assert [text for text in texts if f"{name}=" in text or f'"{name}": ' in text] != []


@pytest.mark.parametrize(("window", "late_calls"), [("fixed", 4), ("sliding", 2)])
def test_a_second_begins_with_the_clock_or_moves_along(
    zoom: ZoomSim, tariq: httpx.Client, window: str, late_calls: int
) -> None:
    zoom.limit(mode="on", plan="free")
    zoom.switch(rate_window=window)
    first = [tariq.get(ME).status_code for _ in range(2)]
    zoom.advance(0.9)
    first += [tariq.get(ME).status_code for _ in range(2)]
    zoom.advance(0.2)

    late = [tariq.get(ME) for _ in range(5)]

    assert first == [200] * 4
    assert [answer.status_code for answer in late] == [200] * late_calls + [429] * (5 - late_calls)
    assert late[-1].headers["x-ratelimit-reset"] == str(int(MONDAY.timestamp()) + 2)


@pytest.mark.parametrize("status", [401, 400])
def test_a_bad_token(zoom: ZoomSim, tariq: httpx.Client, status: int) -> None:
    zoom.switch(bad_token_status=status)
    with zoom.client("made-up") as client:
        bad = client.get(ME)
    zoom.advance(timedelta(hours=1))
    expired = tariq.get(ME)

    assert [(one.status_code, one.json()) for one in (bad, expired)] == [
        (status, {"code": 124, "message": "Invalid access token."}),
        (status, {"code": 124, "message": "Access token is expired."}),
    ]


@pytest.mark.parametrize(
    ("code", "named"),
    [
        (4711, ":[user:read:user, user:read:user:admin]"),
        (4700, ""),
        (104, ":[user:read:user, user:read:user:admin]"),
    ],
)
def test_a_scope_that_lacks(zoom: ZoomSim, code: int, named: str) -> None:
    zoom.switch(scope_refusal=code)
    with zoom.client(zoom.grant(TARIQ, scopes=["meeting:read:meeting"])["access_token"]) as client:
        answer = client.get(ME)

    assert (answer.status_code, answer.json()) == (
        400,
        {"code": code, "message": f"Invalid access token, does not contain scopes{named}."},
    )


@pytest.mark.parametrize(("code", "status"), [(4711, 400), (1001, 404)])
def test_somebody_else_of_the_account(zoom: ZoomSim, tariq: httpx.Client, code: int, status: int) -> None:
    zoom.switch(other_user=code)

    answer = tariq.get("/v2/users/teacher01@demo.example")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_accounts_own_app_may_have_no_me(zoom: ZoomSim, account: httpx.Client) -> None:
    assert account.get(ME).json()["email"] == "admin@demo.example"
    zoom.switch(account_me=False)
    assert account.get(ME).json() == {"code": 1001, "message": "User does not exist: me."}


@pytest.mark.parametrize("status", [404, 400])
def test_an_unknown_address(zoom: ZoomSim, tariq: httpx.Client, status: int) -> None:
    zoom.switch(unknown_address=status)
    with httpx.Client(
        transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers
    ) as client:
        answer = client.get("/v2/classes")

    assert (answer.status_code, answer.json()["code"]) == (status, 2300)


@pytest.mark.parametrize(("most", "asked", "answer"), [(60, 55, 55), (50, 55, 50)])
def test_a_series_that_is_too_long_ends_earlier(
    zoom: ZoomSim, tariq: httpx.Client, most: int, asked: int, answer: int
) -> None:
    zoom.switch(max_occurrences=most)
    series = create(tariq, type=8, recurrence=WEEKLY | {"end_times": asked})

    assert (series.status_code, len(series.json()["occurrences"])) == (201, answer)


def test_or_it_is_refused(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.switch(max_occurrences=50, too_many_occurrences="refused")

    refused = create(tariq, type=8, recurrence=WEEKLY)

    assert [error["field"] for error in refused.json()["errors"]] == ["recurrence.end_times"]
    assert create(tariq, type=8, recurrence=WEEKLY | {"end_times": 50}).status_code == 201


def test_an_alternative_host_who_may_not_be_one(zoom: ZoomSim, tariq: httpx.Client) -> None:
    settings = {"alternative_hosts": "basic@demo.example;teacher01@demo.example"}
    assert create(tariq, settings=settings).status_code == 400

    zoom.switch(bad_alternative_host="dropped")

    made = create(tariq, settings=settings).json()
    assert made["settings"]["alternative_hosts"] == "teacher01@demo.example"


@pytest.mark.parametrize(("revokes", "status"), [(False, 400), (True, 200)])
def test_an_expired_token_may_still_end_the_authorisation(zoom: ZoomSim, revokes: bool, status: int) -> None:
    zoom.switch(revoke_expired=revokes)
    pair = zoom.grant(TARIQ)
    zoom.advance(timedelta(hours=2))

    with zoom.client() as client:
        app = ("sim-client", "sim-secret")
        answer = client.post("/oauth/revoke", data={"token": pair["access_token"]}, auth=app)
        fields = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
        renewed = client.post("/oauth/token", data=fields, auth=app)

    assert (answer.status_code, renewed.status_code) == (status, 400 if revokes else 200)


@pytest.mark.parametrize(("joined", "names"), [(False, ["Sana"]), (True, ["Basil Short", "Sana"])])
def test_whether_a_basic_hosts_own_coming_is_told(zoom: ZoomSim, joined: bool, names: list[str]) -> None:
    zoom.switch(basic_host_joined=joined)

    assert [one["user_name"] for one in joins(zoom, "basic@demo.example")] == names


def test_the_apps_list_of_redirect_addresses(zoom: ZoomSim) -> None:
    query = {"response_type": "code", "client_id": "sim-client", "redirect_uri": "https://other.test/back/"}
    with zoom.client() as browser:
        before = browser.get("/oauth/authorize", params=query)
        zoom.switch(redirect_urls=["https://other.test/back/"])
        after = browser.get("/oauth/authorize", params=query)

    assert ("(4,700)" in before.text, after.status_code) == (True, 200)


@pytest.mark.parametrize("name", ["join_time", "date_time"])
def test_the_instant_of_a_join(zoom: ZoomSim, name: str) -> None:
    zoom.switch(joined_moment=name)
    [sana] = [one for one in joins(zoom) if one["user_name"] == "Sana"]

    assert {key: value for key, value in sana.items() if key in ("join_time", "date_time")} == {
        name: "2026-03-02T08:00:00Z"
    }


@pytest.mark.parametrize(
    ("style", "reason"),
    [
        ("documented", "Host ended the meeting."),
        ("seen", "left the meeting. Reason : Host ended the meeting."),
    ],
)
def test_why_somebody_left(zoom: ZoomSim, style: str, reason: str) -> None:
    zoom.switch(leave_reasons=style)
    joins(zoom)

    left = [one["body"] for one in zoom.webhooks if one["event"] == "meeting.participant_left"]

    assert {one["payload"]["object"]["participant"]["leave_reason"] for one in left} == {reason}


@pytest.mark.parametrize("named", [False, True])
def test_who_ended_a_meeting(zoom: ZoomSim, named: bool) -> None:
    zoom.switch(ended_by=named)
    joins(zoom)

    [ended] = [one["body"]["payload"] for one in zoom.webhooks if one["event"] == "meeting.ended"]

    assert ended.get("operator") == (TARIQ if named else None)


def test_identities_may_be_hidden(zoom: ZoomSim) -> None:
    zoom.switch(identities_hidden=True)
    people = joins(zoom)
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        number = client.get(f"{ME}/meetings").json()["meetings"][0]["id"]
        rows = client.get(f"/v2/past_meetings/{number}/participants").json()["participants"]

    assert {(one["user_name"], one["email"]) for one in people} == {("", "")}
    assert {(one["name"], one["user_email"]) for one in rows} == {("", "")}
    assert (len(people), len(rows)) == (2, 2)


@pytest.mark.parametrize("where", ["beside", "inside"])
def test_the_time_of_a_removal(zoom: ZoomSim, where: str) -> None:
    zoom.switch(app_published=True, deauthorized_time=where)
    zoom.grant(TARIQ)
    zoom.user(TARIQ, revoke=True)
    body = zoom.webhooks[-1]["body"]

    assert (body.get("event_ts"), body["payload"].get("event_ts")) == (
        (1_772_438_400_000, None) if where == "beside" else (None, "2026-03-02 08:00:00")
    )


@pytest.mark.parametrize("has_all", [False, True])
def test_a_free_plan_has_fewer_events(zoom: ZoomSim, has_all: bool) -> None:
    """https://developers.zoom.us/api-hub/meetings/events/webhooks.json: "Pro or a higher plan"."""
    olu = "olu@elsewhere.example"
    zoom.switch(free_plan_events=has_all)
    zoom.grant(olu)
    number = zoom.add_meeting(olu, topic="Algebra", type=3)["id"]
    zoom.edit_meeting(number, topic="Geometry")
    zoom.people.host_start(number)
    zoom.people.end(number)
    zoom.delete_meeting(number)

    told = [event for event in zoom.events if not event.startswith("meeting.participant")]
    paid = ["meeting.updated", "meeting.deleted"] if has_all else []
    assert sorted(told) == sorted(["meeting.created", "meeting.started", "meeting.ended", *paid])


def test_a_webinar_refuses_what_is_for_meetings(zoom: ZoomSim, tariq: httpx.Client) -> None:
    """https://github.com/indico/indico-plugins/issues/256"""
    number = create(tariq).json()["id"]
    zoom.edit_meeting(number, webinar=True)

    answers = [
        tariq.get(f"/v2/meetings/{number}"),
        tariq.patch(f"/v2/meetings/{number}", json={"topic": "B"}),
        tariq.delete(f"/v2/meetings/{number}"),
    ]
    listed = tariq.get(f"{ME}/meetings").json()["meetings"]
    registrants = tariq.get(f"/v2/meetings/{number}/registrants")
    zoom.edit_meeting(number, webinar=False)

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(400, 3000)] * 3
    assert (registrants.status_code, registrants.json()["code"], listed) == (400, 300, [])
    assert tariq.get(f"/v2/meetings/{number}").status_code == 200


def test_copies_of_a_recordings_event_have_tokens_of_their_own(zoom: ZoomSim) -> None:
    """https://devforum.zoom.us/t/128602"""
    zoom.grant(TARIQ)
    zoom.fault("repeat", event="recording.completed", copies=1)
    number = zoom.add_meeting(TARIQ, topic="A", type=3, settings={"auto_recording": "cloud"})["id"]
    zoom.people.host_start(number)
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=10))

    first, second = [one["body"] for one in zoom.webhooks if one["event"] == "recording.completed"]

    assert first["payload"] == second["payload"]
    assert first["download_token"] != second["download_token"]


def create(client: httpx.Client, **fields: Any) -> httpx.Response:
    body = {"topic": "Algebra", "start_time": "2026-03-03T09:00:00Z", **fields}
    return client.post(f"{ME}/meetings", json=body)


def joins(zoom: ZoomSim, host: str = TARIQ) -> list[dict[str, Any]]:
    """The host and Sana meet; what was told of their coming."""
    zoom.grant(host)
    number = zoom.add_meeting(host, topic="Algebra", type=3)["id"]
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")
    zoom.people.end(number)
    return [
        one["body"]["payload"]["object"]["participant"]
        for one in zoom.webhooks
        if one["event"] == "meeting.participant_joined"
    ]


def test_a_zone_that_is_not_listed_is_refused_taken_or_as_if_not_given(
    zoom: ZoomSim, tariq: httpx.Client
) -> None:
    asked = {
        "type": 2,
        "start_time": "2026-03-03T09:00:00",
        "timezone": "Australia/Lord_Howe",
        "duration": 30,
    }
    refused = tariq.post(f"{ME}/meetings", json=asked)
    zoom.switch(unlisted_zones="taken")
    taken = tariq.post(f"{ME}/meetings", json=asked).json()
    zoom.switch(unlisted_zones="ignored")
    ignored = tariq.post(f"{ME}/meetings", json=asked).json()

    assert (refused.status_code, refused.json()["code"]) == (400, 300)
    assert [error["field"] for error in refused.json()["errors"]] == ["timezone"]
    assert (taken["timezone"], taken["start_time"]) == ("Australia/Lord_Howe", "2026-03-02T22:00:00Z")
    assert ignored["timezone"] != "Australia/Lord_Howe"
    made_up = asked | {"timezone": "Mars/Olympus"}
    assert tariq.post(f"{ME}/meetings", json=made_up).status_code == 400
