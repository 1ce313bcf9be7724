"""Rate limits and the daily quota of a host, with Zoom's bodies and headers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ

ME = "/v2/users/me"
HOST_SPENT = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this "
    "particular user. You may resume these requests at GMT 00:00:00."
)


@pytest.mark.parametrize(("plan", "light", "medium"), [("free", 4, 2), ("pro", 30, 20), ("business", 80, 60)])
def test_a_second_holds_so_many_calls_of_a_plan(
    zoom: ZoomSim, tariq: httpx.Client, plan: str, light: int, medium: int
) -> None:
    zoom.limit(mode="on", plan=plan)

    assert good_calls(tariq, ME) == light
    assert good_calls(tariq, f"{ME}/meetings") == medium
    zoom.advance(1)
    assert tariq.get(ME).status_code == 200


def test_a_second_that_is_full_says_when_the_next_begins(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="on", plan="free")
    good_calls(tariq, ME)

    answer = tariq.get(ME)

    message = "You have reached the maximum per-second rate limit for this API. Try again later."
    assert (answer.status_code, answer.json()) == (429, {"code": 429, "message": message})
    assert limit_headers(answer) == {
        "category": "Light",
        "type": "QPS",
        "limit": "4",
        "remaining": "0",
        "reset": str(int(MONDAY.timestamp()) + 1),
    }


def test_the_code_of_a_full_second_is_disputed(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="on", plan="free")
    zoom.switch(per_second_code=4001)
    good_calls(tariq, ME)

    assert tariq.get(ME).json()["code"] == 4001


def test_a_day_that_is_full_says_when_the_next_begins(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="on", plan="free")
    calls = 0
    while (answer := tariq.get(f"{ME}/meetings")).status_code == 200 or answer.headers[
        "x-ratelimit-type"
    ] == "QPS":
        calls += answer.status_code == 200
        if answer.status_code == 429:
            zoom.advance(1)

    assert calls == 2000 - calls_over_the_second(zoom)
    assert answer.headers["retry-after"] == "2026-03-03T00:00:00Z"
    assert limit_headers(answer) == {
        "category": "Medium",
        "type": "Daily-limit",
        "limit": "2000",
        "remaining": "0",
    }


def test_an_account_shares_its_limits(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="on", plan="free")
    good_calls(tariq, ME)

    with zoom.client(zoom.grant("teacher01@demo.example")["access_token"]) as amelia:
        assert amelia.get(ME).status_code == 429
    zoom.switch(app_published=True)
    with zoom.client(zoom.grant("olu@elsewhere.example")["access_token"]) as olu:
        assert olu.get(ME).status_code == 200


def test_good_answers_may_tell_what_remains(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="on")
    assert limit_headers(tariq.get(ME)) == {"category": "Light"}

    zoom.switch(rate_headers="full")

    assert limit_headers(tariq.get(ME)) == {
        "category": "Light",
        "type": "QPS",
        "limit": "30",
        "remaining": "28",
    }


def test_a_host_has_a_hundred_creates_and_updates_a_day(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="host")
    number = tariq.post(f"{ME}/meetings", json={"topic": "Algebra"}).json()["id"]
    for _ in range(99):
        assert tariq.patch(f"/v2/meetings/{number}", json={"topic": "Sets"}).status_code == 204

    answer = tariq.post(f"{ME}/meetings", json={"topic": "Geometry"})

    assert (answer.status_code, answer.json()) == (429, {"code": 429, "message": HOST_SPENT})
    assert limit_headers(answer) == {"category": "Light", "limit": "6000", "remaining": "5893"}
    assert "retry-after" not in answer.headers
    assert tariq.get(f"/v2/meetings/{number}").status_code == 200
    assert [meeting["topic"] for meeting in zoom.meetings] == ["Sets"]
    assert zoom.control("GET", "limits")["host_calls_today"] == {TARIQ: 101}


def test_the_quota_comes_back_at_midnight_utc(zoom: ZoomSim) -> None:
    zoom.limit(mode="host", host_calls_a_day=1)
    zoom.set_time(MONDAY.replace(hour=23, minute=59))
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as tariq:
        statuses = [tariq.post(f"{ME}/meetings", json={}).status_code for _ in range(2)]
        zoom.advance(timedelta(minutes=1))
        statuses.append(tariq.post(f"{ME}/meetings", json={}).status_code)

    assert statuses == [201, 429, 201]


def test_the_quota_is_the_hosts_not_the_callers(zoom: ZoomSim, account: httpx.Client) -> None:
    zoom.limit(mode="host", host_calls_a_day=1)

    statuses = [
        account.post(f"/v2/users/{host}/meetings", json={}).status_code for host in (TARIQ, "me", TARIQ)
    ]

    assert statuses == [201, 201, 429]


@pytest.mark.parametrize(("counts", "status"), [(True, 429), (False, 201)])
def test_whether_deletes_count_is_disputed(
    zoom: ZoomSim, tariq: httpx.Client, counts: bool, status: int
) -> None:
    zoom.limit(mode="host", host_calls_a_day=2)
    zoom.switch(delete_counts=counts)
    number = tariq.post(f"{ME}/meetings", json={}).json()["id"]

    assert tariq.delete(f"/v2/meetings/{number}").status_code == 204

    assert tariq.post(f"{ME}/meetings", json={}).status_code == status


def test_limits_that_are_off_never_refuse(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="off")

    assert {tariq.post(f"{ME}/meetings", json={}).status_code for _ in range(105)} == {201}


@pytest.mark.parametrize("wrong", [{"mode": "sometimes"}, {"plan": "gold"}, {"colour": "green"}])
def test_wrong_limits_are_refused(zoom: ZoomSim, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"mode|plan|colour"):
        zoom.limit(**wrong)


def good_calls(client: httpx.Client, path: str) -> int:
    """How many calls go through before one is refused."""
    for count in range(200):
        if client.get(path).status_code == 429:
            return count
    raise AssertionError("no limit")


def calls_over_the_second(zoom: ZoomSim) -> int:
    """Calls that a full second refused; they count in the day."""
    return sum(1 for call in zoom.calls if call["status"] == 429) - 1


def limit_headers(answer: httpx.Response) -> dict[str, str]:
    prefix = "x-ratelimit-"
    return {
        name.removeprefix(prefix): value for name, value in answer.headers.items() if name.startswith(prefix)
    }
