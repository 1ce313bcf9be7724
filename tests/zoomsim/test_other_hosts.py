"""Meetings of one that another holds: handed on by `schedule_for`, or started by an alternative host."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ
from tests.zoomsim.test_meetings import create

OTHER = "teacher01@demo.example"
WEEKLY = {"type": 2, "weekly_days": "2", "end_times": 3}


@pytest.fixture
def privileged(zoom: ZoomSim) -> None:
    """The other one lets tariq schedule for her."""
    zoom.user(TARIQ, schedules_for=[OTHER])


def patch(client: httpx.Client, number: int, **body: Any) -> httpx.Response:
    return client.patch(f"/v2/meetings/{number}", json=body)


def test_a_meeting_is_handed_on_with_number_passcode_and_dates(
    zoom: ZoomSim, tariq: httpx.Client, privileged: None
) -> None:
    made = create(tariq, type=8, recurrence=WEEKLY)
    before = zoom.control("GET", "meetings")["meetings"][-1]

    assert patch(tariq, made["id"], schedule_for=OTHER).status_code == 204

    with zoom.client(zoom.grant(OTHER)["access_token"]) as hers:
        after = hers.get(f"/v2/meetings/{made['id']}").json()
        me = hers.get("/v2/users/me").json()
    assert (after["host_id"], after["host_email"]) == (me["id"], OTHER)
    same = ("id", "join_url", "password", "occurrences", "topic")
    assert {name: after[name] for name in same} == {name: made[name] for name in same}
    assert before["host_id"] != me["id"]
    assert tariq.get(f"/v2/meetings/{made['id']}").status_code != 200  # it is not his any more


def test_a_meeting_is_made_for_somebody_else(zoom: ZoomSim, tariq: httpx.Client, privileged: None) -> None:
    assert create(tariq, schedule_for=OTHER)["host_email"] == OTHER


def test_without_the_privilege_or_a_licence_nobody_is_scheduled_for(
    zoom: ZoomSim, tariq: httpx.Client
) -> None:
    made = create(tariq)
    answers = [patch(tariq, made["id"], schedule_for=OTHER)]
    zoom.user(TARIQ, schedules_for=[OTHER])
    zoom.user(OTHER, licence="basic")
    answers.append(patch(tariq, made["id"], schedule_for=OTHER))
    zoom.user(OTHER, licence="licensed")
    zoom.user(TARIQ, licence="basic")
    answers.append(patch(tariq, made["id"], schedule_for=OTHER))

    message = f"You cannot schedule a meeting for {OTHER}"
    assert [(one.status_code, one.json()) for one in answers] == 3 * [
        (400, {"code": 3000, "message": message})
    ]
    unknown = patch(tariq, made["id"], schedule_for="nobody@elsewhere.example")
    assert (unknown.status_code, unknown.json()["code"]) == (400, 300)


def test_who_may_schedule_for_whom_is_told(zoom: ZoomSim, tariq: httpx.Client, privileged: None) -> None:
    with zoom.client(zoom.grant(OTHER)["access_token"]) as hers:
        assistants = hers.get("/v2/users/me/assistants").json()["assistants"]
        schedulers = hers.get("/v2/users/me/schedulers").json()["schedulers"]

    assert [one["email"] for one in tariq.get("/v2/users/me/schedulers").json()["schedulers"]] == [OTHER]
    assert ([one["email"] for one in assistants], schedulers) == ([TARIQ], [])


def test_an_alternative_host_starts_it_by_coming(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = create(tariq, settings={"waiting_room": True, "alternative_hosts": OTHER})
    room = {"meeting": made["id"], "action": "join"}
    zoom.control("POST", "people", **room, people=[{"name": "Sana"}])
    early = zoom.control("POST", "people", **room, people=[{"name": "Guest", "email": "basic@demo.example"}])
    assert (early["running"], early["before_host"]) == (False, ["Sana", "Guest"])

    there = zoom.control("POST", "people", **room, people=[{"name": "Other", "email": OTHER}])

    assert (there["running"], there["room"], there["waiting"]) == (
        True,
        ["Amelia Brandt"],
        ["Sana", "Guest"],
    )


def test_a_basic_host_has_no_alternative_hosts(zoom: ZoomSim) -> None:
    with zoom.client(zoom.grant("basic@demo.example")["access_token"]) as basil:
        answer = basil.post("/v2/users/me/meetings", json={"settings": {"alternative_hosts": OTHER}})

    assert [error["field"] for error in answer.json()["errors"]] == ["settings.alternative_hosts"]
