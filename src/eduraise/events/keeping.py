"""Keeping deliveries: each body once, several in one commit, within the time that Zoom waits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import Case, F, Value, When

from eduraise.core.codes import new_uid
from eduraise.events.gathering import Gathering, NotWritten
from eduraise.events.models import ZoomEvent

# An answer after 3 seconds counts as none with Zoom, which then sends the event again in 5 minutes.
# Its turn and the database together take less.
PATIENCE = timedelta(seconds=2)
QUEUE_SECONDS = 0.8

_LESS_FRESH = {
    ZoomEvent.Age.FRESH: [ZoomEvent.Age.LATE, ZoomEvent.Age.HINT],
    ZoomEvent.Age.LATE: [ZoomEvent.Age.HINT],
    ZoomEvent.Age.HINT: [],
}


@dataclass(frozen=True)
class Delivery:
    """A body as it came, by its column names in the table."""

    body: bytes
    signed_at: datetime
    age: ZoomEvent.Age
    received_at: datetime
    uid: UUID = field(default_factory=new_uid)

    @cached_property
    def digest(self) -> str:
        """What tells one body from all others."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def next_at(self) -> datetime:
        """It is due at once."""
        return self.received_at


# What a row takes from its delivery; all else stands as in any new one
TOLD = ("uid", "body", "signed_at", "age", "received_at", "next_at", "digest")


def keep(delivery: Delivery) -> None:
    """Store a body once; committed when this returns, with others that came meanwhile.

    A copy is counted, and makes the first one as fresh as itself. Raises OperationalError where the database
    has no room in time.
    """
    try:
        _gathering.put(delivery)
    except NotWritten:
        raise OperationalError("too many deliveries at once") from None


def _write(deliveries: list[Delivery]) -> None:
    with _not_for_long(), transaction.atomic():
        new = _insert(deliveries)
        for one in deliveries:
            if one.digest in new:
                new.remove(one.digest)  # another with the same bytes is its copy
            else:
                _count(one)


_gathering: Gathering[Delivery] = Gathering(_write, holds_for_all=(OperationalError,), seconds=QUEUE_SECONDS)


def _insert(deliveries: list[Delivery]) -> set[str]:
    """Whose bytes were not there yet, by digest, whoever was faster.

    By hand, because the framework doesn't say which rows it ignored: one statement for all of them.
    """
    statement, usual, told = _insert_statement(connection.vendor, len(deliveries))
    values = [
        value
        for one in deliveries
        for value in (
            usual
            | {
                field.attname: field.get_db_prep_save(getattr(one, field.attname), connection)
                for field in told
            }
        ).values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {digest for (digest,) in cursor.fetchall()}


@cache
def _insert_statement(_vendor: str, count: int) -> tuple[str, dict[str, Any], list[Any]]:
    """The statement; what stands in a row's columns unless its delivery says otherwise; what that says."""
    fields = ZoomEvent._meta.concrete_fields[1:]  # the first is the key, which the database gives
    blank = ZoomEvent()
    usual = {each.attname: each.get_db_prep_save(getattr(blank, each.attname), connection) for each in fields}
    columns = ", ".join(connection.ops.quote_name(str(each.column)) for each in fields)
    rows = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * count)
    table = connection.ops.quote_name(ZoomEvent._meta.db_table)
    told = [each for each in fields if each.attname in TOLD]
    statement = (
        f"INSERT INTO {table} ({columns}) VALUES {rows} ON CONFLICT (digest) DO NOTHING RETURNING digest"  # noqa: S608 our own names
    )
    return statement, usual, told


def _count(copy: Delivery) -> None:
    ZoomEvent.objects.filter(digest=copy.digest).update(copies=F("copies") + 1)
    if _LESS_FRESH[copy.age]:
        _freshen(copy)


def _freshen(copy: Delivery) -> None:
    """What was only a hint is now believed, and applied after all."""
    was_hint = When(state=ZoomEvent.State.HINT, then=Value(ZoomEvent.State.RECEIVED))
    ZoomEvent.objects.filter(digest=copy.digest, age__in=_LESS_FRESH[copy.age]).update(
        age=copy.age,
        signed_at=copy.signed_at,
        next_at=Case(When(state=ZoomEvent.State.HINT, then=Value(copy.next_at)), default=F("next_at")),
        state=Case(was_hint, default=F("state")),
    )


@contextmanager
def _not_for_long() -> Iterator[None]:
    """Wait for the database no longer than Zoom waits for us."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            milliseconds = int(PATIENCE.total_seconds() * 1000)
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {milliseconds}")
                cursor.execute(f"SET LOCAL statement_timeout = {milliseconds}")
            yield
        return
    connection.ensure_connection()
    ordinary = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    _busy_timeout(int(PATIENCE.total_seconds() * 1000))
    try:
        yield
    finally:
        _busy_timeout(ordinary)


def _busy_timeout(milliseconds: int) -> None:
    # the driver's own connection: the framework's cursor would cost as much as the rest of the writing
    connection.connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
