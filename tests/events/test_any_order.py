"""Events come late, twice and in any order; what is known afterwards is the same."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eduraise.events.apply import apply_due
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.zoom.models import ZoomInstance, ZoomUser
from tests.events.booked import HOST, Booked, iso
from tests.events.knocking import Zoom

pytestmark = pytest.mark.django_db


class Undo(Exception):
    """Ends an example; its rows go."""


def told(booked: Booked) -> list[dict[str, Any]]:
    """A class with a drop-out: two sittings, people, changes by hand, and a meeting of the host's own."""
    nine = booked.school.now + timedelta(hours=1)
    dropped, back, over = (nine + timedelta(minutes=m) for m in (20, 22, 60))
    return [
        booked.started(nine, "uuid-one=="),
        booked.joined(nine + timedelta(minutes=1), "uuid-one==", who="p-1"),
        booked.joined(nine, "uuid-one==", who="p-2", zoom_user_id=HOST),
        booked.ended(nine, dropped, "uuid-one=="),
        booked.started(back, "uuid-two=="),
        booked.joined(back, "uuid-two==", who="p-3", zoom_user_id=HOST),
        booked.ended(back, over, "uuid-two=="),
        booked.updated(nine, topic="Another"),
        booked.updated(over, topic="My Meeting"),
        booked.event("meeting.created", id=5555555555, topic="Private"),
        booked.started(over, "uuid-private==", id="5555555555"),
    ]


def known(booked: Booked) -> dict[str, Any]:
    """All that events may leave behind."""
    fields = ("meeting_uuid", "meeting_number", "started_at", "ended_at", "host_joined_at", "end_is_estimate")
    return {
        "sittings": list(
            ZoomInstance.objects.order_by("meeting_uuid").values_list(*fields, "occurrence", "mapped_by")
        ),
        "asked": list(MeetingWatch.objects.values_list("meeting__meeting_number", flat=True)),
        "woken": ZoomUser.objects.filter(wake_at__isnull=False).count(),
        "applied": sorted(ZoomEvent.objects.filter(state="applied").values_list("event", flat=True)),
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), pauses=st.integers(0, 12), copies=st.integers(0, 8))
@example(seed=0, pauses=0, copies=0)
def test_any_order_and_any_number_of_copies_give_the_same(
    zoom: Zoom, booked: Booked, seed: int, pauses: int, copies: int
) -> None:
    chance = random.Random(seed)
    events = told(booked)
    in_order = _known_after(zoom, booked, events, pauses=set())
    again = [event | {"event_ts": chance.random()} for event in chance.choices(events, k=copies)]
    shuffled = [*events, *again, *chance.choices(events, k=copies)]
    chance.shuffle(shuffled)

    otherwise = _known_after(
        zoom, booked, shuffled, pauses={chance.randrange(len(shuffled)) for _ in range(pauses)}
    )

    assert otherwise == in_order


def _known_after(
    zoom: Zoom, booked: Booked, events: list[dict[str, Any]], pauses: set[int]
) -> dict[str, Any]:
    """Deliver, applying at each pause and at the end, and forget it all again."""
    result: dict[str, Any] = {}
    try:
        with transaction.atomic():
            for number, event in enumerate(events):
                assert zoom.tells(event).status_code == 200
                if number in pauses:
                    apply_due(zoom.clock(), limit=5)
            while apply_due(zoom.clock(), limit=7):
                pass
            result = known(booked)
            raise Undo
    except Undo:
        return result


def test_what_is_known_in_order_is_what_happened(zoom: Zoom, booked: Booked) -> None:
    nine = booked.school.now + timedelta(hours=1)

    known_after = _known_after(zoom, booked, told(booked), pauses=set())

    times = [
        (uuid, began and iso(began), ended and iso(ended))
        for uuid, _n, began, ended, *_ in known_after["sittings"]
    ]
    assert times == [
        ("uuid-one==", iso(nine), iso(nine + timedelta(minutes=20))),
        ("uuid-private==", iso(nine + timedelta(minutes=60)), None),
        ("uuid-two==", iso(nine + timedelta(minutes=22)), iso(nine + timedelta(minutes=60))),
    ]
    assert (known_after["asked"], known_after["woken"]) == (["1234567890"], 1)
