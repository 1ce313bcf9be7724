"""What was recorded of a class is found, by asking or by an event, and only what is ours."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from eduraise.recordings import work
from eduraise.recordings.enums import GoneBy, Kind, State
from eduraise.recordings.models import HostWatch, Recording
from eduraise.recordings.transcripts import cues_of
from eduraise.zoom import api
from tests.linked import LinkedZoom
from tests.recordings.recorded import Recorded

pytestmark = pytest.mark.django_db


def test_a_recording_is_found_without_any_event(held: Recorded) -> None:
    held.work()
    assert not Recording.objects.exists()

    held.work(minutes=11)
    found = held.recording
    kinds = sorted(found.files.values_list("kind", flat=True))

    assert (found.state, found.program, found.minutes) == (State.READY, held.school.program, 60)
    assert kinds == [Kind.AUDIO, Kind.VIDEO]
    assert found.has_media
    assert found.instance is not None


def test_a_transcript_that_comes_later_is_read(linked: LinkedZoom, media_folder: Path) -> None:
    linked.sim.control("POST", "accounts", id="sim-account", plan="business")
    held = Recorded(linked)
    held.work(minutes=11)
    held.work(minutes=31)
    held.work(minutes=31)
    transcripts = held.recording.files.filter(kind=Kind.TRANSCRIPT)

    assert [cue.text for file in transcripts for cue in cues_of(file)][:1] == ["Welcome to the lesson."]


def test_what_is_being_prepared_is_shown_as_that(held: Recorded) -> None:
    held.sim.switch(early_recordings="processing")
    api.install(held.sim.plain_transport)  # Zoom's own description leaves this status out of lists
    held.work(minutes=1)
    early = held.recording.state
    held.work(minutes=11)

    assert (early, held.recording.state) == (State.PROCESSING, State.READY)


def test_a_host_is_asked_less_often_and_in_the_end_not_at_all(held: Recorded) -> None:
    asked = []
    for later in (timedelta(), timedelta(hours=4), timedelta(days=2), timedelta(days=2)):
        held.linked.advance(seconds=later.total_seconds())
        work.recordings_due(held.now)
        asked.append([(watch.next_at - held.now) for watch in HostWatch.objects.all()])

    assert asked == [[timedelta(minutes=5)], [timedelta(hours=1)], [timedelta(hours=6)], []]


def test_meetings_of_a_hosts_own_are_not_taken_over(held: Recorded) -> None:
    number = held.sim.add_meeting("tariq@school.example", topic="Private", type=2)["id"]
    held.sim.people.host_start(int(number))
    held.sim.control("POST", "recordings", meeting=int(number), action="start")
    held.linked.advance(minutes=10)
    held.sim.people.end(int(number))
    held.work(minutes=11)

    assert [one.session for one in Recording.objects.all()] == [held.session]


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_call_that_fails_removes_nothing(held: Recorded, status: int) -> None:
    held.ready()
    held.sim.fault("status", status=status, times=None, route="GET */recordings*")
    for _turn in range(4):
        Recording.objects.update(next_at=held.now)
        held.work(minutes=11)

    assert (held.recording.state, held.recording.missing_reads) == (State.READY, 0)
    assert held.recording.has_media


def test_what_lies_in_the_trash_is_not_taken_for_deleted_while_that_cant_be_asked(held: Recorded) -> None:
    held.ready()
    held.delete_at_zoom()
    held.sim.fault("status", status=500, times=None, route="GET */users/*/recordings")
    for _turn in range(4):
        Recording.objects.update(next_at=held.now)
        held.work(minutes=11)

    assert held.recording.state == State.READY


def test_what_is_trashed_at_zoom_is_noticed_and_comes_back(held: Recorded) -> None:
    held.ready()
    held.delete_at_zoom()
    held.work(days=1, minutes=1)
    trashed = held.recording
    held.recover_at_zoom()
    held.work(days=1, minutes=1)
    back = held.recording

    assert (trashed.state, trashed.gone_by, trashed.has_media) == (State.TRASHED, GoneBy.UNKNOWN, False)
    assert trashed.gone_at is not None
    assert (back.state, back.gone_at, back.has_media) == (State.READY, None, True)


def test_a_single_file_that_is_trashed_shows_with_the_event(held: Recorded) -> None:
    """Without waiting for the next daily look; and likewise when it is taken out again."""
    held.ready()
    held.delete_file_at_zoom(held.video)
    held.hear()
    held.work()
    assert held.video.gone_at is not None
    assert (held.recording.state, held.recording.has_media) == (State.READY, True)  # its sound is there

    held.recover_at_zoom()
    held.hear()
    held.work()
    assert held.video.gone_at is None


def test_files_that_are_trashed_one_by_one_are_not_taken_for_deleted(held: Recorded) -> None:
    held.ready()
    for file in list(held.recording.files.all()):
        held.delete_file_at_zoom(file)
    held.hear()
    held.work()
    held.work(minutes=11)

    assert held.recording.state == State.TRASHED
    assert not held.recording.has_media


def test_what_is_deleted_for_good_is_believed_the_second_time_and_stays_listed(held: Recorded) -> None:
    held.ready()
    held.delete_at_zoom(for_good=True)
    held.work(days=1, minutes=1)
    first = held.recording.state
    held.work(minutes=11)
    gone = held.recording

    assert (first, gone.state, gone.gone_by) == (State.READY, State.DELETED, GoneBy.UNKNOWN)
    assert gone.gone_at is not None
    assert work.recordings_due(held.now + timedelta(days=30)).get("read", 0) == 0
