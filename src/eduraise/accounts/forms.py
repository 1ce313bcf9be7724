"""What people type about themselves and others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.accounts.validators import NAME_LONGEST, clean_name
from eduraise.core.errors import DomainError


class NameField(forms.CharField):
    """A person's name, on one line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Name"))
        super().__init__(max_length=NAME_LONGEST, **kwargs)

    def clean(self, value: Any) -> str:
        """The tidy name, or what is wrong with it."""
        typed = super().clean(value)
        try:
            return clean_name(typed) if typed else ""
        except DomainError as problem:
            raise ValidationError(problem.message, code=problem.code) from None


class TakeUpForm(forms.Form):
    """A name and an own password, for an account that waits to be taken up."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        help_text=_("At least 12 characters. Four words in a row are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-browser-zone": ""}))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **({"initial": {"name": person.name}} | kwargs))
        self.person = person

    def clean_password(self) -> str:
        """The password, if it is hard enough to guess for somebody who knows her name and address."""
        password: str = self.cleaned_data["password"]
        self.person.name = self.cleaned_data.get("name") or self.person.name
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        typed = self.cleaned_data
        if "password" in typed and "again" in typed and typed["password"] != typed["again"]:
            self.add_error("again", _("The two passwords differ. Type the same twice."))
        return typed

    def chosen(self) -> dict[str, str]:
        """What `accept_invitation` takes."""
        return {field: self.cleaned_data[field] for field in ("name", "password", "zone")}
