"""Meetings: what is sent, what is read, and what is refused before it is sent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.zoomclient.conftest import zoom_that
from zoomclient import (
    ListKind,
    Meeting,
    MeetingChange,
    MeetingDraft,
    MeetingSettings,
    MeetingType,
    OccurrenceChange,
    Recurrence,
    Unreadable,
    Zoom,
)

NINE = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # 09:00 in Oslo
ANSWER = {
    "uuid": "abc==",
    "id": 84712345678,
    "host_id": "h1",
    "topic": "Sets",
    "type": 2,
    "status": "waiting",
    "start_time": "2026-03-09T08:00:00Z",
    "duration": 60,
    "timezone": "Europe/Oslo",
    "join_url": "https://us05web.zoom.us/j/84712345678?pwd=CANARY-PWD",
    "start_url": "https://us05web.zoom.us/s/84712345678?zak=CANARY-ZAK",
    "password": "CANARY-PASS",
    "settings": {"waiting_room": True, "mute_upon_entry": False, "brand_new": "x"},
    "something_new": {"a": 1},
}


class Recorder:
    """Answers everything alike and keeps what it was asked."""

    def __init__(self, status: int, body: Any = None) -> None:
        self.status, self.body = status, body
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.body is None:
            return httpx.Response(self.status)
        return httpx.Response(self.status, json=self.body)

    @property
    def lines(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def sent(self) -> Any:
        return json.loads(self.requests[-1].content)


def recorded(status: int, body: Any = None) -> tuple[Zoom, Recorder]:
    recorder = Recorder(status, body)
    return zoom_that(recorder), recorder


def draft(**fields: Any) -> MeetingDraft:
    given = {
        "topic": "Sets",
        "starts_at": NINE,
        "duration": timedelta(minutes=60),
        "timezone": "Europe/Oslo",
    }
    return MeetingDraft.model_validate(given | fields)


def test_a_single_meeting_is_created_for_its_host() -> None:
    zoom, seen = recorded(201, ANSWER)
    settings = MeetingSettings(waiting_room=True, auto_recording="none")
    meeting = zoom.meetings.create(
        "h1", draft(agenda="ref 1", password="p4ss", default_password=False, settings=settings)
    )

    assert seen.lines == ["POST /v2/users/h1/meetings"]
    assert seen.sent == {
        "topic": "Sets",
        "type": 2,
        "agenda": "ref 1",
        "password": "p4ss",
        "default_password": False,
        "duration": 60,
        "start_time": "2026-03-09T09:00:00",
        "timezone": "Europe/Oslo",
        "settings": {"waiting_room": True, "auto_recording": "none"},
    }
    assert (meeting.id, meeting.start_time, meeting.duration) == ("84712345678", NINE, 60)
    assert meeting.settings.waiting_room is True


def test_a_series_is_created_with_its_rule() -> None:
    zoom, seen = recorded(201, ANSWER | {"type": 8})
    zoom.meetings.create("me", draft(recurrence=Recurrence.weekly([1, 7], times=30)))

    assert seen.sent["type"] == 8
    assert seen.sent["recurrence"] == {
        "type": 2,
        "repeat_interval": 1,
        "weekly_days": "1,2",
        "end_times": 30,
    }


def test_what_zoom_adds_is_kept_and_what_opens_doors_is_not_shown() -> None:
    zoom, _ = recorded(200, ANSWER)
    meeting = zoom.meetings.get("84712345678")

    assert meeting.model_extra == {"something_new": {"a": 1}}
    assert meeting.settings.model_extra == {"brand_new": "x"}
    assert "CANARY" not in repr(meeting)
    assert "zak" not in meeting.model_dump_json()


def test_a_start_link_comes_only_when_asked_for_and_hidden() -> None:
    zoom, _ = recorded(200, ANSWER)

    assert zoom.meetings.get("84712345678").start_url is None
    assert zoom.meetings.start_url("84712345678").reveal() == ANSWER["start_url"]
    assert "CANARY" not in repr(zoom.meetings.start_url("84712345678"))


def test_an_answer_without_a_start_link_is_unreadable() -> None:
    zoom, _ = recorded(200, {"id": 1})

    with pytest.raises(Unreadable):
        zoom.meetings.start_url("1")


@pytest.mark.parametrize(
    ("field", "value", "read"),
    [
        ("id", "84712345678", ("id", "84712345678")),
        ("duration", 60.0, ("duration", 60)),
        ("duration", -5, ("duration", None)),
        ("duration", "long", ("duration", None)),
        ("start_time", "", ("start_time", None)),
        ("start_time", "soon", ("start_time", None)),
        ("start_time", "2026-03-09T09:00:00+01:00", ("start_time", NINE)),
        ("type", 77, ("type", 77)),
        ("status", "on_the_moon", ("status", "on_the_moon")),
        ("settings", "none", ("settings", MeetingSettings())),
        ("topic", None, ("topic", "")),
        ("topic", 12, ("topic", "12")),
    ],
)
def test_an_answer_is_read_as_far_as_it_makes_sense(field: str, value: Any, read: tuple[str, Any]) -> None:
    meeting = Meeting.from_answer(ANSWER | {field: value})

    assert getattr(meeting, read[0]) == read[1]


def test_a_series_whose_sittings_cannot_be_read_is_unreadable() -> None:
    zoom, _ = recorded(200, ANSWER | {"occurrences": [{"start_time": "2026-03-09T08:00:00Z"}]})

    with pytest.raises(Unreadable, match="occurrences"):
        zoom.meetings.get("84712345678")


def test_sittings_are_found_by_id_and_cancelled_ones_are_marked() -> None:
    meeting = Meeting.from_answer(
        ANSWER
        | {
            "occurrences": [
                {"occurrence_id": 1773043200000, "start_time": "2026-03-09T08:00:00Z", "duration": 60},
                {"occurrence_id": "1773648000000", "status": "deleted"},
            ]
        }
    )
    first, second = meeting.occurrences

    assert (first.occurrence_id, first.start_time, first.is_deleted) == ("1773043200000", NINE, False)
    assert meeting.occurrence("1773648000000") == second
    assert second.is_deleted
    assert meeting.occurrence("0") is None


def test_past_sittings_are_read_when_asked_for() -> None:
    zoom, seen = recorded(200, ANSWER)
    zoom.meetings.get("1")
    zoom.meetings.get("1", with_past_occurrences=True)
    zoom.meetings.get("1", occurrence_id="177")

    assert seen.lines == [
        "GET /v2/meetings/1",
        "GET /v2/meetings/1?show_previous_occurrences=true",
        "GET /v2/meetings/1?occurrence_id=177",
    ]


def test_a_change_sends_only_what_changes() -> None:
    zoom, seen = recorded(204)
    zoom.meetings.update("1", MeetingChange(topic="Graphs"))

    assert (seen.lines, seen.sent) == (["PATCH /v2/meetings/1"], {"topic": "Graphs"})


def test_a_series_is_moved_with_its_whole_rule() -> None:
    zoom, seen = recorded(204)
    rule = Recurrence.weekly([2], until=datetime(2026, 6, 30, 22, tzinfo=UTC))
    zoom.meetings.update("1", MeetingChange(starts_at=NINE, timezone="Europe/Oslo", recurrence=rule))

    assert seen.sent == {
        "start_time": "2026-03-09T09:00:00",
        "timezone": "Europe/Oslo",
        "recurrence": {
            "type": 2,
            "repeat_interval": 1,
            "weekly_days": "3",
            "end_date_time": "2026-06-30T22:00:00Z",
        },
    }


def test_one_sitting_is_changed() -> None:
    zoom, seen = recorded(204)
    change = OccurrenceChange(
        starts_at=NINE,
        timezone="Europe/Oslo",
        duration=timedelta(minutes=45),
        settings=MeetingSettings(waiting_room=True),
    )
    zoom.meetings.update_occurrence("1", "1773043200000", change)

    assert seen.lines == ["PATCH /v2/meetings/1?occurrence_id=1773043200000"]
    assert seen.sent == {
        "start_time": "2026-03-09T09:00:00",
        "timezone": "Europe/Oslo",
        "duration": 45,
        "settings": {"waiting_room": True},
    }


def test_a_meeting_is_deleted_without_mail_from_zoom_unless_asked() -> None:
    zoom, seen = recorded(204)
    zoom.meetings.delete("1")
    zoom.meetings.delete("1", zoom_tells_host=True)

    assert seen.lines == [
        "DELETE /v2/meetings/1?schedule_for_reminder=false&cancel_meeting_reminder=false",
        "DELETE /v2/meetings/1?schedule_for_reminder=true&cancel_meeting_reminder=true",
    ]


def test_one_sitting_is_deleted() -> None:
    zoom, seen = recorded(204)
    zoom.meetings.delete_occurrence("1", "1773043200000")

    assert [dict(request.url.params)["occurrence_id"] for request in seen.requests] == ["1773043200000"]


@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_without_an_id_nothing_is_sent_since_it_would_strike_the_whole_series(empty: str) -> None:
    zoom, seen = recorded(204)

    for call in (
        lambda: zoom.meetings.delete_occurrence("1", empty),
        lambda: zoom.meetings.update_occurrence("1", empty, OccurrenceChange(agenda="x")),
        lambda: zoom.meetings.get("1", occurrence_id=empty),
        lambda: zoom.meetings.delete(empty),
        lambda: zoom.meetings.update(empty, MeetingChange(topic="x")),
    ):
        with pytest.raises(ValueError, match="is empty"):
            call()
    assert seen.lines == []


@pytest.mark.parametrize(
    ("uuid", "path"),
    [
        ("abc==", "/v2/meetings/abc%3D%3D"),
        ("a/b==", "/v2/meetings/a%2Fb%3D%3D"),
        ("/ab==", "/v2/meetings/%252Fab%253D%253D"),
        ("a//b+", "/v2/meetings/a%252F%252Fb%252B"),
        ("../users/me", "/v2/meetings/..%2Fusers%2Fme"),
    ],
)
def test_a_uuid_is_encoded_twice_only_where_zoom_needs_it(uuid: str, path: str) -> None:
    zoom, seen = recorded(200, ANSWER)
    zoom.meetings.get(uuid)

    assert seen.lines == [f"GET {path}"]


@pytest.mark.parametrize("dots", [".", ".."])
def test_an_id_does_not_walk_up_the_path(dots: str) -> None:
    zoom, seen = recorded(200, ANSWER)

    with pytest.raises(ValueError, match="is empty"):
        zoom.meetings.get(dots)
    assert seen.lines == []


def test_a_meeting_is_ended() -> None:
    zoom, seen = recorded(204)
    zoom.meetings.end("1")

    assert (seen.lines, seen.sent) == (["PUT /v2/meetings/1/status"], {"action": "end"})


def test_an_invitation_is_text() -> None:
    zoom, _ = recorded(200, {"invitation": "Ada is inviting you …"})

    assert zoom.meetings.invitation("1") == "Ada is inviting you …"


def pages(*answers: dict[str, Any]) -> tuple[Zoom, list[dict[str, str]]]:
    asked: list[dict[str, str]] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        return httpx.Response(200, json=answers[len(asked) - 1])

    return zoom_that(answering), asked


def test_a_list_is_read_to_its_last_page() -> None:
    zoom, asked = pages(
        {"page_size": 2, "next_page_token": "t1", "meetings": [{"id": 1}, {"id": 2}]},
        {"next_page_token": "t2", "meetings": []},
        {"meetings": [{"id": "3", "topic": "Graphs", "agenda": "ref 3"}], "next_page_token": ""},
    )
    found = list(zoom.meetings.list("me", ListKind.UPCOMING_MEETINGS, page_size=2))

    assert [meeting.id for meeting in found] == ["1", "2", "3"]
    assert asked == [
        {"type": "upcoming_meetings", "page_size": "2"},
        {"type": "upcoming_meetings", "page_size": "2", "next_page_token": "t1"},
        {"type": "upcoming_meetings", "page_size": "2", "next_page_token": "t2"},
    ]


def test_a_list_asks_for_as_much_as_zoom_gives() -> None:
    zoom, asked = pages({"meetings": []})

    assert list(zoom.meetings.list("me")) == []
    assert asked == [{"type": "scheduled", "page_size": "300"}]


@pytest.mark.parametrize(
    "page", [{}, {"meetings": None}, {"meetings": [{"topic": "no id"}]}, {"meetings": [7]}]
)
def test_a_list_that_cannot_be_read_is_not_an_empty_one(page: dict[str, Any]) -> None:
    zoom, _ = pages(page)

    with pytest.raises(Unreadable):
        list(zoom.meetings.list("me"))


def test_a_list_that_goes_round_is_left() -> None:
    page = {"meetings": [{"id": 1}], "next_page_token": "again"}
    zoom, asked = pages(page, page, page)

    with pytest.raises(Unreadable, match="comes again"):
        list(zoom.meetings.list("me"))
    assert len(asked) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": ""},
        {"topic": "x" * 201},
        {"agenda": "x" * 2001},
        {"password": "x" * 11},
        {"duration": timedelta(0)},
        {"duration": timedelta(minutes=1441)},
        {"duration": timedelta(seconds=90)},
        {"starts_at": datetime(2026, 3, 9, 9)},  # noqa: DTZ001
        {"timezone": "Mars/Olympus"},
        {"settings": {"waiting_room": "perhaps"}},
        {"colour": "red"},
    ],
)
def test_a_draft_that_zoom_would_refuse_is_refused_here(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        draft(**wrong)


def test_a_passcode_is_not_in_a_drafts_repr_or_error() -> None:
    assert "CANARY" not in repr(draft(password="CANARY"))
    with pytest.raises(ValueError, match="password") as problem:
        draft(password="CANARY-TOO-LONG")
    assert "CANARY" not in str(problem.value)


def test_a_new_start_needs_its_zone() -> None:
    for kind in (MeetingChange, OccurrenceChange):
        with pytest.raises(ValueError, match="needs its zone"):
            kind(starts_at=NINE)


def test_one_sitting_cannot_change_what_belongs_to_the_series() -> None:
    with pytest.raises(ValueError, match=r"whole series only: approval_type, audio\."):
        OccurrenceChange(settings=MeetingSettings(audio="voip", approval_type=2, waiting_room=True))


def test_a_single_meeting_in_an_hour_that_comes_twice_is_sent_in_utc() -> None:
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert draft(starts_at=second_pass).body()["start_time"] == "2026-10-25T01:30:00Z"


def test_types_are_numbers_that_have_names() -> None:
    assert Meeting.from_answer({"id": 1, "type": 8}).type == MeetingType.RECURRING
