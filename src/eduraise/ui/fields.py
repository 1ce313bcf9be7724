"""Fields of our forms, and what is said of them."""

from __future__ import annotations

from typing import Any

from django import forms


def unmarked[Field: forms.Field](field: Field) -> Field:
    """The same field, which must be filled in or not as others are: “optional” beside it would mislead."""
    field.unmarked = True  # type: ignore[attr-defined]
    return field


class _ByName:
    def label_from_instance(self, obj: Any) -> str:
        """The name alone."""
        return str(obj.name)


class PersonField(_ByName, forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """One of several people, by name."""


class PeopleField(_ByName, forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the same
    """Several of them."""
