"""Where sources about Zoom's recordings disagree or are silent, what we do is right with each answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from eduraise.recordings.actions import recover
from eduraise.recordings.enums import Kind, State
from eduraise.recordings.models import Recording
from eduraise.zoom import api
from tests.classes.pages import signed_in
from tests.linked import LinkedZoom
from tests.recordings.recorded import Recorded, address_of
from tests.zoom_simulator import answers_of, each_answer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("answer", answers_of("early_recordings"))
def test_a_recording_is_found_whether_zoom_shows_it_early_or_not(held: Recorded, answer: str) -> None:
    held.sim.switch(early_recordings=answer)
    api.install(held.sim.plain_transport)  # Zoom's own description leaves this status out of lists
    held.work(minutes=1)
    early = [one.state for one in Recording.objects.all()]
    held.work(minutes=11)

    assert early == ([State.PROCESSING] if answer == "processing" else [])
    assert held.recording.state == State.READY


@pytest.mark.parametrize(
    ("switch", "minutes"), [("recording_delay_minutes", 90), ("transcript_delay_minutes", 200)]
)
def test_it_is_found_however_long_zoom_takes(
    linked: LinkedZoom, media_folder: Path, switch: str, minutes: int
) -> None:
    linked.sim.control("POST", "accounts", id="sim-account", plan="business")
    linked.sim.switch(**{switch: minutes})
    held = Recorded(linked)
    for _turn in range(minutes // 20 + 3):
        held.work(minutes=20)

    assert held.recording.state == State.READY
    assert held.recording.files.get(kind=Kind.TRANSCRIPT).cues


@pytest.mark.parametrize("has_one", answers_of("timeline_files"))
def test_a_timeline_is_one_of_its_files_or_is_not_there(
    linked: LinkedZoom, media_folder: Path, has_one: bool
) -> None:
    linked.sim.switch(timeline_files=has_one)
    held = Recorded(linked)
    api.install(held.sim.plain_transport)  # Zoom's own description leaves this kind out of lists
    held.ready()
    Recording.objects.update(next_at=held.now)
    held.work(minutes=1)

    assert held.recording.files.filter(file_type="TIMELINE").count() == has_one
    assert held.recording.files.count() == 2 + has_one


@pytest.mark.parametrize("is_full", answers_of("storage_full"))
def test_what_zoom_has_no_room_for_stays_in_its_trash_and_that_is_said(held: Recorded, is_full: bool) -> None:
    held.ready()
    held.delete_at_zoom()
    held.work(days=1, minutes=1)
    held.sim.switch(storage_full=is_full)
    recover(recording=held.recording, by=held.school.tariq, now=held.now)
    held.work(minutes=1)
    page = signed_in(held.school.tariq).get(f"/recordings/{held.recording.uid}/").content.decode()

    assert held.recording.state == (State.TRASHED if is_full else State.READY)
    assert ("Zoom’s storage is full" in page) is is_full
    assert ("Bring it back" in page) is is_full


@pytest.mark.parametrize("status", answers_of("download_refusal"))
def test_no_page_to_sign_in_is_ever_given_out(held: Recorded, status: str) -> None:
    held.ready()
    held.sim.switch(download_refusal=status)
    recording, video = held.recording, held.video
    video.url = f"{held.sim.base_url}/rec/download/another"
    video.save()
    browser = signed_in(held.school.sana)
    stale = browser.get(address_of(video), headers={"range": "bytes=0-99"})
    held.sim.user("tariq@school.example", settings={}, revoke=True)
    held.linked.advance(minutes=5)
    refused = browser.get(address_of(video), headers={"range": "bytes=0-99"})

    assert recording.has_media
    # an address that is out of date is looked up anew; without a token that does, there is nothing
    assert (stale.status_code, stale.content[4:12]) == (206, b"ftypisom")
    assert refused.status_code == 503
    assert b"Sign in" not in refused.content


@pytest.mark.parametrize(("switch", "answer"), each_answer("download_redirects", "download_by_query"))
def test_it_is_watched_whichever_way_zoom_sends_it(held: Recorded, switch: str, answer: bool) -> None:
    held.ready()
    held.sim.switch(**{switch: answer})
    got = signed_in(held.school.sana).get(address_of(held.video), headers={"range": "bytes=4-11"})

    assert (got.status_code, got.content) == (206, b"ftypisom")


@pytest.mark.parametrize("in_parts", answers_of("download_parts"))
def test_what_comes_whole_is_copied_first_and_then_watched(held: Recorded, in_parts: bool) -> None:
    held.ready()
    held.sim.switch(download_parts=in_parts)
    browser = signed_in(held.school.sana)
    first = browser.get(address_of(held.video), headers={"range": "bytes=4-11"})
    for _turn in range(2):
        held.copy(minutes=1)
    then = browser.get(address_of(held.video), headers={"range": "bytes=4-11"})

    assert first.status_code == (206 if in_parts else 503)
    assert held.video.is_here is not in_parts
    assert (then.status_code, then.content) == (206, b"ftypisom")
