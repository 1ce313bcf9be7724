"""The one order of names: a list that a database sorts and one that is sorted here are the same."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, Func
from django.db.models.expressions import Combinable

from eduraise.accounts.models import User


class _Letters(Func):
    """Text compared letter by letter, whatever the rules of the database's own language are."""

    template = "%(expressions)s"
    arity = 1
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL sorts by the language that it was set up with, unless it is told otherwise."""
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **more)


def by_name(path: str = "") -> tuple[Combinable, ...]:
    """What to order rows by: case and accents mean nothing, then the name as it is written, then who was here
    first. path: from the row to the person, such as `student__`."""
    return _Letters(f"{path}name_key"), _Letters(f"{path}name"), F(f"{path}pk")


def name_order(person: User) -> tuple[str, str, int]:
    """The same of people at hand, as a key."""
    return person.name_key, person.name, person.pk
