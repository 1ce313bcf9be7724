"""Taking turns: one after the other by name, and in nobody's way who holds a row."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from eduraise.accounts.models import User
from eduraise.core.turns import take_turn
from eduraise.notifications.capping import mails_left

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def meanwhile(holds: Callable[[], object], act: Callable[[], object]) -> None:
    """Act while another connection is within a transaction in which it did something."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            holds()
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(20)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = 300")
            act()
    finally:
        done.set()
        other.join()


def test_a_turn_is_waited_for() -> None:
    with pytest.raises(Exception, match="lock timeout"):
        meanwhile(lambda: take_turn("one"), lambda: take_turn("one"))
    meanwhile(lambda: take_turn("one"), lambda: take_turn("another"))


def test_counting_a_persons_mails_waits_for_nobody_who_holds_her_row() -> None:
    """Who changes a class locks its teacher's row first and the class then; who tells of it, the class."""
    person = User.objects.create_user("tariq@school.example", name="Tariq", joined_at=NOW)
    hers = User.objects.select_for_update(no_key=True).filter(pk=person.pk)

    meanwhile(lambda: list(hers), lambda: mails_left(person, NOW))
