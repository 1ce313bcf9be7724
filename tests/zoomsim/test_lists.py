"""A host's list of meetings: which, in which order, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ


def test_each_type_lists_its_own(zoom: ZoomSim) -> None:
    zoom.set_time(MONDAY - timedelta(days=1))
    add(zoom, "over", MONDAY - timedelta(hours=2))
    live = add(zoom, "live", MONDAY - timedelta(minutes=10))
    zoom.set_time(MONDAY)
    add(zoom, "coming", MONDAY + timedelta(days=1))
    add(zoom, "far", MONDAY + timedelta(days=300))
    zoom.add_meeting(TARIQ, topic="any time", type=3)
    zoom.add_meeting(TARIQ, topic="instant", type=1)
    zoom.people.host_start(live)
    add(zoom, "hers", MONDAY + timedelta(days=1), host="teacher01@demo.example")
    gone = add(zoom, "gone", MONDAY + timedelta(days=1))
    zoom.delete_meeting(gone)

    assert topics(zoom, "scheduled") == ["over", "live", "coming", "far", "any time"]
    assert topics(zoom, "upcoming") == topics(zoom, "upcoming_meetings") == ["live", "coming", "any time"]
    assert topics(zoom, "live") == ["live"]
    assert topics(zoom, "previous_meetings") == ["over"]


def test_a_series_is_one_meeting_and_each_of_its_coming_dates(zoom: ZoomSim) -> None:
    weekly = {"type": 2, "weekly_days": "3", "end_times": 4}
    add(zoom, "series", MONDAY + timedelta(days=1), type=8, recurrence=weekly)

    assert topics(zoom, "scheduled") == ["series"]
    assert topics(zoom, "upcoming") == ["series"] * 4
    zoom.set_time(MONDAY + timedelta(days=9))
    assert topics(zoom, "upcoming") == ["series"] * 2
    assert topics(zoom, "previous_meetings") == ["series"] * 2

    zoom.switch(series_in_lists="once")

    assert topics(zoom, "upcoming") == topics(zoom, "previous_meetings") == ["series"]

    zoom.switch(series_in_lists="always_dates")

    assert topics(zoom, "scheduled") == topics(zoom, "upcoming") == ["series"] * 2


def test_agendas_are_cut_at_250_characters(zoom: ZoomSim) -> None:
    add(zoom, "long", MONDAY + timedelta(days=1), agenda="x" * 300)

    assert [len(row["agenda"]) for row in rows(zoom, "scheduled")] == [250]


def test_pages_follow_each_other_by_token_alone(zoom: ZoomSim, tariq: httpx.Client) -> None:
    for day in range(1, 6):
        add(zoom, f"day {day}", MONDAY + timedelta(days=day))

    query: dict[str, Any] = {"page_size": 2, "type": "upcoming"}
    seen = []
    while query:
        page = tariq.get("/v2/users/me/meetings", params=query).json()
        seen.append([meeting["topic"] for meeting in page["meetings"]])
        query = {"next_page_token": page["next_page_token"]} if page["next_page_token"] else {}
        assert (page["total_records"], page["page_count"], page["page_size"]) == (5, 3, 2)

    assert seen == [["day 1", "day 2"], ["day 3", "day 4"], ["day 5"]]


def test_pages_by_number_still_work(zoom: ZoomSim, tariq: httpx.Client) -> None:
    for day in range(1, 4):
        add(zoom, f"day {day}", MONDAY + timedelta(days=day))

    page = tariq.get("/v2/users/me/meetings", params={"page_size": 2, "page_number": 2}).json()

    assert [meeting["topic"] for meeting in page["meetings"]] == ["day 3"]


@pytest.mark.parametrize("spoil", ["late", "other user", "forged"])
def test_a_page_token_is_good_for_its_user_and_fifteen_minutes(
    zoom: ZoomSim, tariq: httpx.Client, spoil: str
) -> None:
    for day in range(1, 4):
        add(zoom, f"day {day}", MONDAY + timedelta(days=day))
    token = tariq.get("/v2/users/me/meetings", params={"page_size": 1}).json()["next_page_token"]
    client = tariq
    if spoil == "late":
        zoom.advance(timedelta(minutes=15))
    if spoil == "other user":
        client = zoom.client(zoom.grant("teacher01@demo.example")["access_token"])
    if spoil == "forged":
        token = token[:-1] + ("0" if token[-1] != "0" else "1")

    answer = client.get("/v2/users/me/meetings", params={"next_page_token": token})

    assert (answer.status_code, answer.json()) == (
        400,
        {"code": 300, "message": "The next page token is invalid or expired."},
    )


def test_a_page_holds_at_most_300(zoom: ZoomSim, tariq: httpx.Client) -> None:
    with httpx.Client(
        transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers
    ) as client:
        assert client.get("/v2/users/me/meetings", params={"page_size": 5000}).json()["page_size"] == 300


def test_a_list_can_be_bounded_by_dates(zoom: ZoomSim, tariq: httpx.Client) -> None:
    for day in range(1, 6):
        add(zoom, f"day {day}", MONDAY + timedelta(days=day))

    page = tariq.get("/v2/users/me/meetings", params={"from": "2026-03-04", "to": "2026-03-05"}).json()

    assert [meeting["topic"] for meeting in page["meetings"]] == ["day 2", "day 3"]


def add(zoom: ZoomSim, topic: str, start: Any, *, host: str = TARIQ, **fields: Any) -> int:
    start_time = start.strftime("%Y-%m-%dT%H:%M:%SZ")
    number: int = zoom.add_meeting(host, topic=topic, start_time=start_time, **{"type": 2, **fields})["id"]
    return number


def rows(zoom: ZoomSim, type_: str) -> list[dict[str, Any]]:
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        meetings: list[dict[str, Any]] = client.get("/v2/users/me/meetings", params={"type": type_}).json()[
            "meetings"
        ]
    return meetings


def topics(zoom: ZoomSim, type_: str) -> list[str]:
    return [row["topic"] for row in rows(zoom, type_)]
