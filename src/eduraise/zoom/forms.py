"""The set-up page's forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eduraise.ui.fields import unmarked
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


WITHOUT = {
    "ZOOM_CLIENT_ID": _("Without it nobody can connect."),
    "ZOOM_CLIENT_SECRET": _("Without it nobody can connect."),
    "ZOOM_WEBHOOK_SECRET": _("Without it no event from Zoom is believed; Zoom is read instead, later."),
}


class CredentialsForm(forms.Form):
    """The app's credentials that the environment doesn't give; one that is left empty stays as it is.

    They are tried at Zoom as part of the validation; `trial` is what came of it, None if nothing was tried.
    """

    ZOOM_CLIENT_ID = unmarked(forms.CharField(label=_("Client ID"), required=False, max_length=200))
    ZOOM_CLIENT_SECRET = unmarked(
        forms.CharField(
            label=_("Client secret"), required=False, max_length=200, widget=forms.PasswordInput()
        )
    )
    ZOOM_WEBHOOK_SECRET = unmarked(
        forms.CharField(
            label=_("Secret token of the event subscription"),
            required=False,
            max_length=400,
            widget=forms.PasswordInput(),
        )
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.trial: Trial | None = None
        self.locks = [(self.fields.pop(name).label, name) for name in credentials.fixed()]
        for name, field in self.fields.items():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
            if api.configured(name):
                field.help_text = gettext("Known and kept encrypted. Leave it empty to keep it.")
            else:
                field.help_text = str(WITHOUT[name])

    def clean(self) -> dict[str, Any]:
        """Let Zoom judge the client before it is kept."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if self.errors or not given.keys() & set(credentials.CLIENT):
            return given
        client_id, client_secret = credentials.client_with(given)
        if not client_id or not client_secret:
            missing = "ZOOM_CLIENT_SECRET" if client_id else "ZOOM_CLIENT_ID"
            self.add_error(missing, gettext("Zoom needs the client ID and the client secret together."))
            return given
        self.trial = credentials.try_at_zoom(client_id, client_secret)
        if self.trial in REFUSALS:
            at = "ZOOM_CLIENT_SECRET" if "ZOOM_CLIENT_SECRET" in given else "ZOOM_CLIENT_ID"
            self.add_error(at, str(REFUSALS[self.trial]))
        return given


class PlanForm(forms.Form):
    """What plan a Zoom account has."""

    plan = forms.ChoiceField(label=_("Plan"), choices=Plan.choices, widget=Segmented())
