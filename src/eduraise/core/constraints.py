"""Constraints that one database has and the other has not."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Func


class TsTzRange(Func):
    """The half-open range of two instants: classes that touch don't overlap."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class NoOverlap(ExclusionConstraint):
    """An exclusion constraint on PostgreSQL; nothing elsewhere.

    On SQLite the one function that writes the rows checks the same inside an IMMEDIATE transaction.
    """

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The constraint's SQL, or None off PostgreSQL."""
        if schema_editor is None or schema_editor.connection.vendor != "postgresql":
            return None
        return super().constraint_sql(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """SQL that adds it, or None off PostgreSQL."""
        if schema_editor is None or schema_editor.connection.vendor != "postgresql":
            return None
        return super().create_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """SQL that drops it, or None off PostgreSQL."""
        if schema_editor is None or schema_editor.connection.vendor != "postgresql":
            return None
        return super().remove_sql(model, schema_editor)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Validate on PostgreSQL only."""
        from django.db import connections

        if connections[using].vendor == "postgresql":
            super().validate(model, instance, exclude=exclude, using=using)
