"""The set-up page's forms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from eduraise.ui.widgets import Segmented
from eduraise.zoom.enums import Plan

CREDENTIALS = ("ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET")


class CredentialsForm(forms.Form):
    """The app's credentials; a secret that is left empty stays as it is."""

    ZOOM_CLIENT_ID = forms.CharField(label=_("Client ID"), required=False, max_length=200)
    ZOOM_CLIENT_SECRET = forms.CharField(
        label=_("Client secret"), required=False, max_length=200, widget=forms.PasswordInput()
    )
    ZOOM_WEBHOOK_SECRET = forms.CharField(
        label=_("Secret token of the event subscription"),
        required=False,
        max_length=400,
        widget=forms.PasswordInput(),
    )


class PlanForm(forms.Form):
    """What plan a Zoom account has."""

    plan = forms.ChoiceField(label=_("Plan"), choices=Plan.choices, widget=Segmented())
