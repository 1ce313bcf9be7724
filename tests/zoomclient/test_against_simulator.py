"""The client and the simulated Zoom, which share no line, understand each other over a socket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.zoomclient.simulated import EventDoor, Simulator
from zoomclient import (
    AccessTokenRefused,
    ConnectionLost,
    CredentialsRefused,
    Invalid,
    ListKind,
    MeetingChange,
    MeetingDraft,
    MeetingSettings,
    NotFound,
    NotLicensed,
    OAuth,
    OccurrenceChange,
    OutcomeUnknown,
    RateLimited,
    Recurrence,
    Refused,
    ScopeMissing,
    TokenPair,
    Unreadable,
    Zoom,
    ZoomError,
    missing_scopes,
)
from zoomclient.webhooks import parse_event, verify

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=OSLO)
HOUR = timedelta(minutes=60)


def draft(topic: str = "Sets", **fields: object) -> MeetingDraft:
    given = {"topic": topic, "starts_at": MONDAY, "duration": HOUR, "timezone": "Europe/Oslo"}
    return MeetingDraft.model_validate(given | fields)


def test_consent_gives_a_pair_that_may_do_all_we_need(sim: Simulator, pair: TokenPair) -> None:
    assert missing_scopes(pair.scopes) == ()
    assert pair.api_url == sim.url
    assert pair.refresh


def test_the_token_tells_its_user(zoom: Zoom) -> None:
    me = zoom.users.me()

    assert (me.email, me.account_id, me.is_licensed) == ("teacher@demo.example", "sim-account", True)
    assert zoom.users.settings().feature.meeting_capacity == 100
    assert zoom.users.zak()


def test_a_meeting_becomes_another_users(sim: Simulator, zoom: Zoom) -> None:
    made = zoom.meetings.create("me", draft())
    to = MeetingChange(schedule_for="teacher01@demo.example")
    with pytest.raises(Refused) as problem:
        zoom.meetings.update(made.id, to)
    assert problem.value.reason == "cannot_schedule_for"
    with pytest.raises(Invalid) as invalid:
        zoom.meetings.update(made.id, MeetingChange(schedule_for="nobody@elsewhere.example"))
    assert invalid.value.reason == "invalid_schedule_for"

    sim.control("users", email="teacher@demo.example", schedules_for=["teacher01@demo.example"])
    zoom.meetings.update(made.id, to)

    with pytest.raises(ZoomError):  # a person's token reads her own meetings alone
        zoom.meetings.get(made.id)


def test_a_meeting_lives_from_creation_to_deletion(zoom: Zoom) -> None:
    made = zoom.meetings.create("me", draft(agenda="ref 1", settings=MeetingSettings(waiting_room=True)))
    assert (made.start_time, made.duration, made.timezone) == (MONDAY.astimezone(UTC), 60, "Europe/Oslo")

    zoom.meetings.update(
        made.id,
        MeetingChange(topic="Graphs", starts_at=MONDAY + HOUR, timezone="Europe/Oslo", duration=HOUR / 2),
    )
    read = zoom.meetings.get(made.id)
    assert (read.topic, read.start_time, read.duration) == ("Graphs", (MONDAY + HOUR).astimezone(UTC), 30)
    assert read.settings.waiting_room is True
    assert zoom.meetings.start_url(made.id).reveal().startswith("http")
    assert read.join_url in zoom.meetings.invitation(made.id)
    assert [(one.id, one.agenda) for one in zoom.meetings.list("me")] == [(made.id, "ref 1")]

    zoom.meetings.delete(made.id)
    with pytest.raises(NotFound) as problem:
        zoom.meetings.get(made.id)
    assert (problem.value.reason, problem.value.code) == ("meeting_not_found", 3001)
    assert problem.value.request_id


def test_a_series_keeps_nine_oclock_and_its_sittings_can_be_moved_and_dropped(zoom: Zoom) -> None:
    made = zoom.meetings.create("me", draft(recurrence=Recurrence.weekly([1], times=5)))
    starts = [one.start_time for one in made.occurrences]
    assert starts == [(MONDAY + timedelta(weeks=n)).astimezone(UTC) for n in range(5)]  # summer time between

    first, second, *_ = made.occurrences
    later = MONDAY + timedelta(hours=3)
    zoom.meetings.update_occurrence(
        made.id, first.occurrence_id, OccurrenceChange(starts_at=later, timezone="Europe/Oslo")
    )
    zoom.meetings.delete_occurrence(made.id, second.occurrence_id)

    after = zoom.meetings.get(made.id)
    moved, dropped = (after.occurrence(one.occurrence_id) for one in (first, second))
    assert moved is not None
    assert moved.start_time == later.astimezone(UTC)
    assert dropped is None or dropped.is_deleted
    assert len([one for one in after.occurrences if not one.is_deleted]) == 4


def test_a_start_in_the_past_becomes_now_and_changes_nothing_later(zoom: Zoom) -> None:
    long_ago = datetime(2026, 1, 5, 9, 0, tzinfo=OSLO)
    made = zoom.meetings.create("me", draft(starts_at=long_ago))
    assert made.start_time is not None
    assert made.start_time > datetime(2027, 3, 1, 7, 59, tzinfo=UTC)

    zoom.meetings.update(made.id, MeetingChange(starts_at=long_ago, timezone="Europe/Oslo"))

    assert zoom.meetings.get(made.id).start_time == made.start_time


def test_an_hour_that_comes_twice_is_the_hour_that_was_meant(zoom: Zoom) -> None:
    for instant in (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)):
        assert zoom.meetings.create("me", draft(starts_at=instant)).start_time == instant


def test_a_list_of_many_pages_is_read_whole(zoom: Zoom) -> None:
    for number in range(7):
        zoom.meetings.create("me", draft(f"Class {number}", starts_at=MONDAY + number * timedelta(days=1)))

    found = list(zoom.meetings.list("me", ListKind.SCHEDULED, page_size=3))
    assert sorted(one.topic for one in found) == [f"Class {number}" for number in range(7)]


@pytest.mark.parametrize("how", ["html", "truncated", "empty"])
def test_a_created_meeting_whose_answer_is_mangled_is_unknown_and_there(
    sim: Simulator, zoom: Zoom, how: str
) -> None:
    sim.strike("meetingCreate", do="mangle", how=how)

    with pytest.raises(Unreadable):
        zoom.meetings.create("me", draft())
    assert sim.topics() == ["Sets"]


def test_an_answer_of_two_megabytes_is_not_read(sim: Simulator, zoom: Zoom) -> None:
    sim.strike("meetingCreate", do="mangle", how="huge")

    with pytest.raises(Unreadable, match="1 MiB"):
        zoom.meetings.create("me", draft())


def test_an_answer_with_unknown_fields_is_read(sim: Simulator, zoom: Zoom) -> None:
    sim.strike("meetingCreate", do="mangle", how="extra")

    assert "unheard_of" in (zoom.meetings.create("me", draft()).model_extra or {})


@pytest.mark.parametrize(("how", "made"), [("do_then_drop", ["Sets"]), ("drop_before", [])])
def test_a_dropped_connection_is_unknown_whether_the_work_was_done_or_not(
    sim: Simulator, zoom: Zoom, how: str, made: list[str]
) -> None:
    sim.strike("meetingCreate", do=how)

    with pytest.raises(OutcomeUnknown):
        zoom.meetings.create("me", draft())
    assert (sim.topics(), sim.calls("meetingCreate")) == (made, 1)


def test_a_late_answer_is_unknown(sim: Simulator, pair: TokenPair) -> None:
    sim.strike("meetingCreate", do="delay", seconds=2)

    with sim.zoom(pair, seconds=0.5) as zoom, pytest.raises(OutcomeUnknown) as problem:
        zoom.meetings.create("me", draft())
    assert (problem.value.reason, sim.topics()) == ("timeout", ["Sets"])


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_servers_failure_is_unknown(sim: Simulator, zoom: Zoom, status: int) -> None:
    sim.strike("meetingCreate", do="status", status=status)

    with pytest.raises(OutcomeUnknown):
        zoom.meetings.create("me", draft())


def test_a_hosts_hundredth_write_is_the_last_of_the_day(sim: Simulator, zoom: Zoom) -> None:
    sim.control("limits", mode="host", host_calls_a_day=1)
    zoom.meetings.create("me", draft())

    with pytest.raises(RateLimited) as problem:
        zoom.meetings.create("me", draft())
    assert (problem.value.daily, problem.value.per_host) == (True, True)
    assert problem.value.retry_at.astimezone(UTC).strftime("%H:%M:%S") == "00:00:00"


def test_refusals_are_told_apart(sim: Simulator) -> None:
    with sim.zoom(sim.consent("unlicensed@demo.example")) as zoom, pytest.raises(NotLicensed) as problem:
        zoom.meetings.create("me", draft())
    assert problem.value.reason == "host_unlicensed"


def test_an_unknown_sitting_is_refused_and_the_series_stands(sim: Simulator, zoom: Zoom) -> None:
    made = zoom.meetings.create("me", draft(recurrence=Recurrence.weekly([1], times=3)))

    with pytest.raises(Invalid) as problem:
        zoom.meetings.delete_occurrence(made.id, "1")
    assert problem.value.reason == "invalid_occurrence"
    assert sim.topics() == ["Sets"]


def test_a_missing_scope_is_named(sim: Simulator) -> None:
    sim.control("switches", app_scopes=["user:read:user"])
    pair = sim.consent()

    with sim.zoom(pair) as zoom, pytest.raises(ScopeMissing) as problem:
        zoom.meetings.create("me", draft())
    assert "meeting:write:meeting" in problem.value.scopes
    assert "meeting:write:meeting" in missing_scopes(pair.scopes)


def test_an_expired_token_is_refreshed_and_the_old_pair_is_spent(sim: Simulator, pair: TokenPair) -> None:
    assert pair.refresh is not None
    sim.control("clock", advance_seconds=3700)
    with sim.zoom(pair) as zoom, pytest.raises(AccessTokenRefused):
        zoom.users.me()

    with sim.oauth() as oauth:
        fresh = oauth.refresh(pair.refresh)
        assert fresh.refresh != pair.refresh
        with sim.zoom(fresh) as zoom:
            assert zoom.users.me().email == "teacher@demo.example"
        with pytest.raises(ConnectionLost):
            oauth.refresh(pair.refresh)


@pytest.mark.parametrize("answer", ["invalid_grant", "invalid_request", "bare", "401"])
def test_a_dead_refresh_token_is_known_by_each_of_its_answers(
    sim: Simulator, pair: TokenPair, answer: str
) -> None:
    assert pair.refresh is not None
    sim.control("switches", dead_refresh_answer=answer)
    with sim.oauth() as oauth:
        oauth.revoke(pair.access)
        with pytest.raises(ConnectionLost):
            oauth.refresh(pair.refresh)
        oauth.revoke(pair.access)  # twice is as good as once
    with sim.zoom(pair) as zoom, pytest.raises(AccessTokenRefused):
        zoom.users.me()


def test_a_refresh_whose_answer_is_lost_is_unknown(sim: Simulator, pair: TokenPair) -> None:
    assert pair.refresh is not None
    sim.strike("oauthToken", do="do_then_drop")

    with sim.oauth() as oauth, pytest.raises(OutcomeUnknown):
        oauth.refresh(pair.refresh)


def test_wrong_credentials_are_the_operators(sim: Simulator, pair: TokenPair) -> None:
    assert pair.refresh is not None
    wrong = OAuth(sim.url, "sim-client", "wrong", api_url=sim.url)
    with wrong as oauth, pytest.raises(CredentialsRefused):
        oauth.refresh(pair.refresh)


def test_an_account_speaks_for_its_users(sim: Simulator) -> None:
    with OAuth(sim.url, "sim-s2s-client", "sim-s2s-secret", api_url=sim.url) as oauth:
        pair = oauth.account_credentials("sim-account")
    assert pair.refresh is None
    assert missing_scopes(pair.scopes) == ()

    with sim.zoom(pair) as zoom:
        made = zoom.meetings.create("teacher@demo.example", draft())
        assert zoom.users.get("teacher@demo.example").id == made.host_id
        with pytest.raises(NotFound):
            zoom.users.get("nobody@demo.example")


def test_its_events_are_signed_and_read(sim: Simulator, zoom: Zoom, door: EventDoor) -> None:
    made = zoom.meetings.create("me", draft("Signed"))

    while True:
        delivery = door.came.get(timeout=10)
        verify(["sim-webhook-secret"], delivery.timestamp, delivery.signature, delivery.body)
        event = parse_event(delivery.body)
        if event.meeting_number == made.id:
            break
    assert (event.name, event.account_id, event.host_id) == ("meeting.created", "sim-account", made.host_id)
