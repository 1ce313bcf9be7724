"""What the database holds, so that a test can say that nothing changed."""

from __future__ import annotations

from django.db import connection

# What a browser's visit alone may write
OF_VISITS = ("django_session", "cache", "usersessions_usersession", "sqlite_sequence")


def contents(*, without: tuple[str, ...] = OF_VISITS) -> dict[str, list[str]]:
    """Each table's rows as text, sorted."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in without:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def changed(before: dict[str, list[str]]) -> list[str]:
    """The tables whose rows are others than before."""
    after = contents()
    return [table for table in sorted(before | after) if before.get(table) != after.get(table)]
