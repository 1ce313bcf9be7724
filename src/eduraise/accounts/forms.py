"""What people type about themselves and others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import Role, User
from eduraise.accounts.queries import STATES
from eduraise.accounts.validators import EMAIL_LONGEST, NAME_LONGEST, clean_name
from eduraise.accounts.zones import find_zone, offered_zones
from eduraise.core.errors import DomainError
from eduraise.ui.widgets import ChoiceCards, Segmented

#: A theme's name in the form, where "" would be no answer.
AS_DEVICE = "device"


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
        # one that is refused for itself is compared all the same, so that all is said at once
        first = self.data.get(self.add_prefix("password"))
        if first and "again" in typed and first != typed["again"]:
            self.add_error("again", _("The two passwords differ. Type the same twice."))
        return typed

    def chosen(self) -> dict[str, str]:
        """What `accept_invitation` takes."""
        return {field: self.cleaned_data[field] for field in ("name", "password", "zone")}


class ProfileForm(forms.Form):
    """What a person says about herself."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("By its city, such as Madrid. All times are shown by it."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language"))
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[(value or AS_DEVICE, label) for value, label in User.Theme.choices],
        widget=Segmented,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        initial = {field: getattr(person, field) for field in ("name", "zone", "language", "theme")}
        initial["theme"] = person.theme or AS_DEVICE
        super().__init__(*args, **({"initial": initial} | kwargs))
        # one in use stays on offer, though its translation be gone
        known = dict(settings.LANGUAGES) | {person.language: get_language_info(person.language)["name_local"]}
        self.fields["language"].choices = list(known.items())  # type: ignore[attr-defined]
        if len(known) == 1:
            self.fields["language"].widget = forms.HiddenInput()

    def clean_zone(self) -> str:
        """The zone's name, however its city was typed."""
        zone = find_zone(self.cleaned_data["zone"])
        if zone is None:
            raise ValidationError(
                _("No zone has this name. Choose one from the list, such as Europe/Madrid.")
            )
        return zone

    def clean_theme(self) -> str:
        """The theme as it is stored."""
        theme: str = self.cleaned_data["theme"]
        return "" if theme == AS_DEVICE else theme

    @property
    def zones(self) -> tuple[str, ...]:
        """What to choose from."""
        return offered_zones()


class InviteForm(forms.Form):
    """One person to invite."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail"), max_length=EMAIL_LONGEST, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_("Role"),
        initial=Role.STUDENT,
        choices=[(role.value, role.label) for role in (Role.STUDENT, Role.TEACHER, Role.ADMIN)],
        widget=ChoiceCards(
            {
                Role.STUDENT: _("Joins classes. Enrol them in a program next."),
                Role.TEACHER: _("Books and holds classes. Assign them to a program next."),
                Role.ADMIN: _("May do everything here."),
            }
        ),
    )


class CorrectionForm(forms.Form):
    """A person's name, and her address while she has not joined."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=EMAIL_LONGEST,
        help_text=_("A new link goes there; the one that went to the old address is void."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        initial = {"name": person.name, "email": person.email}
        super().__init__(*args, **({"initial": initial} | kwargs))
        if not person.is_invited:
            del self.fields["email"]


@dataclass(frozen=True)
class PeopleFilter:
    """What a list of people is narrowed to; unknown values narrow nothing."""

    text: str = ""
    role: str = ""
    state: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> PeopleFilter:
        """From the address."""
        role, state = query.get("role", ""), query.get("state", "")
        return cls(
            text="".join(letter for letter in query.get("q", "") if letter.isprintable()).strip()[:100],
            role=role if role in Role.values else "",
            state=state if state in STATES else "",
        )

    @property
    def is_on(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text or self.role or self.state)
