"""What was recorded, and whose account it is, between the client and the simulated Zoom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.zoomclient.simulated import Simulator
from zoomclient import (
    AccessTokenRefused,
    MeetingDraft,
    MeetingSettings,
    NotFound,
    OutcomeUnknown,
    RecordingAccessChange,
    RecordingFile,
    RecordingFileType,
    Refused,
    ScopeMissing,
    ShareRecording,
    TrashKind,
    UserStatus,
    Zoom,
    ZoomError,
    operations,
)
from zoomclient.limits import Operation
from zoomsim.rest.operations import OPERATIONS

MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=ZoneInfo("Europe/Oslo"))
MARCH = (date(2027, 3, 1), date(2027, 3, 31))


def recorded(sim: Simulator, zoom: Zoom, *, minutes_later: int = 11) -> str:
    """A meeting that was recorded and ended some minutes ago; its number."""
    draft = MeetingDraft(
        topic="Sets",
        starts_at=MONDAY,
        duration=timedelta(minutes=60),
        timezone="Europe/Oslo",
        settings=MeetingSettings(auto_recording="cloud", waiting_room=False),
    )
    number = zoom.meetings.create("me", draft).id
    sim.people(number, "host_start")
    sim.people(number, "join", people=["Sana"])
    sim.control("clock", advance_seconds=600)
    sim.people(number, "end")
    sim.control("clock", advance_seconds=minutes_later * 60)
    return number


def video_of(zoom: Zoom, meeting: str) -> RecordingFile:
    files = zoom.recordings.get(meeting).recording_files
    return next(one for one in files if one.file_type == RecordingFileType.MP4)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("awkward", [False, True])
def test_a_recording_is_found_and_saved(sim: Simulator, zoom: Zoom, tmp_path: Path, awkward: bool) -> None:
    sim.control("switches", awkward_uuids=awkward, timeline_files=True)
    number = recorded(sim, zoom)
    (recording,) = zoom.recordings.list("me", *MARCH)

    assert (recording.id, recording.topic) == (number, "Sets")
    assert zoom.recordings.get(recording.uuid).uuid == zoom.recordings.get(number).uuid == recording.uuid
    assert {"MP4", "M4A", "TIMELINE"} <= {one.file_type for one in recording.recording_files}
    for index, file in enumerate(recording.recording_files):
        assert file.is_ready
        saved = zoom.recordings.save(file, tmp_path / str(index))
        assert saved == (tmp_path / str(index)).stat().st_size
        assert file.file_size in (None, saved)


def test_a_recording_takes_its_time(sim: Simulator, zoom: Zoom, tmp_path: Path) -> None:
    sim.control("switches", early_recordings="processing")
    number = recorded(sim, zoom, minutes_later=1)
    video = video_of(zoom, number)

    assert (video.is_ready, video.recording_end) == (False, None)
    with pytest.raises(Refused) as problem:
        zoom.recordings.delete_file(number, video.id)
    assert problem.value.reason == "recording_unfinished"

    sim.control("clock", advance_seconds=600)
    assert video_of(zoom, number).is_ready


def test_before_that_there_is_none(sim: Simulator, zoom: Zoom) -> None:
    number = recorded(sim, zoom, minutes_later=1)

    with pytest.raises(NotFound) as problem:
        zoom.recordings.get(number)
    assert problem.value.reason == "recording_not_found"
    assert list(zoom.recordings.list("me", *MARCH)) == []


def test_a_token_that_will_not_do_saves_no_page_and_the_recordings_own_does(
    sim: Simulator, zoom: Zoom, tmp_path: Path
) -> None:
    number = recorded(sim, zoom)
    video = video_of(zoom, number)
    own = zoom.recordings.get(number, token_for=timedelta(hours=1)).download_access_token
    path = tmp_path / "class.mp4"

    with Zoom(sim.url, "not-a-token") as stranger:
        with pytest.raises(AccessTokenRefused):
            stranger.recordings.save(video, path)
        assert left_in(tmp_path) == []
        assert stranger.recordings.save(video, path, token=own) == video.file_size


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"do": "mangle", "how": "html"}, AccessTokenRefused),
        ({"do": "drop_before"}, OutcomeUnknown),
        ({"do": "status", "status": 502}, OutcomeUnknown),
    ],
)
def test_a_download_that_goes_wrong_leaves_nothing(
    sim: Simulator, zoom: Zoom, tmp_path: Path, fault: dict[str, object], kind: type[ZoomError]
) -> None:
    video = video_of(zoom, recorded(sim, zoom))
    sim.strike("recordingDownload", **fault)

    with pytest.raises(kind):
        zoom.recordings.save(video, tmp_path / "class.mp4")
    assert left_in(tmp_path) == []
    assert zoom.recordings.save(video, tmp_path / "class.mp4") == video.file_size


def test_a_recording_goes_into_the_trash_and_comes_back(sim: Simulator, zoom: Zoom) -> None:
    number = recorded(sim, zoom)
    uuid = zoom.recordings.get(number).uuid
    zoom.recordings.delete(uuid)
    with pytest.raises(NotFound):
        zoom.recordings.get(uuid)
    assert [one.uuid for one in zoom.recordings.list("me", *MARCH, trash=TrashKind.RECORDINGS)] == [uuid]

    zoom.recordings.recover(uuid)
    assert zoom.recordings.get(uuid).recording_files

    zoom.recordings.delete(uuid, for_good=True)
    with pytest.raises(NotFound):
        zoom.recordings.recover(uuid)


def test_one_file_goes_and_comes_back_and_the_others_stay(sim: Simulator, zoom: Zoom) -> None:
    number = recorded(sim, zoom)
    video = video_of(zoom, number)
    zoom.recordings.delete_file(number, video.id)
    assert video.id not in [one.id for one in zoom.recordings.get(number).recording_files]

    zoom.recordings.recover_file(number, video.id)
    assert video_of(zoom, number).id == video.id

    zoom.recordings.delete_file(number, video.id, for_good=True)
    with pytest.raises(NotFound):
        zoom.recordings.recover_file(number, video.id)


def test_who_may_watch_is_changed(sim: Simulator, zoom: Zoom) -> None:
    number = recorded(sim, zoom)
    change = RecordingAccessChange(share_recording=ShareRecording.INTERNALLY, viewer_download=False)
    zoom.recordings.change_access(number, change)
    access = zoom.recordings.access(number)

    assert (access.share_recording, access.viewer_download) == (ShareRecording.INTERNALLY, False)


def test_an_accounts_users_are_listed_to_its_own_token_alone(sim: Simulator, zoom: Zoom) -> None:
    sim.control("users", email="teacher01@demo.example", status="inactive")
    with sim.zoom(sim.whole_account()) as whole:
        active = {one.email: one for one in whole.users.list(page_size=5)}
        inactive = [one.email for one in whole.users.list(UserStatus.INACTIVE)]
        assert active["teacher@demo.example"] == next(
            one for one in whole.users.list() if one.email == "teacher@demo.example"
        )
        assert active["teacher@demo.example"].id == whole.users.get("teacher@demo.example").id

    assert inactive == ["teacher01@demo.example"]
    assert len(active) > 5
    assert active["teacher@demo.example"].is_licensed
    assert not active["basic@demo.example"].is_licensed
    with pytest.raises(ScopeMissing):
        list(zoom.users.list())


def test_a_host_reports_what_was_held(sim: Simulator, zoom: Zoom) -> None:
    number = recorded(sim, zoom, minutes_later=31)
    host = zoom.users.me().id
    with sim.zoom(sim.whole_account()) as whole:
        (held,) = whole.reports.meetings(host, *MARCH)
        report = whole.reports.meeting(held.uuid)

    assert (held.id, held.participants_count) == (number, 2)
    assert (held.uuid, held.end_time, held.duration) == (report.uuid, report.end_time, report.duration)


def test_every_operation_of_the_client_is_imitated() -> None:
    imitated = {f"{one.method} {one.path}" for one in OPERATIONS}
    ours = {one.name for one in vars(operations).values() if isinstance(one, Operation)}

    assert ours - imitated == set()
