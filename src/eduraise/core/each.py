"""Rows that are each given values of their own: one statement, prepared once and run for all of them.

The ORM's `bulk_update` writes one statement with a case for each row and column, which takes several times as
long as the database takes to store them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connections, models, router


def update_each[Row: models.Model](model: type[Row], rows: Iterable[Row], names: Sequence[str]) -> None:
    """Store these fields of rows that are in the database already; no signal is sent.

    Call it in the transaction that holds them: what others wrote of these fields meanwhile is lost.
    """
    connection = connections[router.db_for_write(model)]
    named = [field for field in model._meta.concrete_fields if field.name in names]
    stored = [*named, model._meta.pk]
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in stored] for row in rows
    ]
    if not values:
        return
    *columns, key = (connection.ops.quote_name(str(field.column)) for field in stored)
    table = connection.ops.quote_name(model._meta.db_table)
    assigned = ", ".join(f"{each} = %s" for each in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {assigned} WHERE {key} = %s", values)  # noqa: S608 our own names
