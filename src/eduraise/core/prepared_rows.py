"""Whole queries that are written once: those that each page asks in the same form.

Writing a query of twenty columns takes the ORM ten times as long as SQLite takes to answer it. `PreparedRows`
lets the ORM write it once for each kind of database; asking it then fills in the hour and what is given.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.utils import DEFAULT_DB_ALIAS

from eduraise.core.prepared import value_of


@dataclass(frozen=True)
class Written:
    """A query with what the ORM knows of its columns, once it has put it into SQL."""

    rows: QuerySet[Any, Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]


class PreparedRows[Row]:
    """Rows by one fixed query.

    build: makes the query; wherever it needs the present hour it puts `Hour`, and for what differs from one
    question to the next `Given`, as for `Prepared`.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self.build = build
        self.written = cache(self._write)

    def at(self, now: datetime, **given: Any) -> list[Row]:
        """Its rows as of `now`; one query."""
        connection = connections[DEFAULT_DB_ALIAS]
        written = self.written(connection.vendor)
        params = tuple(value_of(param, now, given, connection) for param in written.params)
        compiler = copy.copy(written.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_args, **_more: (written.sql, params)
        rows = written.rows.all()
        rows.query.get_compiler = lambda *_args, **_more: compiler  # type: ignore[method-assign]
        return list(rows)

    def _write(self, vendor: str) -> Written:
        connection = next(each for each in connections.all() if each.vendor == vendor)
        rows = self.build()
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        compiler.connection = None  # each thread has its own
        return Written(rows, compiler, sql, tuple(params))
