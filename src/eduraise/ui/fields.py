"""What our forms say of their fields."""

from __future__ import annotations

from django import forms


def unmarked[Field: forms.Field](field: Field) -> Field:
    """The same field, which must be filled in or not as others are: “optional” beside it would mislead."""
    field.unmarked = True  # type: ignore[attr-defined]
    return field
