"""Which kinds of mail a person wants."""

from __future__ import annotations

from typing import Any

from django import forms

from eduraise.accounts.models import User
from eduraise.notifications.queries import mail_choices


class MailChoicesForm(forms.Form):
    """A box for each kind of mail that may be turned off."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = mail_choices(person)
        for kind, wanted in self.kinds:
            self.fields[kind.name] = forms.BooleanField(label=str(kind.label), required=False, initial=wanted)

    def wanted(self) -> dict[str, bool]:
        """By kind whether its mails are wanted."""
        return {kind.name: self.cleaned_data[kind.name] for kind, _wanted in self.kinds}
