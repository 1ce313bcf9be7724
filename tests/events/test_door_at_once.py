"""Many processes at the door, and a database that has no room."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection
from django.test import Client

from eduraise.events.models import ZoomEvent
from tests.at_once import at_once
from tests.events.knocking import Zoom, sample
from tests.moving import MovingClock

pytestmark = pytest.mark.django_db(transaction=True)

STARTED = json.dumps(sample("captured/meeting.started")).encode()


@contextmanager
def no_room() -> Iterator[None]:
    """Somebody else keeps the table, in a connection of their own."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        statement = "LOCK TABLE events_zoomevent" if connection.vendor == "postgresql" else "SELECT 1"
        with connection.cursor() as cursor:
            cursor.execute("BEGIN" if connection.vendor == "postgresql" else "BEGIN IMMEDIATE")
            cursor.execute(statement)
            taken.set()
            done.wait()
            cursor.execute("ROLLBACK")
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    try:
        yield
    finally:
        done.set()
        holder.join()


def test_eight_copies_at_once_are_one_event(moving: MovingClock) -> None:
    statuses = at_once(*[lambda: Zoom(Client(), moving).tells(STARTED).status_code] * 8)

    assert statuses == [200] * 8
    assert list(ZoomEvent.objects.values_list("copies", "age")) == [(8, "fresh")]


def test_eight_events_at_once_are_eight(moving: MovingClock) -> None:
    def tell(number: int) -> int:
        return Zoom(Client(), moving).tells({"event": f"event.{number}", "payload": {}}).status_code

    assert at_once(*[partial(tell, number) for number in range(8)]) == [200] * 8
    assert ZoomEvent.objects.count() == 8


def test_no_room_is_told_in_time_for_zoom_to_send_it_again(moving: MovingClock) -> None:
    zoom = Zoom(Client(), moving)
    with no_room():
        refused = zoom.tells(STARTED)
    moving.advance(minutes=5)
    again = zoom.tells(STARTED)

    assert (refused.status_code, refused.content, again.status_code) == (503, b"", 200)
    assert ZoomEvent.objects.count() == 1
