"""Doing an action again when the database asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from eduraise.core import crash

# PostgreSQL: serialization_failure, deadlock_detected
AGAIN = frozenset({"40001", "40P01"})
TRIES = 5

Given = ParamSpec("Given")
Got = TypeVar("Got")


def retried[**Given, Got](action: Callable[Given, Got]) -> Callable[Given, Got]:
    """Do an action at most five times while PostgreSQL rolls it back for another's sake.

    Rows are locked in one order, so that this should never happen; it costs nothing to survive it. Within a
    transaction of the caller's there is no second try: it is rolled back with all that came before.
    """

    @wraps(action)
    def again(*args: Given.args, **kwargs: Given.kwargs) -> Got:
        left = 1 if connection.in_atomic_block else TRIES
        while True:
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                left -= 1
                if left == 0 or getattr(error.__cause__, "sqlstate", None) not in AGAIN:
                    raise

    return again


def note_commit() -> None:
    """Pass a crash point right after the commit. Call it first: before anything else waits for the commit."""
    transaction.on_commit(partial(crash.point, "classes.action.committed"))
