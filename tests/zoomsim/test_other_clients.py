"""What other people's clients send and need: zoomus, pyzoom, Moodle and Indico find what they look for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.contract.shapes import CheckedTransport
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ


@pytest.fixture
def client(zoom: ZoomSim) -> Iterator[httpx.Client]:
    """zoomus: a token by a form body, Basic authentication, and what it sends is checked by nobody."""
    transport = CheckedTransport(zoom.plain_transport, strict=False)
    with httpx.Client(transport=transport, base_url=zoom.base_url) as client:
        answer = client.post(
            "/oauth/token",
            data={"grant_type": "account_credentials", "account_id": "sim-account"},
            auth=("sim-s2s-client", "sim-s2s-secret"),
        )
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def test_zoomus_repeats_what_the_address_says(zoom: ZoomSim, client: httpx.Client) -> None:
    body = {"user_id": TARIQ, "topic": "Algebra", "type": 2, "start_time": "2026-03-03T09:00:00Z"}
    made = client.post(f"/v2/users/{TARIQ}/meetings", json=body, params={"user_id": TARIQ})
    number = made.json()["id"]
    changed = client.patch(f"/v2/meetings/{number}", json={"id": number, "topic": "B"}, params={"id": number})
    sitting(zoom, number)
    past = client.get(f"/v2/past_meetings/{number}", params={"meeting_id": number})
    span = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T12:00:00Z", "user_id": TARIQ}
    report = client.get(f"/v2/report/users/{TARIQ}/meetings", params=span)
    recorded = client.get(f"/v2/users/{TARIQ}/recordings", params=span)

    statuses = [answer.status_code for answer in (made, changed, past, report, recorded)]
    assert statuses == [201, 204, 200, 200, 200]
    assert [row["uuid"] for row in report.json()["meetings"]] == [past.json()["uuid"]]


def test_indico_sends_a_body_with_reads_and_deletions(zoom: ZoomSim, client: httpx.Client) -> None:
    number = zoom.add_meeting(TARIQ, topic="Algebra", type=3)["id"]

    read = client.request("GET", f"/v2/meetings/{number}", json={})
    settings = {"settings": {"alternative_hosts": "teacher01@demo.example,teacher02@demo.example"}}
    changed = client.patch(f"/v2/meetings/{number}", json={**settings, "duration": 60.0})
    hosts = client.get(f"/v2/meetings/{number}").json()["settings"]["alternative_hosts"]
    deleted = client.request("DELETE", f"/v2/meetings/{number}", json={})

    assert [answer.status_code for answer in (read, changed, deleted)] == [200, 204, 204]
    assert hosts == "teacher01@demo.example;teacher02@demo.example"


def test_moodle_reads_a_teacher_and_a_report_by_double_encoded_uuid(
    zoom: ZoomSim, client: httpx.Client
) -> None:
    zoom.switch(awkward_uuids=True)
    number = zoom.add_meeting(TARIQ, topic="Algebra", type=3)["id"]
    uuid = sitting(zoom, number)
    twice = uuid.replace("/", "%252F").replace("+", "%252B").replace("=", "%253D")

    paths = [
        f"users/{TARIQ}",
        f"users/{TARIQ}/settings",
        f"users/{TARIQ}/settings?option=meeting_security",
        f"users/{TARIQ}/schedulers",
        f"users/{TARIQ}/meetings?page_size=300",
        f"meetings/{number}/invitation",
        f"report/meetings/{twice}/participants?page_size=300",
    ]
    answers = {path: client.get(f"/v2/{path}").status_code for path in paths}

    assert answers == dict.fromkeys(paths, 200)


def test_pyzooms_models_find_no_null_and_nothing_missing(zoom: ZoomSim, client: httpx.Client) -> None:
    settings = {"approval_type": 0, "registrants_email_notification": False}
    number = zoom.add_meeting(TARIQ, topic="Algebra", type=3, settings=settings)["id"]
    who = {"email": "sana@home.example", "first_name": "Sana", "last_name": "Aziz", "language": None}
    confirmed = client.post(f"/v2/meetings/{number}/registrants", json=who)
    approved = client.put(
        f"/v2/meetings/{number}/registrants/status",
        json={"action": "approve", "registrants": [{"id": confirmed.json()["registrant_id"], "email": ""}]},
    )
    lists: list[dict[str, Any]] = [
        client.get("/v2/users", params={"status": "active"}).json(),
        client.get(f"/v2/users/{TARIQ}/meetings").json(),
        client.get(f"/v2/meetings/{number}/registrants").json(),
    ]

    assert (confirmed.status_code, approved.status_code) == (201, 204)
    assert [{"page_count", "page_number", "page_size", "total_records"} <= set(one) for one in lists] == [
        True
    ] * 3
    assert [row for one in lists for rows in one.values() if isinstance(rows, list) for row in rows if None in
            row.values()] == []  # fmt: skip


def sitting(zoom: ZoomSim, number: int) -> str:
    """A minute of the host and Sana, worked out by now; the uuid."""
    uuid: str = zoom.people.host_start(number)["uuid"]
    zoom.people.join(number, "Sana")
    zoom.advance(60)
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=30))
    return uuid
