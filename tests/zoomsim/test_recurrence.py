"""Recurring meetings: their dates on the wall clock, and changes to one date or to all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ

from zoomsim.meetings import recurrence


def test_a_weekly_class_keeps_its_wall_time_through_a_clock_change(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 2, "weekly_days": "3", "end_times": 4})

    assert starts(made) == [
        "2026-03-17T08:00:00Z",
        "2026-03-24T08:00:00Z",
        "2026-03-31T07:00:00Z",
        "2026-04-07T07:00:00Z",
    ]


def test_an_occurrences_id_is_its_start_in_milliseconds(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})

    ids = [occurrence["occurrence_id"] for occurrence in made["occurrences"]]
    assert ids == [str(int(datetime(2026, 3, day, 8, tzinfo=UTC).timestamp()) * 1000) for day in (17, 18)]


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ({"type": 1, "repeat_interval": 3, "end_times": 3}, ["03-17", "03-20", "03-23"]),
        ({"type": 2, "weekly_days": "5,3", "end_times": 4}, ["03-17", "03-19", "03-24", "03-26"]),
        ({"type": 2, "weekly_days": "2", "end_times": 2}, ["03-23", "03-30"]),
        (
            {"type": 2, "weekly_days": "1,7", "repeat_interval": 2, "end_times": 3},
            ["03-21", "03-29", "04-04"],
        ),
        ({"type": 2, "end_times": 2}, ["03-17", "03-24"]),
        ({"type": 3, "monthly_day": 31, "end_times": 3}, ["03-31", "05-31", "07-31"]),
        ({"type": 3, "monthly_week": -1, "monthly_week_day": 6, "end_times": 2}, ["03-27", "04-24"]),
        ({"type": 3, "monthly_week": 1, "monthly_week_day": 2, "end_times": 2}, ["04-06", "05-04"]),
        ({"type": 1, "end_date_time": "2026-03-19T08:00:00Z"}, ["03-17", "03-18", "03-19"]),
        ({"type": 1, "end_date_time": "2026-03-19T07:59:59Z"}, ["03-17", "03-18"]),
        ({"type": 1}, ["03-17"]),
    ],
)
def test_rules_give_their_dates(tariq: httpx.Client, rule: dict[str, Any], dates: list[str]) -> None:
    made = series(tariq, "2026-03-17T09:00:00", rule)

    assert [start[5:10] for start in starts(made)] == dates


def test_without_an_end_there_are_as_many_as_zoom_gives(zoom: ZoomSim, tariq: httpx.Client) -> None:
    assert len(starts(series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 0}))) == 60

    zoom.switch(max_occurrences=50)

    assert len(starts(series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 60}))) == 50


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (None, "recurrence"),
        ({}, "recurrence.type"),
        ({"type": 4}, "recurrence.type"),
        ({"type": 1, "repeat_interval": 100}, "recurrence.repeat_interval"),
        ({"type": 2, "repeat_interval": 51}, "recurrence.repeat_interval"),
        ({"type": 3, "repeat_interval": 11}, "recurrence.repeat_interval"),
        ({"type": 1, "end_times": 61}, "recurrence.end_times"),
        ({"type": 2, "weekly_days": "8"}, "recurrence.weekly_days"),
        ({"type": 3, "monthly_day": 32}, "recurrence.monthly_day"),
        ({"type": 3, "monthly_week": 5}, "recurrence.monthly_week"),
        ({"type": 1, "end_date_time": "soon"}, "recurrence.end_date_time"),
        ({"type": 1, "end_date_time": "2026-03-01T00:00:00Z"}, "recurrence.end_date_time"),
        ({"type": 1, "end_times": 3, "end_date_time": "2026-04-01T00:00:00Z"}, "recurrence.end_times"),
    ],
)
def test_a_wrong_rule_is_named(zoom: ZoomSim, tariq: httpx.Client, rule: Any, field: str) -> None:
    body = {"type": 8, "start_time": "2026-03-17T09:00:00Z", "recurrence": rule}
    with httpx.Client(
        transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers
    ) as client:
        answer = client.post("/v2/users/me/meetings", json=body)

    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert zoom.meetings == []


def test_the_times_of_a_series_are_in_its_occurrences(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})
    assert {"start_time", "duration"} & set(made) == set()

    zoom.switch(series_without_top_times=False)

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert (read["start_time"], read["duration"]) == ("2026-03-17T08:00:00Z", 60)


def test_a_moved_occurrence_keeps_its_id(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 3})
    second = made["occurrences"][1]
    one = {"occurrence_id": second["occurrence_id"]}

    change = {"start_time": "2026-03-18T15:00:00", "duration": 30, "agenda": "Room 2", "topic": "Other"}
    assert tariq.patch(f"/v2/meetings/{made['id']}", params=one, json=change).status_code == 204

    moved = {**second, "start_time": "2026-03-18T14:00:00Z", "duration": 30}
    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert read["occurrences"] == [made["occurrences"][0], moved, made["occurrences"][2]]
    alone = tariq.get(f"/v2/meetings/{made['id']}", params=one).json()
    assert (alone["start_time"], alone["duration"], alone["agenda"], alone["topic"]) == (
        "2026-03-18T14:00:00Z",
        30,
        "Room 2",
        "Algebra",
    )
    assert alone["occurrences"] == [moved]


def test_one_occurrence_takes_few_settings(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})
    one = {"occurrence_id": made["occurrences"][0]["occurrence_id"]}

    settings_ = {"waiting_room": True, "audio": "voip"}
    tariq.patch(f"/v2/meetings/{made['id']}", params=one, json={"settings": settings_})

    shown = tariq.get(f"/v2/meetings/{made['id']}", params=one).json()["settings"]
    assert (shown["waiting_room"], shown["audio"]) == (True, "both")
    assert tariq.get(f"/v2/meetings/{made['id']}").json()["settings"]["waiting_room"] is False


def test_a_cancelled_occurrence_stays_as_deleted(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})
    one = {"occurrence_id": made["occurrences"][0]["occurrence_id"]}

    assert tariq.delete(f"/v2/meetings/{made['id']}", params=one).status_code == 204

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert [occurrence["status"] for occurrence in read["occurrences"]] == ["deleted", "available"]
    again = tariq.delete(f"/v2/meetings/{made['id']}", params=one)
    assert (again.status_code, again.json()) == (
        400,
        {"code": 300, "message": "Invalid parameter: `occurrence_id`."},
    )


@pytest.mark.parametrize("query", [{}, {"occurrence_id": ""}])
def test_deleting_without_an_occurrence_deletes_the_series(
    tariq: httpx.Client, query: dict[str, str]
) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})

    assert tariq.delete(f"/v2/meetings/{made['id']}", params=query).status_code == 204

    assert tariq.get(f"/v2/meetings/{made['id']}").status_code == 404


def test_a_new_rule_gives_new_ids_and_forgets_single_changes(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})
    one = {"occurrence_id": made["occurrences"][0]["occurrence_id"]}
    tariq.patch(f"/v2/meetings/{made['id']}", params=one, json={"start_time": "2026-03-17T20:00:00"})

    change = {"start_time": "2026-03-17T10:00:00", "recurrence": {"type": 1, "end_times": 3}}
    assert tariq.patch(f"/v2/meetings/{made['id']}", json=change).status_code == 204

    read = tariq.get(f"/v2/meetings/{made['id']}").json()
    assert [start[11:16] for start in starts(read)] == ["09:00"] * 3
    assert {o["occurrence_id"] for o in read["occurrences"]} & {
        o["occurrence_id"] for o in made["occurrences"]
    } == set()


@pytest.mark.parametrize("change", [{"start_time": "2026-03-17T10:00:00"}, {"duration": 30}])
def test_when_a_series_takes_place_changes_with_its_rule_only(
    tariq: httpx.Client, change: dict[str, Any]
) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 2})

    answer = tariq.patch(f"/v2/meetings/{made['id']}", json=change)

    assert [error["field"] for error in answer.json()["errors"]] == ["recurrence"]
    assert tariq.patch(f"/v2/meetings/{made['id']}", json={"topic": "Sets"}).status_code == 204
    assert tariq.get(f"/v2/meetings/{made['id']}").json()["occurrences"] == made["occurrences"]


def test_past_occurrences_are_shown_on_demand(zoom: ZoomSim, tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-17T09:00:00", {"type": 1, "end_times": 3})
    zoom.set_time(datetime(2026, 3, 18, 9, 0, tzinfo=UTC))

    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        read = client.get(f"/v2/meetings/{made['id']}").json()
        whole = client.get(f"/v2/meetings/{made['id']}", params={"show_previous_occurrences": "true"}).json()

    assert (len(read["occurrences"]), len(whole["occurrences"])) == (1, 3)


def test_a_meeting_without_a_fixed_time_has_no_dates(tariq: httpx.Client) -> None:
    made = tariq.post("/v2/users/me/meetings", json={"topic": "Office hours", "type": 3}).json()

    assert {"start_time", "occurrences", "recurrence"} & set(made) == set()


def test_a_time_that_a_clock_change_skips_comes_later(tariq: httpx.Client) -> None:
    made = series(tariq, "2026-03-28T02:30:00", {"type": 1, "end_times": 3})

    assert starts(made) == ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    day=st.integers(0, 700),
    days=st.sets(st.integers(1, 7), min_size=1),
    interval=st.integers(1, 50),
)
def test_every_date_of_every_weekly_rule_is_one_of_its_days(
    zone: str, day: int, days: set[int], interval: int
) -> None:
    place = ZoneInfo(zone)
    first = (MONDAY + timedelta(days=day)).replace(hour=12)
    raw = {"type": 2, "weekly_days": ",".join(map(str, days)), "repeat_interval": interval, "end_times": 20}
    rule = recurrence.parse(raw, first.astimezone(place).date())

    dates = [start.astimezone(place) for start in recurrence.starts(rule, first, place, 60)]

    assert len(dates) == 20
    assert dates == sorted(set(dates))
    assert {date.isoweekday() % 7 + 1 for date in dates} <= days
    assert {date.time() for date in dates} == {first.astimezone(place).time()}
    assert dates[0] >= first.astimezone(place)


def series(client: httpx.Client, start: str, rule: dict[str, Any]) -> dict[str, Any]:
    body = {
        "topic": "Algebra",
        "type": 8,
        "start_time": start,
        "timezone": "Europe/Berlin",
        "recurrence": rule,
    }
    answer = client.post("/v2/users/me/meetings", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def starts(meeting: dict[str, Any]) -> list[str]:
    return [occurrence["start_time"] for occurrence in meeting["occurrences"]]
