"""Taking turns without holding a row: what is locked so is waited for by nobody else."""

from __future__ import annotations

from django.db import connection


def take_turn(name: str) -> None:
    """Within a transaction, wait for those who took this turn, and hold it until the transaction ends.

    For the last lock that a transaction takes: a row locked here could be waited for by those whose rows this
    transaction holds. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
