"""What forms say of what is typed, in our words instead of the framework's: plain, and saying what to do."""

from __future__ import annotations

from django import forms
from django.core import validators
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

CHOOSE = _("Choose one of those shown.")
FIELDS: dict[type[forms.Field], dict[str, str | Promise]] = {
    forms.Field: {"required": _("This can’t be empty.")},
    forms.IntegerField: {"invalid": _("Give a whole number.")},
    forms.DateField: {"invalid": _("Give a date, such as 2026-12-02.")},
    forms.TimeField: {"invalid": _("Give a time, such as 18:00.")},
    forms.URLField: {"invalid": _("Give an address that begins with https://.")},
    forms.ChoiceField: {"invalid_choice": CHOOSE},
    forms.MultipleChoiceField: {"invalid_choice": CHOOSE},
}
VALIDATORS: dict[type[validators.BaseValidator] | type[validators.EmailValidator], str | Promise] = {
    validators.MaxLengthValidator: ngettext_lazy(
        "One letter at most; there are %(show_value)d.",
        "%(limit_value)d letters at most; there are %(show_value)d.",
        "limit_value",
    ),
    validators.MinValueValidator: _("%(limit_value)s at least."),
    validators.MaxValueValidator: _("%(limit_value)s at most."),
    validators.EmailValidator: _("Give an e-mail address, such as nora@example.org."),
}


def speak_plainly() -> None:
    """Give the framework's fields and checks our words. Call it before forms are read in: fields take their
    words along when they are made."""
    for field, words in FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}  # type: ignore[dict-item]
    for validator, message in VALIDATORS.items():
        validator.message = message  # type: ignore[assignment]
