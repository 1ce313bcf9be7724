"""What Zoom's events tell of people's presence is kept once, whatever comes how often and in which order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from eduraise.attendance.models import Interval, Participant, ReadingPlan, Register
from eduraise.events.apply import apply_due
from eduraise.events.models import ZoomEvent
from eduraise.ops.prune import prune
from eduraise.zoom.instances import fold_sitting, place_again
from eduraise.zoom.models import ZoomInstance
from tests.events.booked import Booked
from tests.events.knocking import Zoom
from tests.moving import MovingClock
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def nine(school: School) -> datetime:
    return school.now + timedelta(hours=1)


def tell(zoom: Zoom, *events: dict[str, Any]) -> None:
    for event in events:
        zoom.tells(event)
    apply_due(zoom.clock())


def told(of: datetime) -> list[tuple[str, str, str, float | None, float | None]]:
    """Each fact: who, where, which stay, and the minutes since `of` at which they came or went."""

    def minutes(at: datetime | None) -> float | None:
        return None if at is None else (at - of).total_seconds() / 60

    rows = Interval.objects.select_related("participant").order_by("joined_at", "left_at", "room")
    found = [
        (row.participant.name, row.room, row.join_key, minutes(row.joined_at), minutes(row.left_at))
        for row in rows
    ]
    return sorted(found, key=str)


def known() -> list[tuple[str, ...]]:
    return sorted(
        Participant.objects.values_list("key", "name", "email", "zoom_user_id", "zoom_registrant_id")
    )


def test_who_comes_and_goes_is_kept_as_two_ends_of_a_stay(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(
        zoom,
        booked.presence("joined", nine),
        booked.presence("left", nine + timedelta(minutes=50), user_name=""),
    )

    ends = [(row.joined_at, row.left_at) for row in Interval.objects.order_by("joined_at")]
    assert sorted(ends, key=str) == sorted([(nine, None), (None, nine + timedelta(minutes=50))], key=str)
    assert known() == [("p-1", "Sana", "", "", "")]


def test_the_waiting_room_and_breakout_rooms_are_told_apart(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    def at(minutes: int) -> datetime:
        return nine + timedelta(minutes=minutes)

    tell(
        zoom,
        booked.presence("joined_waiting_room", at(0)),
        booked.presence("admitted", at(3)),
        booked.presence("left_waiting_room", at(3)),
        booked.presence("joined", at(3)),
        booked.presence("joined_breakout_room", at(10)),
        booked.presence("left_breakout_room", at(20)),
        booked.presence("left", at(25)),
        booked.presence("put_in_waiting_room", at(25)),
    )

    stay = "16778240"
    assert told(nine) == sorted(
        [
            ("Sana", "waiting", stay, 0, None),
            ("Sana", "waiting", stay, None, 3),
            ("Sana", "main", stay, 3, None),
            ("Sana", "breakout", f"breakout-1/{stay}", 10, None),
            ("Sana", "breakout", f"breakout-1/{stay}", None, 20),
            ("Sana", "main", stay, None, 25),
            ("Sana", "waiting", stay, 25, None),
        ],
        key=str,
    )


def test_a_wait_before_the_class_begins_it_not(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.presence("joined_waiting_room", nine))

    assert ZoomInstance.objects.get().started_at is None
    tell(zoom, booked.presence("joined", nine + timedelta(minutes=4)))
    assert ZoomInstance.objects.get().started_at == nine + timedelta(minutes=4)


def test_a_leaving_without_a_coming_is_kept_and_shows_that_there_was_a_class(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    tell(zoom, booked.presence("left", nine + timedelta(minutes=50)))

    assert told(nine) == [("Sana", "main", "16778240", None, 50)]
    assert Register.objects.get().session == booked.session


def test_samples_that_call_the_time_of_joining_otherwise_are_understood(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    event = booked.presence("joined", nine)
    who = event["payload"]["object"]["participant"]
    who["date_time"] = who.pop("join_time")
    tell(zoom, event)

    assert told(nine) == [("Sana", "main", "16778240", 0, None)]


@pytest.mark.parametrize("lacks", ["join_time", "user_id"])
def test_what_does_not_say_who_or_when_is_no_fact(
    zoom: Zoom, booked: Booked, nine: datetime, lacks: str
) -> None:
    event = booked.presence("joined", nine, participant_uuid="")
    del event["payload"]["object"]["participant"][lacks]
    tell(zoom, event)

    assert told(nine) == []
    assert ZoomEvent.objects.get().state == ZoomEvent.State.APPLIED


def test_ids_are_text_whether_zoom_sends_text_or_numbers(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.presence("joined", nine, user_id=16778240))
    tell(zoom, booked.presence("left", nine + timedelta(minutes=1), user_id="16778240"))

    assert {key for _name, _room, key, _in, _out in told(nine)} == {"16778240"}


def test_a_stay_without_an_identity_of_its_own_goes_by_its_join(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    tell(zoom, booked.presence("joined", nine, participant_uuid="", user_id="77"))

    assert known() == [("77", "Sana", "", "", "")]


def test_what_cannot_stand_in_a_database_is_left_out(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.presence("joined", nine, user_name="Sa\x07na " + "x" * 300, participant_uuid="ü" * 200))

    row = Participant.objects.get()
    assert row.name == ("Sana " + "x" * 300)[:200]
    assert len(row.key) == 32


def test_a_phone_callers_number_is_kept_as_a_digest_alone(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.presence("joined", nine, user_name="Caller", phone_number="+34 600 000 001"))
    tell(zoom, booked.presence("joined", nine, user_name="+34 600-000-001", participant_uuid="p-2"))

    one, other = Participant.objects.order_by("key")
    assert (one.is_phone, other.is_phone) == (True, True)
    assert one.phone_key == other.phone_key != ""
    assert "600" not in one.phone_key


def test_no_address_of_a_machine_is_kept(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.presence("joined", nine, public_ip="192.0.2.7", private_ip="192.0.2.8"))

    for model in (Participant, Interval):
        assert "192.0.2" not in str(list(model.objects.values()))


def test_the_earliest_name_stays_whatever_came_first(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.presence("joined", nine + timedelta(minutes=9), user_name="Eva’s phone", user_id="2"))
    tell(zoom, booked.presence("joined", nine, user_name="Sana"))

    assert known() == [("p-1", "Sana", "", "", "")]


def test_a_sitting_of_no_class_keeps_its_facts_until_it_has_one(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    day = timedelta(days=1)
    tell(zoom, booked.presence("joined", nine + day))
    assert len(told(nine)) == 1
    assert not Register.objects.exists()

    occurrence = booked.session.occurrence
    assert occurrence is not None
    occurrence.wanted_starts_at += day
    occurrence.wanted_ends_at += day
    occurrence.save()
    place_again(booked.meeting)

    assert Register.objects.get().session == booked.session


def test_a_register_is_behind_once_for_what_is_new_and_not_for_what_was_told(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    tell(zoom, booked.presence("joined", nine))
    Register.objects.update(facts_version=7)
    again = booked.presence("joined", nine)
    again["event_ts"] += 1000
    tell(zoom, again)
    assert Register.objects.get().facts_version == 7

    tell(zoom, booked.presence("left", nine + timedelta(minutes=1)))
    assert Register.objects.get().facts_version > 7
    assert ReadingPlan.objects.get().register == Register.objects.get()


def test_more_of_a_sitting_leaves_the_register_behind(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    tell(zoom, booked.started(nine))
    before = Register.objects.get().facts_version
    tell(zoom, booked.ended(nine, nine + timedelta(minutes=50)))

    assert Register.objects.get().facts_version == before + 1


def test_a_class_of_forty_rejoins_is_forty_stays(zoom: Zoom, booked: Booked, nine: datetime) -> None:
    for number in range(40):
        at = nine + timedelta(minutes=number)
        zoom.tells(booked.presence("joined", at, user_id=str(number)))
        zoom.tells(booked.presence("left", at + timedelta(seconds=30), user_id=str(number)))
    apply_due(zoom.clock())

    assert (Participant.objects.count(), Interval.objects.count()) == (1, 80)


def test_what_is_told_of_five_hundred_takes_no_more_queries_than_of_two(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    def queries(first: int, last: int) -> int:
        for number in range(first, last):
            stay = {"participant_uuid": f"p-{number}", "user_id": str(number)}
            zoom.tells(booked.presence("joined", nine + timedelta(seconds=number), **stay))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert apply_due(zoom.clock()).total() == last - first
        return len(caught)

    tell(zoom, booked.started(nine))
    few, many = queries(0, 2), queries(2, 190)

    assert many == few


def test_news_too_old_to_be_believed_has_the_lists_read_again(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    tell(zoom, booked.presence("joined", nine))
    zoom.clock.advance(hours=7)
    ReadingPlan.objects.update(settled_at=zoom.clock(), next_at=nine)
    zoom.tells(booked.presence("left", nine + timedelta(minutes=50)), signed_at=nine + timedelta(minutes=50))
    apply_due(zoom.clock())

    assert ZoomEvent.objects.filter(state=ZoomEvent.State.HINT).count() == 1
    assert len(told(nine)) == 1
    assert (ReadingPlan.objects.get().settled_at, ReadingPlan.objects.get().next_at) == (None, zoom.clock())


def test_who_was_in_meetings_that_were_no_class_is_forgotten_after_a_month(
    zoom: Zoom, booked: Booked, nine: datetime
) -> None:
    private = booked.presence("joined", nine, "other")
    private["payload"]["object"]["id"] = "999"
    tell(zoom, booked.presence("joined", nine), private)
    prune(nine + timedelta(days=29))
    assert Participant.objects.count() == 2
    prune(nine + timedelta(days=31))

    assert [one.instance.meeting_number for one in Participant.objects.all()] == ["1234567890"]


# In any order


class AnyOrder(TestCase):
    """The same facts, whatever is lost on the way and comes again later."""

    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test_any_order_and_any_copies_come_to_the_same(self, data: st.DataObject) -> None:
        moving = MovingClock(datetime.fromisoformat("2026-03-02T08:00:00+00:00"))
        booked = Booked(School(moving))
        nine = moving() + timedelta(hours=1)
        history = self._history(booked, nine)
        order = data.draw(st.permutations(range(len(history))))
        copies = data.draw(st.lists(st.sampled_from(range(len(history))), max_size=6))
        cuts = data.draw(st.lists(st.integers(0, len(order)), max_size=3))

        self._apply([history[number] for number in [*order, *copies]], cuts, moving())

        assert self._kept() == self._expected(history)

    def _history(self, booked: Booked, nine: datetime) -> list[dict[str, Any]]:
        def at(minutes: int) -> datetime:
            return nine + timedelta(minutes=minutes)

        def of(who: str, stay: int) -> dict[str, Any]:
            return {"participant_uuid": who, "user_id": str(stay), "user_name": f"{who} at {stay}"}

        return [
            booked.started(nine),
            booked.presence("joined_waiting_room", at(0), **of("p-1", 1)),
            booked.presence("joined", at(2), **of("p-1", 1)),
            booked.presence("left", at(30), **of("p-1", 1)),
            booked.presence("joined", at(31), **of("p-1", 2)),
            booked.presence("joined", at(1), **of("p-2", 3), email="two@school.example"),
            booked.presence("left", at(40), **of("p-2", 3)),
            booked.ended(nine, at(60)),
        ]

    def _apply(self, events: Sequence[dict[str, Any]], cuts: list[int], now: datetime) -> None:
        for number, event in enumerate(events):
            body = json.dumps(event | {"n": number}).encode()
            ZoomEvent.objects.create(
                received_at=now,
                signed_at=now,
                next_at=now,
                age=ZoomEvent.Age.FRESH,
                body=body,
                digest=f"{number}",
            )
            if number in cuts:
                apply_due(now)
        apply_due(now)

    def _kept(self) -> tuple[Any, ...]:
        rows = Interval.objects.order_by("pk").values_list(
            "participant__key", "participant__name", "participant__email", "room", "join_key"
        )
        sitting = ZoomInstance.objects.get()
        return sorted(rows), sitting.started_at, sitting.ended_at, Register.objects.count()

    def _expected(self, history: list[dict[str, Any]]) -> tuple[Any, ...]:
        started = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
        return (
            sorted(
                [
                    ("p-1", "p-1 at 1", "", "waiting", "1"),
                    ("p-1", "p-1 at 1", "", "main", "1"),
                    ("p-1", "p-1 at 1", "", "main", "1"),
                    ("p-1", "p-1 at 1", "", "main", "2"),
                    ("p-2", "p-2 at 3", "two@school.example", "main", "3"),
                    ("p-2", "p-2 at 3", "two@school.example", "main", "3"),
                ]
            ),
            started,
            started + timedelta(minutes=60),
            1,
        )


def test_who_tells_of_a_sitting_twice_at_once_makes_one_register(booked: Booked, nine: datetime) -> None:
    for _again in range(2):
        fold_sitting(
            host=booked.host, meeting=booked.meeting, number="1234567890", uuid="uuid-one==", began_at=nine
        )

    assert Register.objects.count() == 1
