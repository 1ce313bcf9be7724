"""Each event has its effect once, whatever comes how often, in which order, and beside what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from eduraise.core import clock
from eduraise.events.apply import apply_due
from eduraise.events.meaning import KINDS
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.zoom import guiding
from eduraise.zoom.enums import HostState, OperationState
from eduraise.zoom.models import ZoomAccount, ZoomInstance, ZoomUser
from tests.events.booked import HOST, Booked, iso
from tests.events.knocking import Zoom, sample
from tests.moving import MovingClock
from tests.school import School

pytestmark = pytest.mark.django_db
State = ZoomEvent.State


def states() -> dict[str, int]:
    return dict(Counter(ZoomEvent.objects.values_list("state", flat=True)))


def sittings() -> list[tuple[str, datetime | None, datetime | None, bool]]:
    """Each sitting: its uuid, when it began and ended, and whether it belongs to a class."""
    return [
        (one.meeting_uuid, one.started_at, one.ended_at, one.occurrence is not None)
        for one in ZoomInstance.objects.order_by("meeting_uuid")
    ]


def watched() -> list[str | None]:
    return list(MeetingWatch.objects.values_list("meeting__meeting_number", flat=True))


@pytest.fixture
def nine(school: School) -> datetime:
    return school.now + timedelta(hours=1)


# Sittings


def test_what_the_set_up_asks_to_subscribe_to_is_understood() -> None:
    asked = {*guiding.MEETING_EVENTS, *guiding.USER_EVENTS, *guiding.APP_EVENTS}

    assert asked <= KINDS.keys()


def test_a_class_is_live_when_zoom_says_it_started_and_over_when_it_ended(
    zoom: Zoom, booked: Booked, moving: MovingClock, nine: datetime
) -> None:
    moving.set(nine)
    zoom.tells(booked.started(nine))
    apply_due(moving())
    assert sittings() == [("uuid-one==", nine, None, True)]

    moving.advance(minutes=50)
    zoom.tells(booked.ended(nine, moving()))
    apply_due(moving())

    assert sittings() == [("uuid-one==", nine, nine + timedelta(minutes=50), True)]
    assert states() == {State.APPLIED: 2}
    instance = ZoomInstance.objects.get()
    assert instance.occurrence == booked.session.occurrence
    assert (instance.host, instance.end_is_estimate, instance.seen_running_at) == (booked.host, False, None)


def test_the_host_who_comes_is_noticed(
    zoom: Zoom, booked: Booked, moving: MovingClock, nine: datetime
) -> None:
    moving.set(nine)
    zoom.tells(booked.joined(nine, who="p-1"))
    zoom.tells(booked.joined(nine + timedelta(minutes=2), who="p-2", zoom_user_id=HOST))
    apply_due(moving())

    instance = ZoomInstance.objects.get()
    assert (instance.started_at, instance.host_joined_at) == (nine, nine + timedelta(minutes=2))


def test_addresses_of_participants_reach_no_column(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    zoom.tells(booked.joined(nine))
    apply_due(zoom.clock())

    row = ZoomInstance.objects.values().get()
    assert "192.0.2.7" not in json.dumps(row, default=str)


def test_a_meeting_restarted_has_two_sittings_of_one_class(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    ten_past = nine + timedelta(minutes=10)
    # the end of the first one comes after the beginning of the second, as was seen
    zoom.tells(booked.started(nine, "uuid-one=="))
    zoom.tells(booked.started(ten_past, "uuid-two=="))
    zoom.tells(booked.ended(nine, ten_past, "uuid-one=="))
    apply_due(zoom.clock())

    assert sittings() == [("uuid-one==", nine, ten_past, True), ("uuid-two==", ten_past, None, True)]


@pytest.mark.parametrize(
    ("before_start", "belongs"),
    [(timedelta(minutes=60), True), (timedelta(minutes=61), False), (-timedelta(minutes=121), False)],
)
def test_a_sitting_belongs_to_a_class_within_an_hour_of_it(
    zoom: Zoom, booked: Booked, nine: datetime, before_start: timedelta, belongs: bool
) -> None:
    zoom.tells(booked.started(nine - before_start))
    apply_due(zoom.clock())

    assert [row[3] for row in sittings()] == [belongs]


def test_a_number_is_the_same_as_text_and_as_a_number(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    zoom.tells(booked.started(nine, id=1234567890))
    zoom.tells(booked.ended(nine, nine + timedelta(hours=1), id="1234567890"))
    apply_due(zoom.clock())

    assert sittings() == [("uuid-one==", nine, nine + timedelta(hours=1), True)]


def test_what_zoom_really_sent_of_a_personal_room_is_a_sitting_of_no_class(
    zoom: Zoom, booked: Booked
) -> None:
    ids = {"<ACCOUNT_ID>": "AAAAAABBBB", "<HOST_ID>": HOST, "<PMI>": "9876543210", "<MEETING_UUID>": "u/1+=="}
    for name in ("started", "participant_joined", "participant_left", "ended"):
        text = json.dumps(sample(f"captured/meeting.{name}"))
        for mask, value in ids.items():
            text = text.replace(mask, value)
        zoom.tells(text.encode())
    apply_due(zoom.clock())

    instance = ZoomInstance.objects.get()
    assert (instance.meeting, instance.meeting_number, instance.host) == (None, "9876543210", booked.host)
    assert instance.started_at is not None
    # ended at 13:43:41 by Zoom; the sitting that followed has the same masked name here
    assert iso(instance.started_at) == "2026-10-05T13:42:10Z"
    assert states() == {State.APPLIED: 4}


# Once


def test_fifty_copies_have_one_effect(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    event = booked.started(nine)
    for copy in range(50):
        zoom.clock.advance(seconds=1)
        restamped = event | {"event_ts": copy} if copy % 2 else event
        zoom.tells(restamped)
        if copy % 10 == 0:
            apply_due(zoom.clock())
    apply_due(zoom.clock())

    assert states() == {State.APPLIED: 1, State.DUPLICATE: 25}
    assert len(sittings()) == 1
    first = ZoomEvent.objects.get(state=State.APPLIED)
    assert first.copies == 25
    assert set(ZoomEvent.objects.filter(state=State.DUPLICATE).values_list("same_as", flat=True)) == {
        first.pk
    }


def test_the_same_fact_written_in_another_order_is_the_same_fact(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    event = booked.started(nine)
    zoom.tells(event)
    zoom.tells({name: event[name] for name in ("payload", "event_ts", "event")})
    apply_due(zoom.clock())

    assert states() == {State.APPLIED: 1, State.DUPLICATE: 1}


def test_two_people_who_join_in_one_second_are_two_facts(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    zoom.tells(booked.joined(nine, who="p-1"))
    zoom.tells(booked.joined(nine, who="p-2"))
    apply_due(zoom.clock())

    assert states() == {State.APPLIED: 2}


def test_nothing_is_applied_by_two_at_once(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    from eduraise.events.apply import claim

    zoom.tells(booked.started(nine))
    taken = claim(zoom.clock(), 10)

    assert len(taken) == 1
    assert claim(zoom.clock(), 10) == []
    assert apply_due(zoom.clock()) == Counter()


def test_an_event_whose_process_died_is_applied_when_its_lease_is_over(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    from eduraise.events.apply import claim

    zoom.tells(booked.started(nine))
    claim(zoom.clock(), 10)
    later = clock.lease_now() + timedelta(seconds=61)
    clock.install(product=zoom.clock, leases=lambda: later)

    assert apply_due(zoom.clock()) == Counter(applied=1)
    assert len(sittings()) == 1


# Whose


def test_a_foreign_account_can_not_touch_our_meeting(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    ZoomAccount.objects.create(zoom_account_id="THEIRS")
    for account in ("THEIRS", "UNKNOWN", ""):
        zoom.tells(booked.started(nine, "uuid-forged==") | {"n": account} | _account(account, booked, nine))
    apply_due(zoom.clock())

    assert states() == {State.QUARANTINED: 3}
    assert sittings() == []
    assert watched() == []


def _account(account: str, booked: Booked, nine: datetime) -> dict[str, Any]:
    event = booked.started(nine, "uuid-forged==")
    event["payload"]["account_id"] = account
    return event


@pytest.mark.parametrize(
    "name", ["started", "ended", "participant_joined", "created", "updated", "deleted", "permanently_deleted"]
)
def test_no_kind_of_event_crosses_from_one_account_to_another(
    zoom: Zoom, booked: Booked, school: School, nine: datetime, name: str
) -> None:
    theirs = ZoomAccount.objects.create(zoom_account_id="THEIRS")
    booked.connect(school.olu, "olu-at-zoom", theirs)
    zoom.tells(booked.started(nine))
    apply_due(zoom.clock())
    before = sittings()

    for host in ("olu-at-zoom", HOST):
        event = booked.event(
            f"meeting.{name}", account="THEIRS", host_id=host, uuid="uuid-one==", start_time=iso(nine)
        )
        event["payload"]["object"]["end_time"] = iso(nine + timedelta(minutes=1))
        zoom.tells(event)
    # their own number, our sitting
    sitting = booked.event(f"meeting.{name}", account="THEIRS", host_id="olu-at-zoom", uuid="uuid-one==")
    sitting["payload"]["object"] |= {"id": "5555555555", "end_time": iso(nine + timedelta(minutes=2))}
    zoom.tells(sitting)
    apply_due(zoom.clock())

    assert sittings() == before
    assert watched() == []
    assert states()[State.QUARANTINED] >= 2


def test_another_hosts_name_on_our_meeting_is_a_misfit(
    zoom: Zoom, booked: Booked, school: School, nine: datetime
) -> None:
    booked.connect(school.olu, "olu-at-zoom")
    zoom.tells(booked.started(nine, host_id="olu-at-zoom"))
    apply_due(zoom.clock())

    event = ZoomEvent.objects.get()
    assert (event.state, event.skipped_why) == (State.QUARANTINED, "meeting of another host")
    assert sittings() == []


def test_a_disconnected_hosts_private_meetings_are_none_of_ours(zoom: Zoom, booked: Booked) -> None:
    ZoomUser.objects.filter(pk=booked.host.pk).update(state=HostState.CLOSED)
    zoom.tells(booked.started(zoom.clock(), id="5555555555"))
    apply_due(zoom.clock())

    assert states() == {State.IGNORED: 1}
    assert sittings() == []


def test_kinds_that_are_not_needed_are_kept(zoom: Zoom, booked: Booked) -> None:
    zoom.tells(sample("official/meeting.sharing_started"))
    zoom.tells(sample("official/endpoint.url_validation"))
    apply_due(zoom.clock())

    assert states() == {State.IGNORED: 2}
    assert set(ZoomEvent.objects.values_list("event", flat=True)) == {
        "meeting.sharing_started",
        "endpoint.url_validation",
    }


# Waiting


def test_an_event_before_the_answer_to_our_create_waits_for_it(
    zoom: Zoom, booked: Booked, moving: MovingClock, nine: datetime
) -> None:
    being_made = booked.book(None, starts_at=nine + timedelta(hours=3))
    operation = booked.operation(being_made)
    zoom.tells(booked.event("meeting.created", id=7777777777, topic="My Meeting"))
    zoom.tells(booked.started(nine + timedelta(hours=3), id="7777777777"))
    assert apply_due(moving()) == Counter(waiting=2)
    assert apply_due(moving()) == Counter()

    being_made.meeting_number, being_made.zoom_topic = "7777777777", "My Meeting"
    being_made.save()
    operation.state = OperationState.DONE
    operation.save()
    moving.advance(seconds=16)

    assert apply_due(moving()) == Counter(applied=2)
    assert ZoomInstance.objects.get().meeting == being_made
    assert ZoomUser.objects.get(pk=booked.host.pk).wake_at is None


def test_an_event_waits_no_longer_than_a_quarter_of_an_hour(
    zoom: Zoom, booked: Booked, moving: MovingClock, nine: datetime
) -> None:
    booked.operation(booked.book(None, starts_at=nine + timedelta(hours=3)), state=OperationState.UNKNOWN)
    zoom.tells(booked.event("meeting.created", id=7777777777, topic="Mine"))
    for _turn in range(70):
        apply_due(moving())
        moving.advance(seconds=15)

    # none of ours: it shows in the host's list, which is read
    assert states() == {State.APPLIED: 1}
    assert ZoomUser.objects.get(pk=booked.host.pk).wake_at is not None
    assert ZoomEvent.objects.get().attempts == 1


# The schedule


def test_our_own_changes_come_back_in_silence(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    zoom.tells(booked.event("meeting.created", topic="My Meeting", start_time=iso(nine), duration=60, type=2))
    zoom.tells(booked.updated(zoom.clock(), start_time=iso(nine), duration=60))
    zoom.tells(booked.updated(zoom.clock(), topic="My Meeting", settings={"waiting_room": True, "x": 1}))
    apply_due(zoom.clock())

    assert states() == {State.APPLIED: 3}
    assert watched() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"start_time": "2026-03-02T11:00:00Z"},
        {"duration": 90},
        {"topic": "Another"},
        {"password": "123456"},
        {"join_url": "https://zoom.us/j/1234567890?pwd=new"},
        {"settings": {"waiting_room": False}},
    ],
)
def test_a_change_that_we_did_not_make_has_the_meeting_read(
    zoom: Zoom, booked: Booked, changed: dict[str, Any]
) -> None:
    zoom.tells(booked.updated(zoom.clock(), **changed))
    apply_due(zoom.clock())

    assert watched() == ["1234567890"]
    assert MeetingWatch.objects.get().asked_at == zoom.clock()


@pytest.mark.parametrize("name", ["meeting.deleted", "meeting.permanently_deleted"])
def test_a_deletion_has_the_meeting_read_unless_it_is_ours(zoom: Zoom, booked: Booked, name: str) -> None:
    zoom.tells(booked.event(name, id=1234567890))
    apply_due(zoom.clock())
    assert watched() == ["1234567890"]

    MeetingWatch.objects.all().delete()
    booked.meeting.wanted_gone = True
    booked.meeting.save()
    zoom.tells(booked.event(name, id=1234567890, topic="again"))
    apply_due(zoom.clock())

    assert watched() == []
    assert states() == {State.APPLIED: 2}


def test_a_meeting_that_is_none_of_ours_has_its_host_looked_at(zoom: Zoom, booked: Booked) -> None:
    zoom.tells(booked.event("meeting.created", id=5555555555, topic="Private"))
    apply_due(zoom.clock())

    assert ZoomUser.objects.get(pk=booked.host.pk).wake_at == zoom.clock()
    assert states() == {State.APPLIED: 1}


# Hints


def test_an_event_of_three_hours_ago_is_not_believed_but_looked_into(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    zoom.tells(booked.started(nine), signed_at=zoom.clock() - timedelta(hours=3))
    apply_due(zoom.clock())

    assert states() == {State.HINT: 1}
    assert (sittings(), watched()) == ([], ["1234567890"])
    assert ZoomAccount.objects.get(pk=booked.account.pk).webhook_seen_at is None


def test_a_fresh_copy_of_a_hint_is_applied(
    zoom: Zoom, booked: Booked, moving: MovingClock, nine: datetime
) -> None:
    zoom.tells(booked.started(nine), signed_at=moving() - timedelta(hours=3))
    apply_due(moving())
    zoom.tells(booked.started(nine))
    apply_due(moving())

    assert states() == {State.APPLIED: 1}
    assert len(sittings()) == 1
    assert ZoomAccount.objects.get(pk=booked.account.pk).webhook_seen_at == moving()


def test_a_restamped_copy_of_a_hint_is_applied(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    zoom.tells(booked.started(nine), signed_at=zoom.clock() - timedelta(hours=3))
    zoom.tells(booked.started(nine) | {"event_ts": 1})
    apply_due(zoom.clock())

    assert states() == {State.HINT: 1, State.APPLIED: 1}
    assert len(sittings()) == 1


# Poison


@pytest.fixture
def poison(booked: Booked, nine: datetime) -> Iterator[dict[str, Any]]:
    """An event that is understood, and whose sitting the database refuses each time."""
    with connection.cursor() as cursor:
        for statement in REFUSE[connection.vendor]:
            cursor.execute(statement)
    return booked.started(nine, "uuid-poison==")


REFUSE = {
    "sqlite": [
        (
            "CREATE TRIGGER poison BEFORE INSERT ON zoom_zoominstance "
            "WHEN NEW.meeting_uuid = 'uuid-poison==' BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    ],
    "postgresql": [
        "CREATE FUNCTION poison() RETURNS trigger AS 'BEGIN RAISE check_violation; END' LANGUAGE plpgsql",
        (
            "CREATE TRIGGER poison BEFORE INSERT ON zoom_zoominstance FOR EACH ROW "
            "WHEN (NEW.meeting_uuid = 'uuid-poison==') EXECUTE FUNCTION poison()"
        ),
    ],
}


def test_a_poisonous_event_is_parked_after_five_tries_and_the_rest_flow(
    zoom: Zoom, booked: Booked, moving: MovingClock, nine: datetime, poison: dict[str, Any]
) -> None:
    zoom.tells(poison)
    zoom.tells(booked.started(nine))
    zoom.tells(booked.ended(nine, nine + timedelta(hours=1)))

    assert apply_due(moving()) == Counter(applied=2, received=1)
    for _turn in range(10):
        moving.advance(minutes=20)
        apply_due(moving())

    assert states() == {State.APPLIED: 2, State.DEAD: 1}
    dead = ZoomEvent.objects.get(state=State.DEAD)
    assert (dead.attempts, dead.event, dead.last_error_code) == (5, "meeting.started", "IntegrityError")
    assert b"uuid-poison" in bytes(dead.body)
    assert sittings() == [("uuid-one==", nine, nine + timedelta(hours=1), True)]


def test_an_event_that_kills_its_process_is_parked(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    zoom.tells(booked.started(nine))
    ZoomEvent.objects.update(attempts=5)

    assert apply_due(zoom.clock()) == Counter(dead=1)


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b'{"event":"meeting.started","payload":{"account_id":"a\\u0000b","object":{}}}',
        b'{"event":"meeting.started","payload":{"object":{"uuid":"\\ud800"}}}',
        b'{"event":"meeting.started","payload":{"object":{"id":"' + b"9" * 5000 + b'"}}}',
        b'{"event":"x\\n","payload":{}}',
    ],
)
def test_what_nobody_can_read_is_dead_at_once_and_visible(zoom: Zoom, booked: Booked, body: bytes) -> None:
    zoom.tells(body)
    zoom.tells(booked.started(zoom.clock()))

    assert apply_due(zoom.clock()) == Counter(dead=1, applied=1)
    dead = ZoomEvent.objects.get(state=State.DEAD)
    assert (bytes(dead.body), dead.last_error_code) == (body, "unreadable")
