"""A teacher's part in a program, and what she teaches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.programs.enums import (
    Permission,
    Preset,
)
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import PillsMultiple, Segmented

LONGEST_SUBJECT = 80


class PartForm(forms.Form):
    """What a teacher may do in a program and what is expected of her."""

    preset = forms.ChoiceField(
        label=gettext_lazy("As"), choices=Preset.choices, widget=Segmented(), initial=Preset.TEACHER
    )
    own = forms.BooleanField(
        label=gettext_lazy("Choose single permissions instead of the usual ones"), required=False
    )
    permissions = unmarked(
        forms.MultipleChoiceField(
            label=gettext_lazy("Permissions"),
            choices=Permission.choices,
            required=False,
            widget=PillsMultiple(),
        )
    )
    expectations = forms.CharField(
        label=gettext_lazy("What you expect"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The teacher is told at once, with these words."),
    )

    def values(self) -> dict[str, Any]:
        """What to save, but for the person."""
        data = self.cleaned_data
        return {
            "preset": data["preset"],
            "permissions": data["permissions"] if data["own"] else None,
            "expectations": data["expectations"],
        }


class AssignForm(PartForm):
    """Whom to put on a program, and as what."""

    person = forms.UUIDField(
        label=gettext_lazy("Teacher"),
        widget=forms.HiddenInput(),
        error_messages={"required": gettext_lazy("Choose a teacher.")},
    )


class AssignmentForm(PartForm):
    """A part that somebody has already; version: as the person saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput())

    def values(self) -> dict[str, Any]:
        """What to save."""
        return super().values() | {"seen_version": self.cleaned_data["version"]}


class ProfileForm(forms.Form):
    """What a person teaches, and how much."""

    subjects = forms.CharField(
        label=gettext_lazy("Subjects"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Separated by commas: Algebra, Physics"),
    )
    weekly_hours = forms.IntegerField(
        label=gettext_lazy("Hours a week at most"), required=False, min_value=1, max_value=60
    )

    def clean_subjects(self) -> list[str]:
        """The subjects one by one, none of them too long."""
        subjects = [part.strip() for part in self.cleaned_data["subjects"].split(",") if part.strip()]
        if any(len(one) > LONGEST_SUBJECT for one in subjects):
            raise forms.ValidationError(_("A subject can have 80 letters at most. Part them by commas."))
        return subjects

    def values(self) -> dict[str, Any]:
        """What to save."""
        hours = self.cleaned_data["weekly_hours"]
        return {
            "subjects": self.cleaned_data["subjects"],
            "weekly_minutes": hours * 60 if hours else None,
        }
