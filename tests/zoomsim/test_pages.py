"""The pages: joining, starting, the room, signing in, the index; without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ


@pytest.fixture
def made(zoom: ZoomSim, tariq: httpx.Client) -> dict[str, Any]:
    body = {"topic": "Algebra & <sets>", "password": "Abc123", "settings": {"waiting_room": True}}
    meeting: dict[str, Any] = tariq.post("/v2/users/me/meetings", json=body).json()
    return meeting


def test_a_student_joins_waits_is_let_in_and_leaves(zoom: ZoomSim, made: dict[str, Any]) -> None:
    with browser(zoom) as sana, browser(zoom) as tariq:
        assert "Algebra &amp; &lt;sets&gt;" in sana.get(made["join_url"]).text
        room = sana.post(f"/j/{made['id']}", data={"uname": "Sana", "pwd": made["encrypted_password"]})
        assert "Waiting for the host" in room.text

        start = tariq.get(made["start_url"])
        zak = httpx.URL(made["start_url"]).params["zak"]
        assert "You are the host" in start.text
        assert zoom.people.where(made["id"])["running"] is False
        host_room = tariq.post(f"/s/{made['id']}", data={"zak": zak})
        assert "Admit Sana" in host_room.text
        assert "the host will let you in" in sana.get(f"/j/{made['id']}/room").text

        tariq.post(f"/j/{made['id']}/room", data={"action": "admit", "visit": visit_id(host_room.text)})
        assert "You are in the meeting" in sana.get(f"/j/{made['id']}/room").text
        assert zoom.people.where(made["id"])["room"] == ["Tariq Haddad", "Sana"]

        assert "Sana left the meeting." in sana.post(f"/j/{made['id']}/room", data={"action": "leave"}).text
        tariq.post(f"/j/{made['id']}/room", data={"action": "end"})
    assert zoom.people.where(made["id"])["running"] is False


def test_a_link_without_the_passcode_asks_for_it(zoom: ZoomSim, made: dict[str, Any]) -> None:
    with browser(zoom) as sana:
        page = sana.get(f"/j/{made['id']}")
        assert "Meeting passcode" in page.text
        assert "Algebra" not in page.text

        wrong = sana.post(f"/j/{made['id']}", data={"uname": "Sana", "passcode": "guess"})
        assert (wrong.status_code, "Passcode wrong" in wrong.text, 'value="Sana"' in wrong.text) == (
            422,
            True,
            True,
        )
        assert "Algebra" not in wrong.text

        assert (
            "Waiting for the host"
            in sana.post(f"/j/{made['id']}", data={"uname": "Sana", "passcode": "Abc123"}).text
        )


def test_an_old_link_stops_working_when_the_passcode_changes(zoom: ZoomSim, made: dict[str, Any]) -> None:
    zoom.edit_meeting(made["id"], password="Xyz789")

    with browser(zoom) as sana:
        assert "Meeting passcode" in sana.get(made["join_url"]).text


def test_a_name_is_needed_and_shown_as_typed(zoom: ZoomSim, made: dict[str, Any]) -> None:
    with browser(zoom) as sana:
        fields = {"pwd": made["encrypted_password"]}
        assert "Enter your name" in sana.post(f"/j/{made['id']}", data={**fields, "uname": "  "}).text
        sana.post(f"/j/{made['id']}", data={**fields, "uname": "<script>ص</script>"})

    assert zoom.people.where(made["id"])["before_host"] == ["<script>ص</script>"]
    with browser(zoom) as tariq:
        room = tariq.post(f"/s/{made['id']}", data={"zak": httpx.URL(made["start_url"]).params["zak"]})
    assert "&lt;script&gt;ص" in room.text


def test_the_signed_in_host_can_start_from_the_join_link(zoom: ZoomSim, made: dict[str, Any]) -> None:
    with browser(zoom) as tariq:
        join = httpx.URL(made["join_url"]).raw_path.decode()
        page = tariq.post("/signin", data={"user": made["host_id"], "back": join})
        assert "Start the meeting" in page.text

        tariq.post(f"/j/{made['id']}", data={"uname": "Tariq", "pwd": made["encrypted_password"]})

    assert zoom.people.where(made["id"])["room"] == ["Tariq Haddad"]


def test_joining_twice_in_one_browser_is_once(zoom: ZoomSim, made: dict[str, Any]) -> None:
    with browser(zoom) as sana:
        for _ in range(2):
            sana.post(f"/j/{made['id']}", data={"uname": "Sana", "pwd": made["encrypted_password"]})
        assert sana.get(made["join_url"]).url.path == f"/j/{made['id']}/room"

    assert zoom.people.where(made["id"])["before_host"] == ["Sana"]


@pytest.mark.parametrize("spoil", ["late", "forged", "other's"])
def test_a_start_link_is_the_hosts_for_two_hours(zoom: ZoomSim, made: dict[str, Any], spoil: str) -> None:
    url = made["start_url"]
    if spoil == "late":
        zoom.advance(7200)
    if spoil == "forged":
        url = url[:-2]
    if spoil == "other's":
        with zoom.client(zoom.grant("teacher01@demo.example")["access_token"]) as amelia:
            zak = amelia.get("/v2/users/me/zak").json()["token"]
        url = f"/s/{made['id']}?zak={zak}"

    with browser(zoom) as client:
        answer = client.get(url)
        posted = client.post(f"/s/{made['id']}", data={"zak": httpx.URL(url).params["zak"]})

    assert (answer.status_code, posted.status_code) == (403, 403)
    assert "has expired" in answer.text
    assert zoom.people.where(made["id"])["running"] is False


def test_only_the_host_lets_in_and_ends(zoom: ZoomSim, made: dict[str, Any]) -> None:
    zoom.people.host_start(made["id"])
    zoom.people.join(made["id"], "Omar")
    with browser(zoom) as sana:
        sana.post(f"/j/{made['id']}", data={"uname": "Sana", "pwd": made["encrypted_password"]})
        for action in ("admit", "end"):
            sana.post(f"/j/{made['id']}/room", data={"action": action})

    where = zoom.people.where(made["id"])
    assert (where["running"], where["waiting"]) == (True, ["Omar", "Sana"])


def test_who_closed_the_page_has_left(made: dict[str, Any]) -> None:
    time = [1_772_438_400.0]
    zoom = ZoomSim(read_clock=lambda: time[0])
    zoom.grant(TARIQ)
    number = zoom.add_meeting(TARIQ, topic="Algebra", settings={"waiting_room": False})["id"]
    zoom.people.host_start(number)
    pwd = zoom.meetings[0]["encrypted_password"]
    with browser(zoom) as sana, browser(zoom) as finn:
        for client, name in ((sana, "Sana"), (finn, "Finn")):
            client.post(f"/j/{number}", data={"uname": name, "pwd": pwd})
        time[0] += 60
        sana.get(f"/j/{number}/room", headers={"X-Zoomsim-Live": "1"})
        time[0] += 151

        assert "Network connection error" in sana.get(f"/j/{number}/room").text
    assert zoom.people.where(number)["room"] == ["Tariq Haddad", "Finn"]
    left = [webhook["body"] for webhook in zoom.webhooks if webhook["event"] == "meeting.participant_left"]
    assert [body["payload"]["object"]["participant"]["leave_time"] for body in left] == [
        "2026-03-02T08:01:00Z"
    ]
    zoom.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/j/81111111111", 404),
        ("/s/81111111111", 404),
        ("/nowhere", 404),
        ("/assets/../html.py", 404),
        ("/j/x", 404),
    ],
)
def test_addresses_that_lead_nowhere(zoom: ZoomSim, path: str, status: int) -> None:
    with browser(zoom) as client:
        assert client.get(path).status_code == status


def test_a_room_nobody_joined_leads_to_its_door(zoom: ZoomSim, made: dict[str, Any]) -> None:
    with browser(zoom) as client:
        assert client.get(f"/j/{made['id']}/room").url.path == f"/j/{made['id']}"


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test/", "/oauth/authorize"])
def test_signing_in_returns_to_a_meeting_or_the_index(zoom: ZoomSim, back: str) -> None:
    with zoom.client() as client:
        assert client.post("/signin", data={"user": "", "back": back}).headers["location"] == "/"


@pytest.mark.parametrize(
    "path", ["/", "/j/{id}", "/assets/zoomsim.css", "/assets/room.js", "/assets/icon.svg"]
)
def test_pages_are_strict(zoom: ZoomSim, made: dict[str, Any], path: str) -> None:
    with browser(zoom) as client:
        answer = client.get(path.format(**made))

    assert answer.status_code == 200
    if answer.headers["content-type"].startswith("text/html"):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not re.search(r" style=| on[a-z]+=|<script>|<style>", answer.text)
        assert "Pretend Zoom" in answer.text


def test_the_consent_page_may_send_its_form_back_to_the_app(zoom: ZoomSim) -> None:
    query = {
        "response_type": "code",
        "client_id": "sim-client",
        "redirect_uri": "https://school.test/zoom/connect/callback/",
    }
    with zoom.client() as client:
        answer = client.get("/oauth/authorize", params=query)

    assert "form-action 'self' https://school.test;" in answer.headers["content-security-policy"]


def test_the_index_shows_what_goes_on(zoom: ZoomSim, made: dict[str, Any]) -> None:
    zoom.fault("status", status=500, operation="user", times=None)
    zoom.people.host_start(made["id"])
    zoom.people.join(made["id"], "Sana")

    with browser(zoom) as client:
        text = client.get("/").text

    for shown in (
        TARIQ,
        str(made["id"]),
        "Sana",
        "meeting.participant_joined_waiting_room",
        "/v2/users/me/meetings",
    ):
        assert shown in text
    assert "refresh_mode" in text


def browser(zoom: ZoomSim) -> httpx.Client:
    return zoom.client(follow_redirects=True)


def visit_id(text: str) -> str:
    found = re.search(r'name="visit" value="([^"]+)"', text)
    assert found is not None
    return found[1]
