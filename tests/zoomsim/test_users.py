"""Users through the API: who they are, how they are set up, their ZAKs; and whom a token reaches."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ


def test_a_user_reads_about_herself(tariq: httpx.Client) -> None:
    me = tariq.get("/v2/users/me").json()

    assert (me["email"], me["type"], me["status"], me["account_id"]) == (TARIQ, 2, "active", "sim-account")
    assert [tariq.get(f"/v2/users/{key}").json()["id"] for key in (me["id"], TARIQ)] == [me["id"]] * 2


def test_a_users_own_token_reaches_nobody_else(zoom: ZoomSim, tariq: httpx.Client) -> None:
    other = tariq.get("/v2/users/teacher01@demo.example")
    unknown = tariq.get("/v2/users/nobody@demo.example")
    foreign = tariq.get("/v2/users/olu@elsewhere.example")

    assert (other.status_code, other.json()["code"]) == (400, 4711)
    assert (unknown.status_code, unknown.json()) == (
        404,
        {"code": 1001, "message": "User does not exist: nobody@demo.example."},
    )
    assert (foreign.status_code, foreign.json()["code"]) == (404, 1001)


def test_the_accounts_own_app_reaches_its_account_and_no_other(account: httpx.Client) -> None:
    assert account.get(f"/v2/users/{TARIQ}").json()["email"] == TARIQ
    assert account.get("/v2/users/me").json()["email"] == "admin@demo.example"
    assert account.get("/v2/users/olu@elsewhere.example").status_code == 404


@pytest.mark.parametrize(("email", "cloud"), [(TARIQ, True), ("basic@demo.example", False)])
def test_settings_tell_what_the_licence_allows(zoom: ZoomSim, email: str, cloud: bool) -> None:
    with zoom.client(zoom.grant(email)["access_token"]) as client:
        settings = client.get("/v2/users/me/settings").json()

    assert settings["recording"]["cloud_recording"] is cloud
    assert settings["feature"]["concurrent_meeting"] == "Basic"


@pytest.mark.parametrize(
    "asked",
    [
        {"waiting_room": True},
        {"in_meetings": {"waiting_room": True}},
        {"in_meeting": {"waiting_room": "yes"}},
        ["in_meeting"],
    ],
)
def test_settings_of_another_shape_are_refused_and_not_kept(zoom: ZoomSim, asked: Any) -> None:
    before = zoom.user(TARIQ)["settings"]
    with pytest.raises(ValueError, match="settings"):
        zoom.user(TARIQ, settings=asked)

    assert zoom.user(TARIQ)["settings"] == before


def test_settings_by_option(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.user(TARIQ, settings={"in_meeting": {"waiting_room": True}})

    security = tariq.get("/v2/users/me/settings", params={"option": "meeting_security"}).json()
    sign_in = tariq.get("/v2/users/me/settings", params={"option": "meeting_authentication"}).json()

    assert security["meeting_security"]["waiting_room"] is True
    assert security["meeting_security"]["meeting_password_requirement"]["length"] == 0
    assert sign_in["authentication_options"][0]["name"] == "Sign in to Zoom"


def test_a_zak_starts_a_meeting_until_it_expires(zoom: ZoomSim, tariq: httpx.Client) -> None:
    meeting = tariq.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()
    short = tariq.get("/v2/users/me/zak").json()["token"]
    long = tariq.get("/v2/users/me/token", params={"type": "zak", "ttl": "600"}).json()["token"]

    zoom.advance(301)

    with zoom.client() as browser:
        assert browser.get(f"/s/{meeting['id']}", params={"zak": short}).status_code == 403
        assert browser.get(f"/s/{meeting['id']}", params={"zak": long}).status_code == 200


def test_other_kinds_of_token_are_no_longer_given(tariq: httpx.Client) -> None:
    answer = tariq.get("/v2/users/me/token", params={"type": "token"})

    assert (answer.status_code, answer.json()["code"]) == (400, 2300)


def test_an_address_that_zoom_does_not_have(zoom: ZoomSim, tariq: httpx.Client) -> None:
    with httpx.Client(
        transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers
    ) as client:
        answer = client.get("/v2/classes")

    assert (answer.status_code, answer.json()) == (
        404,
        {"code": 2300, "message": "This API endpoint is not recognized."},
    )


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x"])
def test_without_a_good_token_nothing_is_told(zoom: ZoomSim, header: str) -> None:
    with zoom.client() as client:
        answer = client.get("/v2/users/me", headers={"Authorization": header})

    assert (answer.status_code, answer.json()) == (401, {"code": 124, "message": "Invalid access token."})


def test_answers_say_what_they_are(tariq: httpx.Client) -> None:
    answer = tariq.get("/v2/users/me")

    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.headers["x-zm-trackingid"].startswith("v=2.0;")
    assert answer.headers["x-ratelimit-category"] == "Light"
    assert answer.headers["date"] == "Mon, 02 Mar 2026 08:00:00 GMT"


def test_an_admin_lists_the_accounts_people(
    zoom: ZoomSim, account: httpx.Client, tariq: httpx.Client
) -> None:
    zoom.user("teacher02@demo.example", status="inactive")

    page = account.get("/v2/users", params={"page_size": 4}).json()
    everybody = account.get("/v2/users", params={"page_size": 300}).json()
    inactive = account.get("/v2/users", params={"status": "inactive"}).json()
    owners = account.get("/v2/users", params={"role_id": "0"}).json()
    refused = tariq.get("/v2/users")

    first = ["admin@demo.example", TARIQ, "teacher01@demo.example", "teacher03@demo.example"]
    assert [one["email"] for one in page["users"]] == first
    assert (page["page_count"], page["page_number"], page["total_records"]) == (6, 1, 21)
    emails = {one["email"] for one in everybody["users"]}
    assert (len(emails), {email.partition("@")[2] for email in emails}) == (21, {"demo.example"})
    assert [one["type"] for one in everybody["users"] if one["email"].startswith(("basic", "unlic"))] == [
        1,
        4,
    ]
    assert [one["email"] for one in inactive["users"]] == ["teacher02@demo.example"]
    assert [one["email"] for one in owners["users"]] == ["admin@demo.example"]
    assert (refused.status_code, refused.json()["message"]) == (
        400,
        "Invalid access token, does not contain scopes:[user:read:list_users:admin].",
    )


def test_the_list_goes_on_by_token_alone(account: httpx.Client) -> None:
    first = account.get("/v2/users", params={"page_size": 12}).json()
    second = account.get("/v2/users", params={"next_page_token": first["next_page_token"]}).json()

    assert len({one["id"] for one in first["users"] + second["users"]}) == 22
    assert second["next_page_token"] == ""


def test_changed_and_deleted_users_are_told(
    zoom: ZoomSim, account: httpx.Client, tariq: httpx.Client
) -> None:
    meeting = tariq.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()

    zoom.user(TARIQ, licence="basic")
    zoom.user(TARIQ, delete=True)

    told = [one["body"]["payload"]["object"] for one in zoom.webhooks if one["event"].startswith("user.")]
    assert zoom.events[1:] == ["user.updated", "user.deleted"]
    assert (told[0]["type"], told[1]["email"]) == (1, TARIQ)
    assert account.get(f"/v2/users/{TARIQ}").json()["code"] == 1001
    assert account.get(f"/v2/meetings/{meeting['id']}").json()["code"] == 3001
    assert tariq.get("/v2/users/me").json()["code"] == 124


def test_nobody_schedules_for_somebody_else(tariq: httpx.Client) -> None:
    assert tariq.get("/v2/users/me/schedulers").json() == {"schedulers": []}
    assert tariq.get("/v2/users/me/assistants").json() == {"assistants": []}


def test_what_a_strict_client_library_asks_of_a_user_is_there(tariq: httpx.Client) -> None:
    wanted = [
        "id",
        "first_name",
        "last_name",
        "email",
        "type",
        "pmi",
        "verified",
        "created_at",
        "status",
        "role_id",
    ]

    me = tariq.get("/v2/users/me").json()

    assert {name: me[name] for name in wanted if me[name] is None} == {}
    assert (type(me["pmi"]), type(me["verified"])) == (int, int)


def test_what_a_strict_client_library_asks_of_a_meeting_is_there(tariq: httpx.Client) -> None:
    wanted = """
        uuid id host_id topic type duration timezone created_at join_url status start_url password
        h323_password pstn_password encrypted_password
    """
    of_settings = """
        host_video participant_video cn_meeting in_meeting join_before_host mute_upon_entry watermark use_pmi
        approval_type audio auto_recording enforce_login waiting_room registrants_email_notification
        meeting_authentication alternative_hosts
    """

    made = tariq.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()
    page = tariq.get("/v2/users/me/meetings").json()

    assert [name for name in wanted.split() if made.get(name) is None] == []
    assert [name for name in of_settings.split() if made["settings"].get(name) is None] == []
    assert {"page_size", "total_records", "page_count", "page_number"} <= set(page)
