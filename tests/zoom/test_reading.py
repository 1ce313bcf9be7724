"""Reading a meeting: an answer that something newer has overtaken counts for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.reading import Reading, read_meeting
from eduraise.zoom.wanting import want_change
from tests.linked import SETTINGS, LinkedZoom
from tests.school import School
from tests.zoom.meanwhile import before_the_answer_is_here

NO_MEETING = {"code": 3001, "message": "Meeting does not exist."}
NO_TOKEN = {"code": 124, "message": "Invalid access token."}


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


@pytest.fixture
def sitting(linked: LinkedZoom, host: ZoomUser) -> ZoomOccurrence:
    """A meeting that stands at Zoom, tomorrow."""
    made = linked.want(host)
    linked.push()
    linked.advance(minutes=5)
    return ZoomOccurrence.objects.select_related("meeting__host").get(pk=made.pk)


def move(linked: LinkedZoom, sitting: ZoomOccurrence, **by: float) -> None:
    """We move it, and Zoom does so."""
    starts_at = sitting.wanted_starts_at + timedelta(**by)
    want_change(
        occurrence=ZoomOccurrence.objects.get(pk=sitting.pk),
        topic="Sets",
        agenda="Bring paper",
        settings=SETTINGS,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=60),
        zone="Europe/Madrid",
        not_before=linked.now,
        now=linked.now,
        by=None,
    )
    assert linked.push() == ["done"]


def path_of(sitting: ZoomOccurrence) -> str:
    return f"/v2/meetings/{sitting.meeting.meeting_number}"


def at_zoom(sitting: ZoomOccurrence) -> object:
    return ZoomOccurrence.objects.get(pk=sitting.pk).zoom_starts_at


def test_an_answer_from_before_our_change_does_not_overwrite_it(
    linked: LinkedZoom, sitting: ZoomOccurrence
) -> None:
    before_the_answer_is_here(linked, path_of(sitting), lambda: move(linked, sitting, minutes=30))

    assert read_meeting(sitting.meeting, linked.now) == Reading(is_overtaken=True)
    assert at_zoom(sitting) == sitting.wanted_starts_at + timedelta(minutes=30)


def test_an_answer_from_before_a_newer_reading_does_not_overwrite_it(
    linked: LinkedZoom, sitting: ZoomOccurrence
) -> None:
    later = sitting.wanted_starts_at + timedelta(minutes=45)

    def meanwhile() -> None:
        linked.sim.edit_meeting(int(sitting.meeting.meeting_number or 0), start_time=f"{later:%FT%TZ}")
        linked.advance(seconds=2)
        read_meeting(ZoomMeeting.objects.get(), linked.now)

    before_the_answer_is_here(linked, path_of(sitting), meanwhile)

    assert read_meeting(sitting.meeting, linked.now).is_overtaken
    assert at_zoom(sitting) == later


def test_not_found_from_before_our_change_is_no_reading_that_did_not_find_it(
    linked: LinkedZoom, sitting: ZoomOccurrence
) -> None:
    linked.sim.fault("status", status=404, body=NO_MEETING, operation="meeting")
    before_the_answer_is_here(linked, path_of(sitting), lambda: move(linked, sitting, minutes=30))

    assert read_meeting(sitting.meeting, linked.now).is_overtaken
    assert ZoomMeeting.objects.get().missing_reads == 0


def test_a_late_reading_ends_nothing_that_a_newer_one_saw_running(
    linked: LinkedZoom, sitting: ZoomOccurrence
) -> None:
    def meanwhile() -> None:
        linked.sim.people.host_start(int(sitting.meeting.meeting_number or 0))
        linked.advance(seconds=2)
        assert read_meeting(ZoomMeeting.objects.get(), linked.now).is_running

    before_the_answer_is_here(linked, path_of(sitting), meanwhile)

    assert read_meeting(sitting.meeting, linked.now).is_overtaken
    assert ZoomInstance.objects.get().ended_at is None


def test_not_found_counts_twice_only_a_minute_apart(linked: LinkedZoom, sitting: ZoomOccurrence) -> None:
    linked.sim.delete_meeting(int(sitting.meeting.meeting_number or 0))

    assert not read_meeting(sitting.meeting, linked.now).is_missing
    linked.advance(seconds=59)
    assert not read_meeting(sitting.meeting, linked.now).is_missing
    linked.advance(seconds=1)
    assert read_meeting(sitting.meeting, linked.now).is_missing


def test_a_refused_token_is_renewed_and_the_meeting_read(
    linked: LinkedZoom, sitting: ZoomOccurrence, host: ZoomUser
) -> None:
    linked.sim.fault("status", status=401, body=NO_TOKEN, operation="meeting")
    before = ZoomUser.objects.get().token_version
    assert not read_meeting(sitting.meeting, linked.now).is_missing

    assert ZoomUser.objects.get().token_version == before + 1
    assert ZoomMeeting.objects.get().read_at == linked.now


def test_a_new_passcode_brings_a_new_join_link(
    linked: LinkedZoom, sitting: ZoomOccurrence, host: ZoomUser
) -> None:
    before = ZoomMeeting.objects.get().join_url
    linked.sim.edit_meeting(int(linked.numbers()[0]), password="another1")
    read_meeting(sitting.meeting, linked.now)

    meeting = ZoomMeeting.objects.get()
    assert (meeting.passcode, meeting.join_url) == ("another1", linked.sim.meetings[0]["join_url"])
    assert meeting.join_url != before
