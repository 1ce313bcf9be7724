"""Where sources about Zoom disagree or are silent, the client understands each answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.zoom_simulator import answers_of, each_answer
from tests.zoomclient.simulated import EventDoor, Simulator
from tests.zoomclient.test_recordings_against_simulator import recorded, video_of
from zoomclient import (
    AccessTokenRefused,
    Invalid,
    MeetingDraft,
    MeetingSettings,
    NotFound,
    RateLimited,
    Recurrence,
    Refused,
    RegistrantDraft,
    ScopeMissing,
    Zoom,
)
from zoomclient.webhooks import parse_event, verify

MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=ZoneInfo("Europe/Oslo"))
SANA = RegistrantDraft(email="sana@school.example", first_name="Sana")


def draft(**fields: object) -> MeetingDraft:
    given = {
        "topic": "Sets",
        "starts_at": MONDAY,
        "duration": timedelta(minutes=60),
        "timezone": "Europe/Oslo",
    }
    return MeetingDraft.model_validate(given | fields)


# Tokens and limits


@pytest.mark.parametrize("status", answers_of("bad_token_status"))
def test_a_token_that_is_no_good_is_known_by_its_code(sim: Simulator, status: int) -> None:
    sim.control("switches", bad_token_status=status)

    with Zoom(sim.url, "not-a-token") as stranger, pytest.raises(AccessTokenRefused) as refused:
        stranger.users.me()

    assert (refused.value.status, refused.value.code) == (status, 124)


@pytest.mark.parametrize("code", answers_of("scope_refusal"))
def test_a_scope_that_lacks_is_known_by_each_code(sim: Simulator, code: int) -> None:
    sim.control("switches", scope_refusal=code, app_scopes=["user:read:user"])
    with sim.zoom(sim.consent()) as zoom, pytest.raises(ScopeMissing) as refused:
        zoom.meetings.create("me", draft())

    named = () if code == 4700 else ("meeting:write:meeting", "meeting:write:meeting:admin")
    assert (refused.value.code, frozenset(refused.value.scopes)) == (code, frozenset(named))


@pytest.mark.parametrize(("code", "kind"), [(4711, ScopeMissing), (1001, NotFound)])
def test_somebody_else_is_out_of_a_users_own_reach(
    sim: Simulator, zoom: Zoom, code: int, kind: type[Refused]
) -> None:
    sim.control("switches", other_user=code)

    with pytest.raises(kind):
        zoom.users.get("teacher01@demo.example")


@pytest.mark.parametrize(("switch", "answer"), each_answer("per_second_code", "rate_headers"))
def test_a_second_that_is_full_says_when_to_come_back(
    sim: Simulator, zoom: Zoom, switch: str, answer: Any
) -> None:
    sim.control("switches", **{switch: answer})
    sim.control("limits", mode="on", plan="free")
    sim.control("clock", set="2027-03-01T08:30:00Z", stopped=True)
    for _ in range(4):
        zoom.users.me()

    with pytest.raises(RateLimited) as refused:
        zoom.users.me()

    assert (refused.value.daily, refused.value.per_host) == (False, False)
    assert refused.value.retry_at.tzinfo is UTC


@pytest.mark.parametrize("counted", answers_of("registrant_limit"))
def test_a_registrants_day_is_told_from_the_accounts(sim: Simulator, zoom: Zoom, counted: str) -> None:
    sim.control("switches", registrant_limit=counted)
    first, second = (
        zoom.meetings.create("me", draft(settings=MeetingSettings(approval_type=0))).id for _ in range(2)
    )
    for _ in range(3):
        zoom.registrants.add(first, SANA)
    if counted == "meeting":
        zoom.registrants.add(second, SANA)
        second = first

    with pytest.raises(RateLimited) as refused:
        zoom.registrants.add(second, SANA)

    assert (refused.value.daily, refused.value.per_registrant) == (True, True)


@pytest.mark.parametrize("unit", answers_of("timestamp_unit"))
def test_an_events_time_is_read_in_either_unit(
    sim: Simulator, zoom: Zoom, door: EventDoor, unit: str
) -> None:
    sim.control("switches", timestamp_unit=unit)
    zoom.meetings.create("me", draft(topic=f"In {unit}"))

    while True:  # what other tests left at the door comes first
        delivery = door.came.get(timeout=10)
        if parse_event(delivery.body).object.get("topic") == f"In {unit}":
            break
    signed_at = verify(["sim-webhook-secret"], delivery.timestamp, delivery.signature, delivery.body)

    assert len(delivery.timestamp or "") == (10 if unit == "seconds" else 13)
    assert signed_at - datetime(2027, 3, 1, 8, tzinfo=UTC) < timedelta(minutes=1)


# Meetings


@pytest.mark.parametrize("without", answers_of("series_without_top_times"))
def test_when_a_series_meets_is_in_its_dates(sim: Simulator, zoom: Zoom, without: bool) -> None:
    sim.control("switches", series_without_top_times=without)

    made = zoom.meetings.create("me", draft(recurrence=Recurrence.weekly([1], times=3)))
    read = zoom.meetings.get(made.id)

    for meeting in (made, read):
        assert (meeting.start_time is None) == without
        assert [one.start_time for one in meeting.occurrences] == [
            (MONDAY + timedelta(weeks=week)).astimezone(UTC) for week in range(3)
        ]
        assert {one.duration for one in meeting.occurrences} == {60}


@pytest.mark.parametrize(("most", "dates"), [(50, 50), (60, 55)])
def test_a_series_that_zoom_cut_says_so_by_its_dates(
    sim: Simulator, zoom: Zoom, most: int, dates: int
) -> None:
    sim.control("switches", max_occurrences=most, too_many_occurrences="cut")

    made = zoom.meetings.create("me", draft(recurrence=Recurrence.daily(times=55)))

    assert len(made.occurrences) == dates


@pytest.mark.parametrize("most", [50, 60])
def test_a_series_that_zoom_finds_too_long_is_refused_by_its_field(
    sim: Simulator, zoom: Zoom, most: int
) -> None:
    sim.control("switches", max_occurrences=most, too_many_occurrences="refused")
    long = draft(recurrence=Recurrence.daily(times=55))
    if most == 60:
        assert len(zoom.meetings.create("me", long).occurrences) == 55
        return

    with pytest.raises(Invalid) as refused:
        zoom.meetings.create("me", long)

    assert list(refused.value.fields) == ["recurrence.end_times"]


@pytest.mark.parametrize("answer", answers_of("end_idle"))
def test_ending_what_does_not_run_does_nothing_or_is_refused(sim: Simulator, zoom: Zoom, answer: str) -> None:
    sim.control("switches", end_idle=answer)
    number = zoom.meetings.create("me", draft()).id
    if answer == "3000":
        with pytest.raises(Refused):
            zoom.meetings.end(number)
    else:
        zoom.meetings.end(number)

    assert not zoom.meetings.get(number).is_started


@pytest.mark.parametrize("answer", answers_of("bad_alternative_host"))
def test_an_alternative_host_who_may_not_be_one_is_refused_or_missing(
    sim: Simulator, zoom: Zoom, answer: str
) -> None:
    sim.control("switches", bad_alternative_host=answer)
    wanted = draft(settings=MeetingSettings(alternative_hosts="stranger@elsewhere.example"))
    if answer == "dropped":
        assert not zoom.meetings.create("me", wanted).settings.alternative_hosts
        return

    with pytest.raises(Invalid) as refused:
        zoom.meetings.create("me", wanted)
    assert list(refused.value.fields) == ["settings.alternative_hosts"]


@pytest.mark.parametrize("code", answers_of("register_no_meeting"))
def test_nobody_is_registered_for_a_meeting_that_is_not_there(sim: Simulator, zoom: Zoom, code: int) -> None:
    sim.control("switches", register_no_meeting=code)

    with pytest.raises(NotFound) as missing:
        zoom.registrants.add("81234567890", SANA)

    assert missing.value.reason == "meeting_not_found"


# Who was there


def held(sim: Simulator, zoom: Zoom, *guests: str) -> str:
    """A meeting with a waiting room that has just ended; its number."""
    number = zoom.meetings.create("me", draft(settings=MeetingSettings(waiting_room=True))).id
    sim.control("clock", set="2027-03-01T08:01:00Z", stopped=True)
    sim.people(number, "host_start")
    if guests:
        sim.people(number, "join", people=list(guests))
        sim.control("clock", advance_seconds=60)
        sim.people(number, "admit")
    sim.control("clock", advance_seconds=600)
    sim.people(number, "end")
    return number


@pytest.mark.parametrize("answer", answers_of("early_report"))
def test_a_report_that_is_not_ready_is_not_there_or_counts_nothing(
    sim: Simulator, zoom: Zoom, answer: str
) -> None:
    sim.control("switches", early_report=answer)
    number = held(sim, zoom, "Sana")
    with sim.zoom(sim.whole_account()) as whole:
        if answer == "none":
            with pytest.raises(NotFound):
                list(whole.reports.participants(number))
        else:
            assert {row.duration for row in whole.reports.participants(number)} == {0}
        sim.control("clock", advance_seconds=31 * 60)
        rows = list(whole.reports.participants(number))

    assert [row.duration for row in rows if row.name == "Sana" and not row.was_in_waiting_room] == [600]


@pytest.mark.parametrize("minutes", [5, 45])
def test_figures_that_take_their_time_are_told_from_none(sim: Simulator, zoom: Zoom, minutes: int) -> None:
    sim.control("switches", report_delay_minutes=minutes)
    number = held(sim, zoom, "Sana")
    sim.control("clock", advance_seconds=30 * 60)

    rows = [row for row in zoom.past_meetings.participants(number) if not row.was_in_waiting_room]

    assert {row.duration for row in rows if row.name == "Sana"} == {600 if minutes == 5 else 0}


@pytest.mark.parametrize("answer", answers_of("lone_meeting"))
def test_of_who_was_alone_there_is_nothing(sim: Simulator, zoom: Zoom, answer: str) -> None:
    sim.control("switches", lone_meeting=answer)
    number = held(sim, zoom)
    sim.control("clock", advance_seconds=2400)
    if answer == "empty":
        assert list(zoom.past_meetings.participants(number)) == []
        return

    with pytest.raises(NotFound):
        list(zoom.past_meetings.participants(number))


@pytest.mark.parametrize("has_rows", answers_of("waiting_room_rows"))
def test_who_waited_is_told_from_who_was_there(sim: Simulator, zoom: Zoom, has_rows: bool) -> None:
    sim.control("switches", waiting_room_rows=has_rows)
    number = held(sim, zoom, "Sana")
    sim.control("clock", advance_seconds=2400)

    rows = [row for row in zoom.past_meetings.participants(number) if row.name == "Sana"]

    assert [row.duration for row in rows if not row.was_in_waiting_room] == [600]
    assert len(rows) == (2 if has_rows else 1)


@pytest.mark.parametrize("has_rows", answers_of("breakout_rows"))
def test_who_was_in_a_breakout_room_is_not_counted_twice(sim: Simulator, zoom: Zoom, has_rows: bool) -> None:
    sim.control("switches", breakout_rows=has_rows, waiting_room_rows=False)
    number = zoom.meetings.create("me", draft(settings=MeetingSettings(waiting_room=False))).id
    sim.control("clock", set="2027-03-01T08:01:00Z", stopped=True)
    sim.people(number, "host_start")
    sim.people(number, "join", people=["Sana"])
    sim.people(number, "breakout", people=["Sana"])
    sim.control("clock", advance_seconds=300)
    sim.people(number, "back", people=["Sana"])
    sim.control("clock", advance_seconds=300)
    sim.people(number, "end")
    sim.control("clock", advance_seconds=2400)

    with sim.zoom(sim.whole_account()) as whole:
        rows = [row for row in whole.reports.participants(number) if row.name == "Sana"]

    assert [row.duration for row in rows if not row.bo_mtg_id] == [600]
    assert [row.duration for row in rows if row.bo_mtg_id] == ([300] if has_rows else [])


@pytest.mark.parametrize("hidden", answers_of("identities_hidden"))
def test_a_row_without_a_name_is_a_stay_all_the_same(sim: Simulator, zoom: Zoom, hidden: bool) -> None:
    sim.control("switches", identities_hidden=hidden, waiting_room_rows=False)
    number = held(sim, zoom, "Sana")
    sim.control("clock", advance_seconds=2400)

    rows = list(zoom.past_meetings.participants(number))

    assert sorted(row.duration or 0 for row in rows) == [600, 660]
    assert ("Sana" in {row.name for row in rows}) != hidden


# Recordings


@pytest.mark.parametrize("status", answers_of("download_refusal"))
def test_no_page_to_sign_in_is_kept_for_a_file(
    sim: Simulator, zoom: Zoom, tmp_path: Path, status: str
) -> None:
    sim.control("switches", download_refusal=status)
    video = video_of(zoom, recorded(sim, zoom))

    with Zoom(sim.url, "not-a-token") as stranger, pytest.raises(AccessTokenRefused):
        stranger.recordings.save(video, tmp_path / "class.mp4")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("switch", "answer"), each_answer("download_redirects", "download_by_query"))
def test_a_file_is_saved_whichever_way_it_is_sent(
    sim: Simulator, zoom: Zoom, tmp_path: Path, switch: str, answer: bool
) -> None:
    sim.control("switches", **{switch: answer})
    video = video_of(zoom, recorded(sim, zoom))

    assert zoom.recordings.save(video, tmp_path / "class.mp4") == video.file_size


@pytest.mark.parametrize("in_parts", answers_of("download_parts"))
def test_a_part_comes_alone_or_the_whole_is_refused(sim: Simulator, zoom: Zoom, in_parts: bool) -> None:
    sim.control("switches", download_parts=in_parts)
    video = video_of(zoom, recorded(sim, zoom))
    if in_parts:
        assert zoom.recordings.part(video, 4, 11).data == b"ftypisom"
    else:
        with pytest.raises(Refused, match="whole"):
            zoom.recordings.part(video, 4, 11)


@pytest.mark.parametrize("answer", answers_of("early_recordings"))
def test_a_recording_that_is_not_ready_is_not_there_or_says_so(
    sim: Simulator, zoom: Zoom, answer: str
) -> None:
    sim.control("switches", early_recordings=answer)
    number = recorded(sim, zoom, minutes_later=1)
    if answer == "none":
        with pytest.raises(NotFound):
            zoom.recordings.get(number)
    else:
        assert not video_of(zoom, number).is_ready
    sim.control("clock", advance_seconds=600)

    assert video_of(zoom, number).is_ready


@pytest.mark.parametrize("has_one", answers_of("timeline_files"))
def test_a_file_without_size_and_status_is_one_of_the_recordings(
    sim: Simulator, zoom: Zoom, has_one: bool
) -> None:
    sim.control("switches", timeline_files=has_one)

    files = zoom.recordings.get(recorded(sim, zoom)).recording_files

    assert ("TIMELINE" in {one.file_type for one in files}) == has_one
    assert all(one.is_ready for one in files)


@pytest.mark.parametrize(("recording", "transcript", "kinds"), [(10, 10, 2), (2, 2, 3)])
def test_files_come_one_after_the_other(sim: Simulator, recording: int, transcript: int, kinds: int) -> None:
    sim.control("switches", recording_delay_minutes=recording, transcript_delay_minutes=transcript)
    sim.control("accounts", id="sim-account", plan="education")
    with sim.zoom(sim.consent()) as zoom:
        number = recorded(sim, zoom)

        assert len(zoom.recordings.get(number).recording_files) == kinds


@pytest.mark.parametrize("is_full", answers_of("storage_full"))
def test_without_room_nothing_comes_out_of_the_trash(sim: Simulator, zoom: Zoom, is_full: bool) -> None:
    uuid = zoom.recordings.get(recorded(sim, zoom)).uuid
    zoom.recordings.delete(uuid)
    sim.control("switches", storage_full=is_full)
    if is_full:
        with pytest.raises(Refused) as refused:
            zoom.recordings.recover(uuid)
        assert refused.value.reason == "storage_full"
        return

    zoom.recordings.recover(uuid)
    assert zoom.recordings.get(uuid).uuid == uuid
