"""SQL that is written once.

For each query the ORM writes every expression into SQL anew. Of a rule made of twenty subqueries that takes
several times as long as the database takes to answer. What `Prepared` holds is written by the ORM as ever,
but once for each kind of database; a query then only fills in its own columns, the hour and the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import BigIntegerField, DateTimeField, Expression, F, Field, Lookup, Model, QuerySet
from django.db.utils import DEFAULT_DB_ALIAS

# What the ORM calls the tables of a subquery, and what became of that in a text that was put into this one.
# In a query that is a subquery itself it would call its own so
ALIAS = re.compile(r"\b(?:prepared_)*[A-Z]{1,2}\d+\b")


class Hour(Expression):
    """The instant for which a prepared expression will be asked, or one so long after it."""

    def __init__(self, after: timedelta = timedelta()) -> None:
        super().__init__(output_field=DateTimeField())
        self.after = after

    def __add__(self, more: timedelta) -> Hour:  # type: ignore[override]
        """As of an instant."""
        return Hour(self.after + more)

    def __sub__(self, less: timedelta) -> Hour:  # type: ignore[override]
        """As of an instant."""
        return Hour(self.after - less)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A parameter that stands for itself until it is filled in."""
        return "%s", [self]


class Given(Expression):
    """A key, or another value, that a prepared expression is asked for, by its name."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A parameter that stands for itself until it is filled in."""
        return "%s", [self]


@dataclass(frozen=True)
class Text:
    """One expression in SQL: the pieces between the columns, the columns by their paths, the parameters."""

    pieces: tuple[str, ...]
    columns: tuple[str, ...]
    params: tuple[Any, ...]
    output_field: Field[Any, Any]


class Prepared[Row: Model]:
    """Expressions over the rows of a model, written once.

    build: adds them, by names, to a queryset; wherever it needs the present hour it puts `Hour`, and for what
    differs from one question to the next `Given`. What was prepared elsewhere it may use: `now` is then the
    `Hour`, and what is given a `Given`.
    reads: the paths of all columns of the row and its relations that they read.
    """

    def __init__(
        self, model: type[Row], build: Callable[[QuerySet[Row]], QuerySet[Row]], reads: Iterable[str]
    ) -> None:
        self.model, self.build, self.reads = model, build, tuple(reads)
        self.texts = cache(self._write)

    def at(self, now: datetime | Hour, *names: str, **given: Any) -> dict[str, Any]:
        """Those of these names, as of `now`, to be annotated."""
        return {name: Filled(self, name, now, **given) for name in names}

    def one(self, now: datetime | Hour, name: str, **given: Any) -> Any:
        """One of them that is true or false, to be filtered by."""
        return Holds(Filled(self, name, now, **given))

    def _write(self, vendor: str) -> Mapping[str, Text]:
        connection = next(each for each in connections.all() if each.vendor == vendor)
        query = self.build(self.model._base_manager.all()).query
        compiler = query.get_compiler(connection=connection)
        paths = {compiler.compile(F(path).resolve_expression(query))[0]: path for path in self.reads}
        outer = "|".join(re.escape(connection.ops.quote_name(alias)) for alias in query.alias_map)
        column = re.compile(rf"(?:{outer})\.{connection.ops.quote_name('X').replace('X', r'\w+')}")
        return {
            name: _text(compiler.compile(expression), expression.output_field, column, paths)
            for name, expression in query.annotation_select.items()
        }


def _text(
    compiled: tuple[str, Iterable[Any]], output_field: Any, column: re.Pattern[str], paths: Mapping[str, str]
) -> Text:
    sql, params = compiled
    found = column.findall(sql)
    if unknown := set(found) - set(paths):
        raise LookupError(f"a prepared expression reads more than it says: {', '.join(sorted(unknown))}")
    pieces = tuple(ALIAS.sub(r"prepared_\g<0>", piece) for piece in column.split(sql))
    return Text(pieces, tuple(paths[each] for each in found), tuple(params), output_field)


class Filled(Expression):
    """A prepared expression in a query: its columns are the query's own, its hour is known."""

    def __init__(self, prepared: Prepared[Any], name: str, now: datetime | Hour, **given: Any) -> None:
        self.text = prepared.texts(connections[DEFAULT_DB_ALIAS].vendor)[name]
        super().__init__(output_field=self.text.output_field)
        self.now, self.given = now, given
        self.columns: dict[str, Any] = {path: F(path) for path in self.text.columns}

    def get_source_expressions(self) -> list[Any]:
        """The columns."""
        return list(self.columns.values())

    def set_source_expressions(self, exprs: Any) -> None:
        """The same, as the query has them."""
        self.columns = dict(zip(self.columns, exprs, strict=True))

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The text with this query's columns and hour."""
        columns = {path: compiler.compile(column)[0] for path, column in self.columns.items()}
        filled = [self.text.pieces[0]]
        for path, piece in zip(self.text.columns, self.text.pieces[1:], strict=True):
            filled += (columns[path], piece)
        values = [value_of(param, self.now, self.given, connection) for param in self.text.params]
        return f"({''.join(filled)})", values


def value_of(param: Any, now: datetime | Hour, given: Mapping[str, Any], connection: Any) -> Any:
    """What stands for a parameter of a prepared text when it is asked."""
    if isinstance(param, Given):
        return given[param.name]
    if isinstance(param, Hour):
        moment = now + param.after
        return moment if isinstance(moment, Hour) else connection.ops.adapt_datetimefield_value(moment)
    return param


class Holds(Lookup):
    """A prepared condition as it stands. Compared with true, as the ORM would on SQLite, it would hide from
    the planner what it is, and be worked out to its end for each row."""

    lookup_name = "holds"
    prepare_rhs = False

    def __init__(self, lhs: Filled, rhs: bool = True) -> None:
        super().__init__(lhs, rhs)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The condition's own text."""
        return compiler.compile(self.lhs)
