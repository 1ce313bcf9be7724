"""The set-up page's forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.core.errors import DomainError
from eduraise.ui.fields import PersonField, unmarked
from eduraise.ui.widgets import Segmented
from eduraise.zoom import api, credentials
from eduraise.zoom.credentials import Trial
from eduraise.zoom.enums import Plan

REFUSALS = {
    Trial.REFUSED: _(
        "Zoom does not accept this client ID with this client secret. Copy both again from the app at Zoom."
    ),
    Trial.WRONG_KIND: _("Zoom says this app is of another kind. Make a user-managed General app at Zoom."),
}


ACCOUNT_REFUSALS = {
    Trial.REFUSED: _(
        "Zoom does not accept these three together. Copy them again from the app at Zoom, and see that it is"
        " activated there."
    ),
    Trial.WRONG_KIND: _("Zoom says this app is of another kind. Make a Server-to-Server OAuth app at Zoom."),
}

WITHOUT: Mapping[str, Any] = {
    "ZOOM_CLIENT_ID": _("Without it nobody can connect."),
    "ZOOM_CLIENT_SECRET": _("Without it nobody can connect."),
    "ZOOM_WEBHOOK_SECRET": _("Without it no event from Zoom is believed; Zoom is read instead, later."),
}


class SecretsForm(forms.Form):
    """Credentials that the environment doesn't give; one that is left empty stays as it is.

    They are tried at Zoom as part of the validation; `trial` is what came of it, None if nothing was tried.
    """

    WITHOUT: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.trial: Trial | None = None
        self.locks = [(self.fields.pop(name).label, name) for name in credentials.fixed(list(self.fields))]
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if api.configured(name):
                field.help_text = gettext("Known and kept encrypted. Leave it empty to keep it.")
            else:
                field.help_text = str(self.WITHOUT.get(name, ""))

    def given(self) -> dict[str, str]:
        """What was typed."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def refuse(self, words: Mapping[Trial, Any], at: str) -> None:
        """Put Zoom's refusal beside the field that it most likely concerns."""
        if self.trial is not None and self.trial in words:
            self.add_error(at if at in self.fields else None, str(words[self.trial]))


class ClientForm(SecretsForm):
    """The app's credentials with which teachers connect."""

    WITHOUT = WITHOUT

    ZOOM_CLIENT_ID = unmarked(forms.CharField(label=_("Client ID"), required=False, max_length=200))
    ZOOM_CLIENT_SECRET = unmarked(
        forms.CharField(
            label=_("Client secret"), required=False, max_length=200, widget=forms.PasswordInput()
        )
    )

    def clean(self) -> dict[str, Any]:
        """Let Zoom judge the client before it is kept."""
        given = self.given()
        if self.errors or not given.keys() & set(credentials.CLIENT):
            return given
        client_id, client_secret = credentials.whole_with(given)
        if not client_id or not client_secret:
            missing = "ZOOM_CLIENT_SECRET" if client_id else "ZOOM_CLIENT_ID"
            self.add_error(missing, gettext("Zoom needs the client ID and the client secret together."))
            return given
        self.trial = credentials.try_at_zoom(client_id, client_secret)
        self.refuse(REFUSALS, "ZOOM_CLIENT_SECRET" if "ZOOM_CLIENT_SECRET" in given else "ZOOM_CLIENT_ID")
        return given


class WebhookForm(SecretsForm):
    """What the events' signatures are checked with."""

    WITHOUT = WITHOUT

    ZOOM_WEBHOOK_SECRET = unmarked(
        forms.CharField(
            label=_("Secret token of the event subscription"),
            required=False,
            max_length=400,
            widget=forms.PasswordInput(),
        )
    )


class CredentialsForm(WebhookForm, ClientForm):
    """Both at once."""

    field_order = ("ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET")


class AccountForm(SecretsForm):
    """The credentials of the server-to-server app, which answers for the whole account."""

    ZOOM_ACCOUNT_ID = unmarked(forms.CharField(label=_("Account ID"), required=False, max_length=64))
    ZOOM_S2S_CLIENT_ID = unmarked(forms.CharField(label=_("Client ID"), required=False, max_length=200))
    ZOOM_S2S_CLIENT_SECRET = unmarked(
        forms.CharField(
            label=_("Client secret"), required=False, max_length=200, widget=forms.PasswordInput()
        )
    )

    def clean(self) -> dict[str, Any]:
        """Let Zoom judge the app before it is kept."""
        given = self.given()
        if self.errors or not given:
            return given
        values = credentials.whole_with(given, api.ACCOUNT_NAMES)
        for name, value in zip(api.ACCOUNT_NAMES, values, strict=True):
            if not value:
                self.add_error(name, gettext("Zoom needs all three together."))
                return given
        self.trial = credentials.try_account(*values)
        self.refuse(ACCOUNT_REFUSALS, "ZOOM_S2S_CLIENT_SECRET")
        return given


class HostEmailForm(forms.Form):
    """A Zoom user of the organisation's account, by e-mail."""

    email = forms.EmailField(label=_("E-mail address at Zoom"), max_length=254)

    def add_problem(self, problem: DomainError) -> None:
        """Put what was refused beside its field."""
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class TeacherEmailForm(HostEmailForm):
    """Whose Zoom user that is."""

    teacher = PersonField(label=_("Teacher"), queryset=User.objects.none())
    field_order = ("teacher", "email")

    def __init__(self, *args: Any, teachers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = teachers  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """What plan a Zoom account has."""

    plan = forms.ChoiceField(label=_("Plan"), choices=Plan.choices, widget=Segmented())
