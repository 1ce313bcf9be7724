"""Faults: what strikes whom, how often, and what it does."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import TARIQ

ME = "/v2/users/me"


def test_the_next_calls_fail_with_a_status_and_nothing_is_done(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("status", status=503, times=2, operation="meetingCreate")

    assert tariq.get(ME).status_code == 200
    assert [create(tariq).status_code for _ in range(3)] == [503, 503, 201]
    assert len(zoom.meetings) == 1
    assert [call["fault"] for call in zoom.calls] == ["", "1: status", "1: status", ""]


def test_a_failure_may_come_after_the_work(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("status", status=502, work=True, operation="meetingCreate")

    assert create(tariq).status_code == 502
    assert len(zoom.meetings) == 1


def test_a_status_has_the_body_and_headers_that_were_asked_for(zoom: ZoomSim, tariq: httpx.Client) -> None:
    body = {"code": 429, "message": "Slow down."}
    zoom.fault("status", status=429, body=body, headers={"Retry-After": "7"}, route="GET /v2/users/*")

    answer = tariq.get(ME)

    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, body, "7")


@pytest.mark.parametrize(("status", "expected"), [(401, 124), (429, 429), (404, 300)])
def test_a_status_has_a_usual_body(zoom: ZoomSim, tariq: httpx.Client, status: int, expected: int) -> None:
    zoom.fault("status", status=status, operation="user")

    assert tariq.get(ME).json()["code"] == expected


def test_a_server_error_is_a_web_page(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("status", status=500, operation="user")

    assert tariq.get(ME).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(("do", "made"), [("drop_before", 0), ("do_then_drop", 1)])
def test_a_connection_drops_before_or_after_the_work(
    zoom: ZoomSim, tariq: httpx.Client, do: str, made: int
) -> None:
    zoom.fault(do, operation="meetingCreate")

    with pytest.raises(httpx.RemoteProtocolError):
        create(tariq)

    assert len(zoom.meetings) == made
    assert zoom.calls[-1]["status"] == 0


def test_a_late_answer_is_a_timeout_with_the_work_done(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("delay", seconds=60, operation="meetingCreate")

    with pytest.raises(httpx.ReadTimeout):
        create(tariq)

    assert len(zoom.meetings) == 1


def test_a_short_delay_is_waited_for(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("delay", seconds=1, operation="meetingCreate")

    assert create(tariq).status_code == 201


@pytest.mark.parametrize("how", ["html", "truncated", "empty"])
def test_a_mangled_answer_is_no_json(zoom: ZoomSim, tariq: httpx.Client, how: str) -> None:
    zoom.fault("mangle", how=how, operation="meetingCreate")

    answer = create(tariq)

    assert answer.status_code < 300
    with pytest.raises(ValueError, match=r"."):
        json.loads(answer.content)
    assert len(zoom.meetings) == 1


@pytest.mark.parametrize(("how", "size"), [("extra", 100), ("huge", 2_000_000)])
def test_an_answer_may_hold_more_than_expected(
    zoom: ZoomSim, tariq: httpx.Client, how: str, size: int
) -> None:
    zoom.fault("mangle", how=how, operation="user")

    answer = tariq.get(ME)

    assert answer.json()["email"] == TARIQ
    assert len(answer.content) > size


def test_an_answer_may_be_of_wrong_types(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("mangle", how="wrong_types", operation="meetingCreate")

    answer = create(tariq).json()

    assert (type(answer["id"]), answer["duration"], answer["settings"]) == (str, -1, None)


def test_an_answer_may_be_a_bomb(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("mangle", how="bomb", operation="user")

    with tariq.stream("GET", ME) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert len(b"".join(answer.iter_raw())) < 100_000


def test_a_fault_may_pass_over_the_first_calls(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("status", status=500, skip=2, operation="user")

    assert [tariq.get(ME).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_a_fault_by_chance_is_the_same_for_the_same_seed() -> None:
    def outcome(seed: int) -> list[int]:
        zoom = ZoomSim(seed=seed)
        zoom.fault("status", status=500, probability=0.4, operation="user")
        with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
            statuses = [client.get(ME).status_code for _ in range(40)]
        zoom.close()
        return statuses

    assert outcome(1) == outcome(1)
    assert outcome(1) != outcome(2)
    assert 5 < outcome(1).count(500) < 30


def test_a_fault_strikes_one_kind_of_token_call(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ)
    zoom.fault("do_then_drop", operation="oauthToken", grant_type="refresh_token")
    fields = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"]}
    with zoom.client() as client:
        account = {"grant_type": "account_credentials", "account_id": "sim-account"}
        assert (
            client.post("/oauth/token", data=account, auth=("sim-s2s-client", "sim-s2s-secret")).status_code
            == 200
        )
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/oauth/token", data=fields, auth=("sim-client", "sim-secret"))

        assert client.post("/oauth/token", data=fields, auth=("sim-client", "sim-secret")).status_code == 400


def test_a_fault_strikes_one_caller(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.fault("status", status=500, times=None, email="teacher01@demo.example", operation="*")

    with zoom.client(zoom.grant("teacher01@demo.example")["access_token"]) as amelia:
        assert (amelia.get(ME).status_code, tariq.get(ME).status_code) == (500, 200)


def test_faults_are_listed_and_cleared(zoom: ZoomSim, tariq: httpx.Client) -> None:
    first = zoom.fault("status", status=500, times=None, operation="user")
    zoom.fault("status", status=502, times=None, operation="meeting")
    tariq.get(ME)

    listed = zoom.control("GET", "faults")["faults"]
    assert [(fault["match"], fault["struck"]) for fault in listed] == [
        ({"operation": "user"}, 1),
        ({"operation": "meeting"}, 0),
    ]
    zoom.control("DELETE", "faults", id=first)
    assert tariq.get(ME).status_code == 200
    assert zoom.control("DELETE", "faults") == {"faults": []}


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"match": {"operation": "user"}, "effect": {"do": "explode"}},
        {"match": {"colour": "green"}, "effect": {"do": "status"}},
        {"match": {"event": "meeting.started"}, "effect": {"do": "mangle"}},
        {"match": {"operation": "user"}, "effect": {"do": "lose"}},
    ],
)
def test_what_cannot_be_done_is_refused(zoom: ZoomSim, spec: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"match|effect"):
        zoom.control("POST", "faults", **spec)


def create(client: httpx.Client) -> httpx.Response:
    return client.post(f"{ME}/meetings", json={"topic": "Algebra"})
