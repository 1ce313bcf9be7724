"""What was held: sittings by their UUID, and a row for each time that somebody joined."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.zoomclient.conftest import zoom_answers
from zoomclient import (
    NotFound,
    NotLicensed,
    ParticipantRow,
    ParticipantStatus,
    PastParticipant,
    Refused,
    ReportedParticipant,
    ScopeMissing,
    Unreadable,
    Zoom,
    ZoomError,
)

HELD = {
    "uuid": "/aBc//D9==",
    "id": 84712345678,
    "host_id": "h1",
    "topic": "Sets",
    "type": 8,
    "user_name": "Tariq Haddad",
    "user_email": "tariq@school.example",
    "start_time": "2026-03-09T07:58:12Z",
    "end_time": "2026-03-09T09:01:40Z",
    "duration": 64,
    "total_minutes": 512,
    "participants_count": 9,
    "has_meeting_summary": False,
}
ROW = {
    "id": "",
    "user_id": "16778240",
    "name": "Sana Iqbal",
    "user_email": "",
    "join_time": "2026-03-09T08:00:10Z",
    "leave_time": "2026-03-09T08:30:10Z",
    "duration": 1800,
    "registrant_id": "r1",
    "failover": False,
    "status": "in_meeting",
}
PAST_ROW = ROW | {"internal_user": False}
REPORT_ROW = ROW | {"participant_user_id": "", "bo_mtg_id": "27423d744", "customer_key": "CANARY-KEY"}


def page(*rows: dict[str, Any], token: str = "") -> tuple[int, dict[str, Any]]:
    return 200, {
        "page_size": 300,
        "page_count": 1,
        "total_records": len(rows),
        "next_page_token": token,
        "participants": list(rows),
    }


@pytest.mark.parametrize(
    ("meeting", "path"),
    [
        ("84712345678", "/v2/past_meetings/84712345678"),
        ("/aBc//D9==", "/v2/past_meetings/%252FaBc%252F%252FD9%253D%253D"),
        ("aB/c+D9==", "/v2/past_meetings/aB%2Fc%2BD9%3D%3D"),
    ],
)
def test_a_sitting_is_read_by_uuid_or_number(meeting: str, path: str) -> None:
    zoom, seen = zoom_answers((200, HELD))
    held = zoom.past_meetings.get(meeting)

    assert seen.lines == [f"GET {path}"]
    assert (held.uuid, held.id, held.duration, held.participants_count) == (
        "/aBc//D9==",
        "84712345678",
        64,
        9,
    )
    assert held.start_time == datetime(2026, 3, 9, 7, 58, 12, tzinfo=UTC)
    assert held.end_time == datetime(2026, 3, 9, 9, 1, 40, tzinfo=UTC)
    assert "tariq" not in repr(held).lower()


def test_a_sitting_without_uuid_is_no_answer() -> None:
    zoom, _ = zoom_answers((200, {"id": 84712345678}))

    with pytest.raises(Unreadable, match="uuid"):
        zoom.past_meetings.get("84712345678")


def test_the_sittings_of_a_meeting_are_told_apart_by_uuid() -> None:
    rows = [
        {"uuid": "a==", "start_time": "2026-03-02T08:00:00Z"},
        {"uuid": "/b==", "start_time": "2026-03-09T08:00:00Z"},
    ]
    zoom, seen = zoom_answers((200, {"meetings": rows}))
    found = zoom.past_meetings.instances("84712345678")

    assert seen.lines == ["GET /v2/past_meetings/84712345678/instances"]
    assert [(one.uuid, one.start_time) for one in found] == [
        ("a==", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("/b==", datetime(2026, 3, 9, 8, tzinfo=UTC)),
    ]


@pytest.mark.parametrize("body", [{}, {"meetings": None}, {"meetings": [{"start_time": ""}]}])
def test_sittings_that_cannot_be_read_are_not_none(body: dict[str, Any]) -> None:
    zoom, _ = zoom_answers((200, body), checked=False)

    with pytest.raises(Unreadable):
        zoom.past_meetings.instances("1")


def test_everybody_who_was_there_is_listed_to_the_last_page() -> None:
    zoom, seen = zoom_answers(page(PAST_ROW, token="t1"), page(PAST_ROW | {"user_id": "16778241"}))
    found = list(zoom.past_meetings.participants("/aBc//D9=="))

    assert [one.user_id for one in found] == ["16778240", "16778241"]
    assert seen.lines == [
        "GET /v2/past_meetings/%252FaBc%252F%252FD9%253D%253D/participants?page_size=300",
        "GET /v2/past_meetings/%252FaBc%252F%252FD9%253D%253D/participants?page_size=300&next_page_token=t1",
    ]


def test_a_report_names_registrants() -> None:
    zoom, seen = zoom_answers(page(REPORT_ROW))
    (one,) = zoom.reports.participants("aB/c+D9==")

    assert seen.lines == [
        "GET /v2/report/meetings/aB%2Fc%2BD9%3D%3D/participants?page_size=300&include_fields=registrant_id"
    ]
    assert (one.registrant_id, one.bo_mtg_id, one.participant_user_id) == ("r1", "27423d744", "")


REPORTED = {name: value for name, value in HELD.items() if name not in ("host_id", "has_meeting_summary")}


def test_a_report_of_a_sitting_is_read() -> None:
    zoom, seen = zoom_answers((200, REPORTED))
    report = zoom.reports.meeting("/aBc//D9==")

    assert seen.lines == ["GET /v2/report/meetings/%252FaBc%252F%252FD9%253D%253D"]
    assert (report.id, report.duration, report.participants_count) == ("84712345678", 64, 9)
    assert report.end_time == datetime(2026, 3, 9, 9, 1, 40, tzinfo=UTC)
    assert "tariq" not in repr(report).lower()


def test_what_a_host_held_in_a_month_is_reported_to_the_last_page() -> None:
    def month(uuid: str, token: str) -> tuple[int, dict[str, Any]]:
        span = {"from": "2026-03-01", "to": "2026-03-31", "page_size": 300, "next_page_token": token}
        return 200, span | {"meetings": [REPORTED | {"uuid": uuid}]}

    zoom, seen = zoom_answers(month("a==", "t1"), month("b==", ""))
    found = list(zoom.reports.meetings("u1", date(2026, 3, 1), date(2026, 3, 31)))

    assert [one.uuid for one in found] == ["a==", "b=="]
    assert [dict(request.url.params) for request in seen.requests] == [
        {"from": "2026-03-01", "to": "2026-03-31", "page_size": "300"},
        {"from": "2026-03-01", "to": "2026-03-31", "page_size": "300", "next_page_token": "t1"},
    ]
    with pytest.raises(ValueError, match="one month"):
        zoom.reports.meetings("u1", date(2026, 3, 1), date(2026, 4, 2))


@pytest.mark.parametrize(("kind", "row"), [(PastParticipant, PAST_ROW), (ReportedParticipant, REPORT_ROW)])
def test_a_row_is_one_stay(kind: type[ParticipantRow], row: dict[str, Any]) -> None:
    one = kind.from_answer(row)

    assert (one.id, one.user_email, one.duration) == ("", "", 1800)
    assert one.join_time == datetime(2026, 3, 9, 8, 0, 10, tzinfo=UTC)
    assert one.leave_time == datetime(2026, 3, 9, 8, 30, 10, tzinfo=UTC)
    assert not one.was_in_waiting_room
    assert not any(text in repr(one) for text in ("Sana", "CANARY", "@"))


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("leave_time", "", None),
        ("duration", 0, 0),
        ("duration", -1, None),
        ("user_id", 16778240, "16778240"),
        ("user_email", None, ""),
        ("name", "", ""),
        ("status", "in_orbit", "in_orbit"),
    ],
)
def test_a_row_is_read_as_far_as_it_makes_sense(field: str, value: Any, read: Any) -> None:
    row = PastParticipant.from_answer(PAST_ROW | {field: value, "shirt": "blue"})

    assert (getattr(row, field), row.model_extra) == (read, {"shirt": "blue"})


def test_the_waiting_room_is_not_the_meeting() -> None:
    row = PastParticipant.from_answer(PAST_ROW | {"status": ParticipantStatus.IN_WAITING_ROOM})

    assert row.was_in_waiting_room


@pytest.mark.parametrize(
    "call",
    [
        lambda zoom: zoom.past_meetings.get("1"),
        lambda zoom: list(zoom.past_meetings.participants("1")),
        lambda zoom: list(zoom.reports.participants("1")),
    ],
)
@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "reason"),
    [
        (400, 200, "Only available for paid account: 1.", NotLicensed, "paid_plan_needed"),
        (400, 200, "No permission.", Refused, "no_permission"),
        (400, 12702, "Can not access a meeting a year ago.", Refused, "older_than_a_year"),
        (400, 1010, "User does not belong to this account: 1.", Refused, "user_not_in_account"),
        (404, 3001, "Meeting 1 not found or has expired.", NotFound, "meeting_not_found"),
        (400, 300, "Cannot access meeting information.", Refused, "meeting_inaccessible"),
        (
            400,
            4711,
            "Invalid access token, does not contain scopes:[report:read:list_meeting_participants:admin].",
            ScopeMissing,
            "scope_missing",
        ),
    ],
)
def test_refusals_are_told_apart(
    call: Callable[[Zoom], Any], status: int, code: int, message: str, kind: type[ZoomError], reason: str
) -> None:
    zoom, _ = zoom_answers((status, {"code": code, "message": message}), checked=False)

    with pytest.raises(kind) as problem:
        call(zoom)
    assert (type(problem.value), problem.value.reason) == (kind, reason)
