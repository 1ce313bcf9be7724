"""Recordings: found, read, deleted, recovered; what is sent and read has Zoom's shape."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.zoomclient.conftest import zoom_answers
from zoomclient import (
    NotFound,
    Recording,
    RecordingAccess,
    RecordingAccessChange,
    RecordingFile,
    RecordingFileType,
    Refused,
    ShareRecording,
    TrashKind,
    Unreadable,
    ZoomError,
)

UUID = "/aBc//D9=="
TWICE = "%252FaBc%252F%252FD9%253D%253D"
VIDEO = {
    "id": "f1",
    "meeting_id": UUID,
    "file_type": "MP4",
    "file_extension": "MP4",
    "file_size": 386951,
    "recording_type": "shared_screen_with_speaker_view",
    "status": "completed",
    "recording_start": "2026-03-09T08:00:20Z",
    "recording_end": "2026-03-09T09:00:31Z",
    "play_url": "https://us06web.zoom.us/rec/play/CANARY-PLAY",
    "download_url": "https://us06web.zoom.us/rec/download/CANARY-DOWNLOAD",
}
CAPTIONS = {
    "meeting_id": UUID,
    "file_type": "CC",
    "file_extension": "VTT",
    "recording_start": "2026-03-09T08:00:20Z",
    "recording_end": "2026-03-09T09:00:31Z",
    "download_url": "https://us06web.zoom.us/rec/download/CANARY-CC",
}
RECORDED = {
    "uuid": UUID,
    "id": 84712345678,
    "account_id": "acc1",
    "host_id": "h1",
    "topic": "Sets",
    "type": "8",
    "start_time": "2026-03-09T08:00:10Z",
    "duration": 60,
    "total_size": 386951,
    "recording_count": 2,
    "recording_play_passcode": "CANARY-PASS",
    "auto_delete": True,
    "auto_delete_date": "2026-06-07",
    "recording_files": [VIDEO, CAPTIONS],
}


def page(*rows: dict[str, Any], token: str = "") -> tuple[int, dict[str, Any]]:
    return 200, {
        "from": "2026-03-01",
        "to": "2026-03-31",
        "page_size": 300,
        "total_records": len(rows),
        "next_page_token": token,
        "meetings": list(rows),
    }


def test_the_recording_of_a_sitting_is_read_with_its_files() -> None:
    zoom, seen = zoom_answers((200, RECORDED))
    recording = zoom.recordings.get(UUID)

    assert seen.lines == [f"GET /v2/meetings/{TWICE}/recordings"]
    assert (recording.uuid, recording.id, recording.type) == (UUID, "84712345678", "8")
    assert recording.start_time == datetime(2026, 3, 9, 8, 0, 10, tzinfo=UTC)
    assert recording.auto_delete_date == date(2026, 6, 7)
    assert [(one.file_type, one.id, one.file_size, one.is_ready) for one in recording.recording_files] == [
        (RecordingFileType.MP4, "f1", 386951, True),
        (RecordingFileType.CC, "", None, True),
    ]
    assert recording.download_access_token is None
    assert "CANARY" not in repr(recording)


def test_a_token_to_download_with_comes_when_asked_for_and_hidden() -> None:
    zoom, seen = zoom_answers((200, RECORDED | {"download_access_token": "CANARY-TOKEN"}))
    recording = zoom.recordings.get("84712345678", token_for=timedelta(hours=2))

    assert seen.lines == [
        "GET /v2/meetings/84712345678/recordings?include_fields=download_access_token&ttl=7200"
    ]
    assert recording.download_access_token
    assert recording.download_access_token.reveal() == "CANARY-TOKEN"
    assert "CANARY" not in repr(recording) + recording.model_dump_json(include={"download_access_token"})


@pytest.mark.parametrize("token_for", [timedelta(0), timedelta(days=7, seconds=1)])
def test_such_a_token_lives_for_a_week_at_most(token_for: timedelta) -> None:
    zoom, seen = zoom_answers((200, RECORDED))

    with pytest.raises(ValueError, match="week"):
        zoom.recordings.get("1", token_for=token_for)
    assert seen.lines == []


@pytest.mark.parametrize(
    ("change", "ready"),
    [
        ({"status": "processing", "recording_end": ""}, False),
        ({"status": "transmogrifying"}, False),
        ({"download_url": ""}, False),
        ({}, True),
    ],
)
def test_a_file_is_ready_when_zoom_is_done_with_it(change: dict[str, Any], ready: bool) -> None:
    assert RecordingFile.from_answer(VIDEO | change).is_ready is ready


def test_a_file_is_read_as_far_as_it_makes_sense() -> None:
    odd = {"recording_end": "", "file_type": "HOLOGRAM", "file_size": 1024.0, "new": 1, "status": "completed"}
    file = RecordingFile.from_answer(VIDEO | odd)

    assert (file.recording_end, file.file_type, file.file_size) == (None, "HOLOGRAM", 1024)
    assert file.model_extra == {"new": 1}
    assert RecordingFile.from_answer(VIDEO | {"file_size": -1}).file_size is None


def test_files_that_cannot_be_read_are_not_none() -> None:
    zoom, _ = zoom_answers((200, RECORDED | {"recording_files": "many"}), checked=False)

    with pytest.raises(Unreadable, match="recording_files"):
        zoom.recordings.get(UUID)


def test_a_users_recordings_are_listed_to_the_last_page() -> None:
    zoom, seen = zoom_answers(page(RECORDED, token="t1"), page(RECORDED | {"uuid": "b=="}))
    found = list(zoom.recordings.list("me", date(2026, 3, 1), date(2026, 3, 31)))

    assert [one.uuid for one in found] == [UUID, "b=="]
    assert [dict(request.url.params) for request in seen.requests] == [
        {"from": "2026-03-01", "to": "2026-03-31", "page_size": "300"},
        {"from": "2026-03-01", "to": "2026-03-31", "page_size": "300", "next_page_token": "t1"},
    ]


@pytest.mark.parametrize("kind", list(TrashKind))
def test_the_trash_is_listed_when_asked_for(kind: TrashKind) -> None:
    zoom, seen = zoom_answers(page())

    assert list(zoom.recordings.list("me", date(2026, 3, 1), date(2026, 3, 1), trash=kind)) == []
    assert dict(seen.requests[0].url.params) == {
        "from": "2026-03-01",
        "to": "2026-03-01",
        "page_size": "300",
        "trash": "true",
        "trash_type": str(kind),
    }


@pytest.mark.parametrize(
    ("from_on", "last_on"),
    [
        (date(2026, 3, 1), date(2026, 4, 1)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_list_is_of_a_month_at_most(from_on: date, last_on: date) -> None:
    zoom, seen = zoom_answers(page())
    day = timedelta(days=1)

    assert list(zoom.recordings.list("me", from_on, last_on)) == []
    for to_on in (last_on + day, from_on - day):
        with pytest.raises(ValueError, match="one month"):
            zoom.recordings.list("me", from_on, to_on)
    assert len(seen.lines) == 1


def test_a_recording_goes_into_the_trash_unless_for_good() -> None:
    zoom, seen = zoom_answers((204, None))
    zoom.recordings.delete(UUID)
    zoom.recordings.delete(UUID, for_good=True)
    zoom.recordings.delete_file(UUID, "f1")
    zoom.recordings.delete_file(UUID, "f1", for_good=True)

    assert seen.lines == [
        f"DELETE /v2/meetings/{TWICE}/recordings?action=trash",
        f"DELETE /v2/meetings/{TWICE}/recordings?action=delete",
        f"DELETE /v2/meetings/{TWICE}/recordings/f1?action=trash",
        f"DELETE /v2/meetings/{TWICE}/recordings/f1?action=delete",
    ]


@pytest.mark.parametrize("empty", ["", " ", "."])
def test_without_a_files_id_nothing_is_sent_since_the_call_would_be_about_all_of_them(empty: str) -> None:
    zoom, seen = zoom_answers((204, None))

    with pytest.raises(ValueError, match="recordingId is empty"):
        zoom.recordings.delete_file(UUID, empty)
    with pytest.raises(ValueError, match="recordingId is empty"):
        zoom.recordings.recover_file(UUID, empty)
    assert seen.lines == []


def test_a_recording_comes_out_of_the_trash() -> None:
    zoom, seen = zoom_answers((200, None))
    zoom.recordings.recover(UUID)

    assert (seen.lines, seen.sent) == (
        [f"PUT /v2/meetings/{TWICE}/recordings/status"],
        [{"action": "recover"}],
    )


def test_one_file_comes_out_of_the_trash() -> None:
    zoom, seen = zoom_answers((204, None))
    zoom.recordings.recover_file(UUID, "f1")

    assert (seen.lines, seen.sent) == (
        [f"PUT /v2/meetings/{TWICE}/recordings/f1/status"],
        [{"action": "recover"}],
    )


def test_who_may_watch_is_read_and_changed() -> None:
    answer = {
        "share_recording": "internally",
        "viewer_download": False,
        "password": "CANARY-PW",
        "approval_type": 2,
        "auto_delete": True,
        "auto_delete_date": "2026-06-07",
    }
    zoom, seen = zoom_answers((200, answer), (204, None))
    access = zoom.recordings.access("84712345678")
    change = RecordingAccessChange(share_recording=ShareRecording.NONE, viewer_download=False)
    zoom.recordings.change_access("84712345678", change)

    assert (access.share_recording, access.viewer_download, access.on_demand) == ("internally", False, None)
    assert access.auto_delete_date == date(2026, 6, 7)
    assert "CANARY" not in repr(access)
    assert seen.lines[1] == "PATCH /v2/meetings/84712345678/recordings/settings"
    assert seen.requests[1].content == b'{"share_recording":"none","viewer_download":false}'


def test_an_unknown_way_to_share_survives_reading_and_is_never_sent() -> None:
    assert RecordingAccess.from_answer({"share_recording": "by_pigeon"}).share_recording == "by_pigeon"
    for wrong in ({"share_recording": "by_pigeon"}, {"approval_type": 3}, {"password": "CANARY-LONG-ONE"}):
        with pytest.raises(ValueError, match=next(iter(wrong))) as problem:
            RecordingAccessChange.model_validate(wrong)
        assert "CANARY" not in str(problem.value)


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "reason"),
    [
        (404, 3301, "There is no recording for this meeting.", NotFound, "recording_not_found"),
        (404, 1001, "User u1 does not exist or does not belong to this account.", NotFound, "user_not_found"),
        (400, 3303, "You can not delete an uncompleted meeting.", Refused, "recording_unfinished"),
        (400, 3309, "Not enough cloud storage available.", Refused, "storage_full"),
        (400, 3310, "This recording was selected for a simulive webinar.", Refused, "recording_in_use"),
        (400, 1010, "User not found on this account: 1.", Refused, "user_not_in_account"),
    ],
)
def test_refusals_are_told_apart(
    status: int, code: int, message: str, kind: type[ZoomError], reason: str
) -> None:
    zoom, _ = zoom_answers((status, {"code": code, "message": message}), checked=False)

    with pytest.raises(kind) as problem:
        zoom.recordings.delete_file(UUID, "f1")
    assert (type(problem.value), problem.value.reason) == (kind, reason)


def test_a_recording_needs_its_uuid() -> None:
    with pytest.raises(ValueError, match="uuid"):
        Recording.from_answer({"id": 1})
