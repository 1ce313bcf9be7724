"""A recording is watched through our own address: slice by slice, by whoever may at that moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.programs.models import Enrolment
from eduraise.recordings import serving
from eduraise.recordings.enums import Audience
from eduraise.recordings.models import Recording, RecordingFile, Viewing
from eduraise.recordings.serving import SLICE, BeyondEnd, asked_for
from tests.classes.pages import signed_in
from tests.recordings.recorded import Recorded, address_of

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


def get(person: User, file: RecordingFile, part: str = "", **headers: str) -> Any:
    asked = {"range": part} if part else {}
    return signed_in(person).get(address_of(file), headers=asked | headers)


@pytest.mark.parametrize(
    ("header", "total", "slice_"),
    [
        ("", 10 * MIB, (0, SLICE - 1)),
        ("bytes=0-", 10 * MIB, (0, SLICE - 1)),
        ("bytes=0-1", 10 * MIB, (0, 1)),
        ("bytes=5242880-", 10 * MIB, (5242880, 5242880 + SLICE - 1)),
        ("bytes=5242880-99999999999", 10 * MIB, (5242880, 5242880 + SLICE - 1)),
        ("bytes=10485759-", 10 * MIB, (10485759, 10485759)),
        ("bytes=-500", 10 * MIB, (10 * MIB - 500, 10 * MIB - 1)),
        ("bytes=-99999999", 1000, (0, 999)),
        ("bytes=5-4", 1000, (0, 999)),
        ("bytes=0-1,5-6", 1000, (0, 999)),
        ("bytes=-", 1000, (0, 999)),
        ("lines=1-2", 1000, (0, 999)),
        ("bytes=0-", None, (0, SLICE - 1)),
        ("bytes=-500", None, (0, SLICE - 1)),
    ],
)
def test_a_range_is_answered_by_one_slice(header: str, total: int | None, slice_: tuple[int, int]) -> None:
    assert asked_for(header, total) == slice_


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=99999-"])
def test_beyond_the_end_there_is_nothing(header: str) -> None:
    with pytest.raises(BeyondEnd):
        asked_for(header, 1000)


def test_slices_put_together_are_the_file(held: Recorded) -> None:
    held.sim.switch(recording_padding=5 * MIB)
    held.session = held.hold(held.school.program, held.school.tariq)
    held.ready()
    video, got, sizes = held.video, b"", []
    assert video.bytes is not None
    while len(got) < video.bytes:
        answer = get(held.school.sana, video, f"bytes={len(got)}-")
        assert answer["Content-Range"] == (
            f"bytes {len(got)}-{len(got) + len(answer.content) - 1}/{video.bytes}"
        )
        got += answer.content
        sizes.append(len(answer.content))

    assert sizes[:-1] == [SLICE] * (len(sizes) - 1)
    assert len(sizes) == 3
    assert got[4:8] == b"ftyp"
    assert b"moov" in got[-30_000:]


def test_bytes_come_as_something_that_no_browser_runs_or_packs(held: Recorded) -> None:
    held.ready()
    answer = get(held.school.sana, held.video, "bytes=0-9999", **{"accept-encoding": "gzip"})

    assert (answer.status_code, len(answer.content)) == (206, 10_000)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox"
    assert answer["Content-Encoding"] == "identity"
    assert "no-store" in answer["Cache-Control"]


def test_neither_page_nor_answer_names_zooms_addresses(held: Recorded) -> None:
    held.ready()
    secrets = [held.host_token(), *(str(file.url) for file in RecordingFile.objects.all())]
    tariq = signed_in(held.school.tariq)
    pages = [tariq.get(path) for path in (f"/recordings/{held.recording.uid}/", "/recordings/")]
    answer = get(held.school.tariq, held.video, "bytes=0-9")
    said = "".join(page.content.decode() for page in pages) + str(answer.headers)

    assert [secret for secret in secrets if secret in said] == []
    assert "/rec/" not in said


def test_a_right_that_ended_ends_the_next_slice(held: Recorded) -> None:
    held.ready()
    sana, video = held.school.sana, held.video
    before = get(sana, video, "bytes=0-9").status_code
    Enrolment.objects.filter(person=sana).update(until_at=held.now)
    after = get(sana, video, "bytes=10-19").status_code

    assert (before, after) == (206, 404)


def test_others_find_nothing_there(held: Recorded) -> None:
    held.ready()
    uid = held.recording.uid
    answers = {
        person.name: [
            signed_in(person).get(f"/recordings/{uid}/").status_code,
            get(person, held.video, "bytes=0-9").status_code,
        ]
        for person in (held.school.olu, held.school.finn, held.school.sana, held.school.tove)
    }

    assert answers == {"Olu": [404, 404], "Finn": [404, 404], "Sana": [200, 206], "Tove": [200, 206]}


def test_no_more_than_a_quarter_of_the_threads_wait_for_zoom(held: Recorded, settings: Any) -> None:
    held.ready()
    most = max(1, settings.WEB_THREADS // 4)
    taken = [serving._slots.acquire(blocking=False) for _slot in range(most)]
    busy = get(held.school.sana, held.video, "bytes=0-9")
    for _slot in taken:
        serving._slots.release()
    free = get(held.school.sana, held.video, "bytes=0-9")

    assert taken == [True] * most
    assert (busy.status_code, busy["Retry-After"], free.status_code) == (503, "2", 206)


def test_while_zoom_is_down_a_player_is_told_to_come_again(held: Recorded) -> None:
    held.ready()
    held.sim.fault("status", status=503, times=None, operation="recordingDownload")
    answer = get(held.school.sana, held.video, "bytes=0-9")

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert held.recording.state == "ready"


def test_who_watched_is_noted_once_with_no_more_seconds_than_have_passed(held: Recorded) -> None:
    held.ready()
    sana, uid = held.school.sana, held.recording.uid
    for _slice in range(3):
        get(sana, held.video, "bytes=0-9")
    held.linked.advance(seconds=60)
    browser = signed_in(sana)
    answers = [
        browser.post(f"/recordings/{uid}/viewing/", {"seconds": seconds}).status_code
        for seconds in ("40", "5000", "30", "-1", "many")
    ]
    seen = Viewing.objects.get()
    held.linked.advance(hours=2)
    get(sana, held.video, "bytes=0-9")

    assert answers == [204, 204, 204, 422, 422]
    assert (seen.person, 40 <= seen.seconds <= 61) == (sana, True)
    assert Viewing.objects.count() == 2


def test_seconds_are_noted_of_what_one_watches_alone(held: Recorded) -> None:
    held.ready()
    browser = signed_in(held.school.sana)

    assert browser.post(f"/recordings/{held.recording.uid}/viewing/", {"seconds": "5"}).status_code == 204
    assert not Viewing.objects.exists()


@pytest.mark.parametrize(("allowed", "status"), [(False, 404), (True, 200)])
def test_students_download_where_the_program_allows_it(held: Recorded, allowed: bool, status: int) -> None:
    held.rules(may_download=allowed)
    held.ready()
    path = f"{address_of(held.video)}download/"
    sana = signed_in(held.school.sana).get(path)
    sana.getvalue()
    tariq = signed_in(held.school.tariq).get(path)
    kept = tariq.getvalue()

    assert (sana.status_code, tariq.status_code) == (status, 200)
    assert tariq["Content-Disposition"] == 'attachment; filename="ALG-2-2026-03-02.mp4"'
    assert (len(kept), tariq["Content-Length"]) == (held.video.bytes, str(held.video.bytes))


def test_a_download_comes_slice_by_slice_whole_and_lets_its_thread_go(held: Recorded, settings: Any) -> None:
    held.sim.switch(recording_padding=5 * MIB)
    held.session = held.hold(held.school.program, held.school.tariq)
    held.ready()
    path = f"{address_of(held.video)}download/"
    browser = signed_in(held.school.tariq)
    video = RecordingFile.objects.select_related("recording__host__account").get(pk=held.video.pk)
    threads = max(1, settings.WEB_THREADS // 4)
    broken_off = [serving.whole_of(video, held.now)[1] for _thread in range(threads)]
    next(broken_off[0])
    busy = browser.get(path)
    for slices in broken_off:
        slices.close()
    whole = browser.get(path)
    sizes = [len(piece) for piece in whole.streaming_content]
    tag = whole["ETag"]
    rest = [
        browser.get(path, headers={"range": f"bytes={held.video.bytes - 9}-", "if-range": tag}),
        browser.get(path, headers={"range": f"bytes={held.video.bytes - 9}-", "if-range": '"another"'}),
    ]
    ends = [answer.getvalue() for answer in rest]

    assert (sum(sizes), max(sizes)) == (held.video.bytes, SLICE)
    assert busy.status_code == 503
    assert [answer.status_code for answer in rest] == [206, 200]
    assert [len(end) for end in ends] == [9, held.video.bytes]
    assert get(held.school.sana, held.video, "bytes=0-9").status_code == 206


def test_no_player_is_given_a_long_file_whole(held: Recorded) -> None:
    held.ready()
    short = get(held.school.sana, held.video)
    RecordingFile.objects.update(bytes=SLICE + 1)

    assert (short.status_code, len(short.content)) == (200, int(short["Content-Length"]))
    assert get(held.school.sana, held.video).status_code == 416


@pytest.mark.parametrize("kind", ["TRANSCRIPT", "CHAT", "TIMELINE"])
def test_what_is_no_picture_or_sound_is_not_given_out(held: Recorded, kind: str) -> None:
    held.ready()
    file = held.video
    RecordingFile.objects.filter(pk=file.pk).update(kind="chat", file_type=kind)

    assert get(held.school.tariq, file, "bytes=0-9").status_code == 404


def test_another_recordings_file_is_not_found_under_this_one(held: Recorded) -> None:
    held.ready()
    hidden = held.recording
    Recording.objects.filter(pk=hidden.pk).update(visible=Audience.NOBODY)
    held.session = held.hold(held.school.program, held.school.tariq)
    held.ready()
    other = RecordingFile.objects.filter(recording=hidden).first()
    assert other is not None
    path = f"/recordings/{held.recording.uid}/files/{other.uid}/"

    assert signed_in(held.school.sana).get(path, headers={"range": "bytes=0-9"}).status_code == 404


def test_a_copy_on_this_server_is_watched_without_zoom(held: Recorded) -> None:
    held.ready()
    held.recording.files.update(wants_copy=True, next_at=held.now)
    held.copy(minutes=1)
    held.sim.fault("drop_before", times=None, route="*")
    held.linked.advance(seconds=1)
    answer = get(held.school.sana, held.video, "bytes=4-11")

    assert held.recording.has_copy
    assert (answer.status_code, answer.content) == (206, b"ftypisom")
    assert held.now - held.recording.found_at > timedelta()
