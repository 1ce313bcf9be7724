"""The checks themselves: what Zoom publishes and what real traffic looks like passes, other things don't."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.contract.shapes import (
    DATA,
    CheckedTransport,
    WrongShape,
    check_event,
    check_request,
    check_response,
)

SAMPLES = sorted((DATA / "samples").rglob("*.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_zooms_samples_and_captures_pass(path: Path) -> None:
    check_event(json.loads(path.read_text()), is_sample=True)


def test_an_event_with_a_number_for_text_is_refused() -> None:
    body = sample("captured/meeting.started.json")
    body["payload"]["object"]["id"] = 81234567890

    with pytest.raises(WrongShape, match=r"payload\.object\.id"):
        check_event(body)


def test_an_event_with_an_unheard_of_field_is_refused() -> None:
    body = sample("captured/meeting.started.json")
    body["payload"]["object"]["color"] = "green"

    with pytest.raises(WrongShape, match="color"):
        check_event(body)


def test_a_slip_of_a_sample_is_no_excuse_for_us() -> None:
    with pytest.raises(WrongShape, match="join_time"):
        check_event(sample("official/meeting.participant_joined.json"))


def test_an_event_that_zoom_does_not_have_is_refused() -> None:
    with pytest.raises(WrongShape, match="no event"):
        check_event({"event": "meeting.exploded", "payload": {}})


@pytest.mark.parametrize(
    ("query", "body", "complaint"),
    [
        ({}, {"topic": "x" * 201}, "topic"),
        ({}, {"type": 5}, "type"),
        ({}, {"colour": "green"}, "colour"),
        ({}, {"settings": {"waiting_rom": True}}, "settings.waiting_rom"),
        ({"meeting_id": "1"}, {}, "meeting_id"),
    ],
)
def test_a_request_that_zoom_would_not_understand_is_refused(
    query: dict[str, str], body: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(WrongShape, match=complaint):
        check_request("POST", "/users/me/meetings", query, body)


def test_a_wall_time_several_days_and_no_end_are_zooms_own_ways() -> None:
    recurrence = {"type": 2, "weekly_days": "2,4", "end_times": 0}
    body = {
        "type": 8,
        "start_time": "2026-03-02T09:00:00",
        "timezone": "Europe/Berlin",
        "recurrence": recurrence,
    }

    check_request("POST", "/users/me/meetings", {}, body)


def test_a_page_size_beyond_the_largest_is_refused() -> None:
    with pytest.raises(WrongShape, match="page_size"):
        check_request("GET", "/users/me/meetings", {"page_size": "301"}, None)


def test_an_address_that_zoom_does_not_have_is_refused() -> None:
    with pytest.raises(WrongShape, match="Zoom has no"):
        check_request("GET", "/users/me/classes", {}, None)


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (204, None, "succeeds with 200"),
        (200, {"id": "81234567890"}, "at id"),
        (404, {"code": 1001, "message": "User does not exist."}, "404/1001"),
        (400, {"error": "invalid"}, "'code' is a required property"),
    ],
)
def test_an_answer_that_zoom_would_not_give_is_refused(status: int, body: Any, complaint: str) -> None:
    with pytest.raises(WrongShape, match=complaint):
        check_response("GET", "/meetings/81234567890", status, body)


def test_the_transport_checks_both_ways() -> None:
    transport = CheckedTransport(
        httpx.MockTransport(lambda request: httpx.Response(200, json={"id": "text"}))
    )
    client = httpx.Client(transport=transport, base_url="https://api.zoom.us")

    with pytest.raises(WrongShape, match="Zoom knows no parameter"):
        client.get("/v2/meetings/81234567890?color=green")
    with pytest.raises(WrongShape, match="at id"):
        client.get("/v2/meetings/81234567890")


def sample(name: str) -> Any:
    return json.loads((DATA / "samples" / name).read_text())
