"""A file or a link in place of what Zoom recorded: checked, kept under a name of ours, and guarded."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eduraise.classes.models import ClassSession
from eduraise.recordings import work
from eduraise.recordings.enums import State
from eduraise.recordings.models import Recording, RecordingFile
from tests.classes.pages import signed_in
from tests.classes.rows import make_class
from tests.recordings.recorded import address_of
from tests.school import School

pytestmark = pytest.mark.django_db
VIDEO = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 10


@pytest.fixture
def session(school: School, media_folder: Path) -> ClassSession:
    return make_class(school.program, school.tariq, school.now - timedelta(hours=3), now=school.now)


def add(session: ClassSession, browser: Client, **fields: Any) -> Any:
    return browser.post(f"/classes/{session.code}/recordings/new/", {"title": "From my computer", **fields})


def file(name: str = "lesson.mp4", content: bytes = VIDEO) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_a_file_is_kept_and_watched(school: School, session: ClassSession, media_folder: Path) -> None:
    answer = add(session, signed_in(school.tariq), file=file("<b>../../lesson.MP4"))
    kept = RecordingFile.objects.select_related("recording").get()
    got = signed_in(school.sana).get(address_of(kept), headers={"range": "bytes=4-11"})

    assert answer.status_code == 302
    assert [path.name for path in media_folder.iterdir()] == [f"{kept.uid.hex}.mp4"]
    assert (got.status_code, got.content, got["Content-Type"]) == (206, b"ftypisom", "video/mp4")
    assert kept.recording.state == State.ATTACHED
    assert b"From my computer" in signed_in(school.sana).get(f"/classes/{session.code}/").content


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"file": ("page.html", b"<html>")}, "Such files can’t be taken."),
        ({"file": ("page.mp4", b"<html><script>alert(1)</script>")}, "This is not what its name says."),
        ({"file": ("song.mp3", VIDEO)}, "This is not what its name says."),
        ({"file": ("clip.svg", b"<svg>")}, "Such files can’t be taken."),
        ({"link": "http://example.org/x"}, "Give an address that begins with https://"),
        ({"link": "https://me:secret@example.org/x"}, "Give an address that begins with https://"),
        ({"link": "javascript:alert(1)"}, "Give an address that begins with https://."),
        ({}, "Choose a file, or give an address."),
        (
            {"file": ("a.mp4", VIDEO), "link": "https://example.org/x"},
            "Give either a file or an address, not both.",
        ),
    ],
)
def test_what_is_no_recording_is_refused_beside_its_field(
    school: School, session: ClassSession, media_folder: Path, fields: dict[str, Any], said: str
) -> None:
    given = {name: file(*value) if name == "file" else value for name, value in fields.items()}
    answer = add(session, signed_in(school.tariq), **given)

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Recording.objects.exists()
    assert not media_folder.exists() or list(media_folder.iterdir()) == []


def test_a_file_that_is_too_long_is_refused(school: School, session: ClassSession, settings: Any) -> None:
    settings.RECORDING_UPLOAD_MB = 0
    form = signed_in(school.tariq).get(f"/classes/{session.code}/recordings/new/").content.decode()
    answer = add(session, signed_in(school.tariq), file=file())

    assert "m4a, mp3; 0 MB at most." in form
    assert (answer.status_code, "A file can have 0 MB at most." in answer.content.decode()) == (422, True)


def test_where_the_disk_is_full_that_is_said_and_nothing_is_left_half(
    school: School, session: ClassSession, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = add(session, signed_in(school.tariq), file=file())

    assert answer.status_code == 422
    assert "It can’t be kept: this server’s disk is full." in answer.content.decode()
    assert (Recording.objects.exists(), list(media_folder.iterdir())) == (False, [])


def test_a_link_is_followed_by_whoever_may_watch_and_noted(school: School, session: ClassSession) -> None:
    add(session, signed_in(school.tariq), link="https://videos.example/x?a=1")
    recording = Recording.objects.get()
    path = f"/recordings/{recording.uid}/elsewhere/"
    sana = signed_in(school.sana).get(path)
    page = signed_in(school.sana).get(f"/recordings/{recording.uid}/").content.decode()

    assert (sana.status_code, sana["Location"]) == (302, "https://videos.example/x?a=1")
    assert signed_in(school.olu).get(path).status_code == 404
    assert recording.viewings.count() == 1
    assert "videos.example" not in page


@pytest.mark.parametrize("who", ["tove", "sana", "olu"])
def test_only_who_manages_recordings_adds_one(school: School, session: ClassSession, who: str) -> None:
    assert add(session, signed_in(getattr(school, who)), link="https://videos.example/x").status_code == 404


def test_what_is_removed_comes_back_until_its_file_goes(
    school: School, session: ClassSession, media_folder: Path
) -> None:
    browser = signed_in(school.tariq)
    add(session, browser, file=file())
    recording = Recording.objects.get()
    browser.post(f"/recordings/{recording.uid}/removal/")
    gone = signed_in(school.sana).get(f"/recordings/{recording.uid}/").status_code
    browser.post(f"/recordings/{recording.uid}/return/")
    back = signed_in(school.sana).get(f"/recordings/{recording.uid}/").status_code
    browser.post(f"/recordings/{recording.uid}/removal/")
    school.clock.advance(days=31)
    work.prune_recordings(school.now)

    assert (gone, back) == (404, 200)
    assert RecordingFile.objects.get().copied_path == ""


def test_files_of_nobody_go_after_a_while(school: School, session: ClassSession, media_folder: Path) -> None:
    add(session, signed_in(school.tariq), file=file())
    young, old = media_folder / "young.mp4", media_folder / ".old.part"
    for path in (young, old):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    counts = work.prune_recordings(school.now)

    assert counts["orphans"] == 1
    assert sorted(path.name for path in media_folder.iterdir()) == sorted(
        ["young.mp4", Path(RecordingFile.objects.get().copied_path).name]
    )
