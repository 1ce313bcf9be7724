"""What is wanted at Zoom gets done once, whatever goes wrong on the way."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings

from eduraise.zoom import carrying, losing, push, waiting
from eduraise.zoom.enums import HostState, OperationState
from eduraise.zoom.models import HostDay, ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.wanting import retry, undo, want_change, want_gone
from tests.linked import SETTINGS, LinkedZoom, silence_over
from tests.school import School


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


def meeting_of(occurrence: ZoomOccurrence) -> ZoomMeeting:
    return ZoomMeeting.objects.get(pk=occurrence.meeting_id)


def test_a_wanted_meeting_is_made_and_what_zoom_answered_is_kept(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)

    assert linked.push() == ["done"]
    meeting = meeting_of(occurrence)
    [at_zoom] = linked.sim.meetings
    assert (meeting.meeting_number, meeting.join_url) == (str(at_zoom["id"]), at_zoom["join_url"])
    assert meeting.passcode == meeting.wanted_passcode
    assert meeting.zoom_settings is not None
    assert meeting.zoom_settings["waiting_room"] is True
    assert ZoomOccurrence.objects.get(pk=occurrence.pk).is_at_zoom
    assert at_zoom["agenda"].splitlines()[0] == meeting.ref


def test_no_start_link_is_stored(linked: LinkedZoom, host: ZoomUser) -> None:
    meeting = meeting_of(linked.want(host))
    linked.push()
    meeting.refresh_from_db()

    written = [str(getattr(meeting, field.attname)) for field in meeting._meta.concrete_fields]
    assert not [value for value in written if "zak=" in value]


def test_an_answer_lost_on_the_way_is_found_again_by_its_reference(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.sim.fault("do_then_drop", operation="meetingCreate")

    assert linked.push() == ["adopted", "unknown"]
    assert linked.numbers() == [meeting_of(occurrence).meeting_number]


def test_a_create_that_never_arrived_is_sent_again_after_two_looks(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.sim.fault("drop_before", operation="meetingCreate")
    assert linked.push() == ["looked", "unknown"]

    linked.advance(seconds=59)
    assert linked.push() == []
    linked.advance(seconds=1)
    assert linked.push() == ["done", "not found"]
    assert linked.numbers() == [meeting_of(occurrence).meeting_number]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_on_a_create_is_looked_at_before_it_is_repeated(
    linked: LinkedZoom, host: ZoomUser, status: int
) -> None:
    linked.want(host)
    linked.sim.fault("status", status=status, operation="meetingCreate")

    linked.push()
    linked.advance(seconds=61)
    linked.push()

    assert len(linked.numbers()) == 1


@pytest.mark.parametrize("how", ["html", "truncated", "empty"])
def test_an_answer_that_nobody_can_read_is_of_unknown_outcome(
    linked: LinkedZoom, host: ZoomUser, how: str
) -> None:
    occurrence = linked.want(host)
    linked.sim.fault("mangle", how=how, operation="meetingCreate")

    assert linked.push() == ["adopted", "unknown"]
    assert linked.numbers() == [meeting_of(occurrence).meeting_number]


def test_a_process_that_died_while_calling_is_taken_up(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    operation = ZoomOperation.objects.get()
    assert carrying.claim(ZoomOperation.objects.select_related("meeting__host__account").get(), linked.now)
    ZoomOperation.objects.filter(pk=operation.pk).update(lease_until=linked.now - timedelta(days=1))

    assert "unknown" in linked.push()
    linked.advance(seconds=61)
    linked.push()
    assert linked.numbers() == [meeting_of(occurrence).meeting_number]


def test_a_late_process_leaves_no_second_meeting(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    late = ZoomOperation.objects.select_related("meeting__host__account").get()
    late = carrying.claim(late, linked.now) or late
    ZoomOperation.objects.update(state=OperationState.PENDING, fence=late.fence + 1, lease_until=None)
    linked.push()
    ours = meeting_of(occurrence).meeting_number

    from eduraise.zoom import tokens

    access = tokens.access_for(host, linked.now)
    late.meeting.refresh_from_db()
    outcome = carrying.call_and_store(late, access, linked.now)

    assert outcome == "late"
    assert len(linked.numbers()) == 2
    linked.push()
    assert linked.numbers() == [ours]


def test_a_meeting_unwanted_before_it_was_sent_is_never_sent(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    want_gone(occurrence=occurrence, not_before=linked.now, now=linked.now, by=None)

    assert linked.push() == ["overtaken"]
    assert linked.sim.called("meetingCreate") == 0
    assert linked.states() == [("create", "overtaken"), ("delete", "overtaken")]


def test_cancelled_while_its_create_is_unknown_it_is_adopted_and_deleted(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.sim.fault("do_then_drop", operation="meetingCreate")
    push.push_due(linked.now)
    want_gone(occurrence=occurrence, not_before=linked.now, now=linked.now, by=None)

    linked.push()

    assert linked.numbers() == []
    assert meeting_of(occurrence).gone_at is not None


def test_three_edits_while_zoom_is_silent_are_one_call(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.push()
    for hour in (2, 3, 4):
        at = linked.now + timedelta(days=1, hours=hour)
        want_change(
            occurrence=occurrence,
            topic=f"Sets {hour}",
            agenda="Bring paper",
            settings=SETTINGS,
            starts_at=at,
            ends_at=at + timedelta(minutes=60),
            zone="Europe/Madrid",
            not_before=linked.now + timedelta(seconds=10),
            now=linked.now,
            by=None,
        )
    assert linked.push() == []
    linked.advance(seconds=10)

    assert linked.push() == ["done"]
    assert linked.sim.called("meetingUpdate") == 1
    assert [meeting["topic"] for meeting in linked.sim.meetings] == ["Sets 4"]
    assert ZoomMeeting.objects.get().zoom_topic == "Sets 4", "read after the change, which answers nothing"


def test_a_change_taken_back_in_time_is_never_sent(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.push()
    was = (occurrence.wanted_starts_at, occurrence.wanted_ends_at)
    occurrence = ZoomOccurrence.objects.select_related("meeting__host").get()
    later = was[0] + timedelta(hours=2)
    rest = {
        "topic": "Sets",
        "agenda": "Bring paper",
        "settings": SETTINGS,
        "zone": "Europe/Madrid",
        "now": linked.now,
        "by": None,
    }
    want_change(
        occurrence=occurrence,
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        not_before=linked.now + timedelta(seconds=10),
        **rest,  # type: ignore[arg-type]
    )
    assert undo(occurrence=occurrence, starts_at=was[0], ends_at=was[1], **rest)  # type: ignore[arg-type]
    linked.advance(seconds=11)

    assert linked.push() == []
    assert linked.sim.called("meetingUpdate") == 0


def test_after_ten_seconds_a_change_can_not_be_taken_back(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.push()
    want_gone(occurrence=occurrence, not_before=linked.now + timedelta(seconds=10), now=linked.now, by=None)
    linked.advance(seconds=10)

    assert not undo(
        occurrence=occurrence,
        topic="Sets",
        agenda="Bring paper",
        settings=SETTINGS,
        starts_at=occurrence.wanted_starts_at,
        ends_at=occurrence.wanted_ends_at,
        zone="Europe/Madrid",
        now=linked.now,
        by=None,
    )
    linked.push()
    assert linked.numbers() == []


def test_a_refusal_ends_the_tries_and_can_be_tried_again(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.sim.fault(
        "status",
        status=400,
        body={
            "code": 3161,
            "message": "Your user account is not allowed meeting hosting and scheduling capabilities.",
        },
        operation="meetingCreate",
    )
    assert linked.push() == ["failed"]
    assert ZoomOperation.objects.get().answer_code == "host_unlicensed"

    assert retry(meeting=meeting_of(occurrence), now=linked.now, by=None)
    assert linked.push() == ["done"]


def refuse(linked: LinkedZoom) -> None:
    """Zoom refuses the next create."""
    body = {"code": 300, "message": "The value that you entered for the topic field is invalid."}
    linked.sim.fault("status", status=400, body=body, operation="meetingCreate")


def edit(linked: LinkedZoom, occurrence: ZoomOccurrence, topic: str) -> None:
    """Want another title."""
    want_change(
        occurrence=occurrence,
        topic=topic,
        agenda="Bring paper",
        settings=SETTINGS,
        starts_at=occurrence.wanted_starts_at,
        ends_at=occurrence.wanted_ends_at,
        zone="Europe/Madrid",
        not_before=linked.now,
        now=linked.now,
        by=None,
    )


def test_what_zoom_refused_is_booked_once_it_is_changed(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    refuse(linked)
    assert linked.push() == ["failed"]

    edit(linked, occurrence, "Better sets")

    assert linked.push() == ["done"]
    assert [meeting["topic"] for meeting in linked.sim.meetings] == ["Better sets"]
    assert linked.states() == [("create", "overtaken"), ("create", "done")]


def test_what_zoom_refused_can_be_cancelled(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    refuse(linked)
    linked.push()

    want_gone(occurrence=occurrence, not_before=linked.now, now=linked.now, by=None)

    assert linked.push() == ["overtaken"]
    assert meeting_of(occurrence).gone_at is not None
    assert linked.sim.called("meetingDelete") == 0


def test_a_change_waits_for_the_meeting_that_it_is_about(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.sim.fault("drop_before", operation="meetingCreate")
    linked.push()
    edit(linked, occurrence, "Better sets")
    # looked for twice in vain: the create waits for its turn again, and must come first
    linked.advance(seconds=61)
    linked.sim.fault("status", status=429, headers={"Retry-After": "30"}, operation="meetingCreate")
    linked.push()
    assert linked.sim.called("meetingUpdate") == 0

    linked.advance(seconds=61)
    linked.push()
    assert [meeting["topic"] for meeting in linked.sim.meetings] == ["Better sets"]


def test_a_broken_operation_holds_up_no_other(linked: LinkedZoom, host: ZoomUser) -> None:
    broken = linked.want(host)
    linked.want(host, starts_at=linked.now + timedelta(days=2))
    ZoomOccurrence.objects.filter(pk=broken.pk).delete()

    assert linked.push() == ["broken", "done"]
    assert len(linked.numbers()) == 1


def test_a_deleted_meeting_is_gone_even_if_somebody_was_faster(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.push()
    linked.sim.delete_meeting(int(linked.numbers()[0]))
    occurrence = ZoomOccurrence.objects.select_related("meeting").get()
    want_gone(occurrence=occurrence, not_before=linked.now, now=linked.now, by=None)

    assert linked.push() == ["done"]
    assert meeting_of(occurrence).gone_at is not None


def test_a_meeting_that_people_sit_in_is_deleted_when_they_have_gone(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.push()
    [number] = linked.numbers()
    linked.sim.people.host_start(int(number))
    occurrence = ZoomOccurrence.objects.select_related("meeting").get()
    want_gone(occurrence=occurrence, not_before=linked.now, now=linked.now, by=None)

    assert linked.push() == ["pending"]
    linked.advance(minutes=5)
    assert linked.push() == ["pending"]
    linked.sim.people.end(int(number))
    linked.advance(minutes=5)
    assert linked.push() == ["done"]
    assert linked.numbers() == []


def test_asked_to_wait_we_wait(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host)
    linked.sim.fault(
        "status",
        status=429,
        headers={"Retry-After": "30"},
        body={
            "code": 429,
            "message": "You have reached the maximum per-second rate limit for this API. Try again later.",
        },
        operation="meetingCreate",
    )
    assert linked.push() == ["pending"]
    linked.advance(seconds=29)
    assert linked.push() == []
    linked.advance(seconds=2)
    assert linked.push() == ["done"]


def test_a_spent_day_waits_for_the_next(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host, starts_at=linked.now + timedelta(days=5))
    HostDay.objects.create(host=host, utc_on=linked.now.date(), used=85)

    assert linked.push() == ["taken"]
    operation = ZoomOperation.objects.get()
    assert (operation.state, operation.last_error_code) == ("pending", "quota_spent")
    assert operation.next_at.date() == linked.now.date() + timedelta(days=1)


def test_repairs_of_today_have_calls_of_their_own(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host, starts_at=linked.now + timedelta(hours=3))
    HostDay.objects.create(host=host, utc_on=linked.now.date(), used=85)

    assert linked.push() == ["done"]
    assert HostDay.objects.get().used == 86


def test_a_lost_connection_parks_what_waits(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host)
    ZoomUser.objects.update(state=HostState.LOST)
    assert linked.push() == []

    ZoomUser.objects.update(state=HostState.CONNECTED)
    assert linked.push() == ["done"]


def test_two_timeouts_hold_all_calls_back_but_one_probe(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host)
    linked.want(host, topic="Graphs", starts_at=linked.now + timedelta(days=2))
    linked.sim.fault("drop_before", times=None, operation="meetingCreate")
    linked.sim.fault("drop_before", times=None, operation="meetings")
    linked.push(at_most=3)
    called = len(linked.sim.calls)

    assert linked.push(at_most=1) in ([], ["silent"], ["silent", "silent"])
    assert len(linked.sim.calls) == called
    linked.sim.control("DELETE", "faults")
    silence_over()
    for _minute in range(20):
        linked.advance(minutes=1)
        linked.push()
    assert len(linked.numbers()) == 2


def test_a_try_at_once_that_cannot_begin_leaves_the_wish_to_the_worker(
    transactional_db: None, linked: LinkedZoom, host: ZoomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", lambda _thread: _refuse_threads())
        wanted = [linked.want(host) for _ in range(settings.WEB_THREADS)]
    assert linked.numbers() == []

    assert linked.push() == ["done"] * len(wanted)
    # none of the places for such tries was lost on the way
    linked.want(host)
    assert len(linked.numbers()) == len(wanted) + 1


def _refuse_threads() -> None:
    raise RuntimeError("can't start new thread")


def test_what_a_try_at_once_needs_is_loaded_before_the_first_request() -> None:
    """Files of a running server may be replaced by an upgrade: loaded later, they fit each other no more."""
    code = "import sys, tests.environment, django; django.setup(); print('eduraise.zoom.push' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "True"


def test_one_teachers_flood_holds_up_nobody_elses_class(linked: LinkedZoom) -> None:
    flooding, other = linked.connect(linked.school.tariq), linked.connect(linked.school.tove)
    for turn in range(12):
        linked.want(flooding, starts_at=linked.now + timedelta(hours=2 + turn))
    theirs = linked.want(other, starts_at=linked.now + timedelta(days=9))
    ZoomOperation.objects.update(attempts=0)

    ids = list(waiting.in_turn(waiting.due(linked.now)).values_list("meeting__host", flat=True))

    assert ids.count(flooding.pk) == waiting.SHARE_OF_A_HOST
    assert ids.count(other.pk) == 1
    linked.push()
    theirs.refresh_from_db()
    assert theirs.is_at_zoom
    assert len(linked.numbers()) == 13


def test_a_grant_that_ended_beside_a_booking_of_unknown_outcome_is_told_at_once(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    linked.want(host)
    linked.sim.fault("do_then_drop", operation="meetingCreate")
    linked.sim.fault("drop_before", operation="meetings")  # the first look finds nobody there
    linked.push()
    linked.sim.user(linked.school.tariq.email, revoke=True)
    silence_over()
    linked.advance(minutes=16)

    assert linked.push() == ["parked"]
    host.refresh_from_db()
    assert host.state == HostState.LOST
    assert losing.tell_due(linked.now) == 1
    asked = linked.sim.called("meetings")
    linked.advance(minutes=10)
    assert (linked.push(), linked.sim.called("meetings")) == ([], asked)

    linked.connect(linked.school.tariq)
    linked.advance(minutes=1)
    assert linked.push() == ["adopted"]


def test_a_look_that_zoom_refuses_the_token_for_is_made_with_a_fresh_one(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.sim.fault("do_then_drop", operation="meetingCreate")
    linked.sim.fault("drop_before", operation="meetings")
    linked.push()
    host.refresh_from_db()
    host.access_token = "ended"
    host.save()
    silence_over()
    linked.advance(minutes=1)

    assert linked.push() == ["adopted"]
    assert linked.numbers() == [meeting_of(occurrence).meeting_number]
