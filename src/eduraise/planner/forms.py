"""What is typed for a plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eduraise.planner.sourcing import term_of
from eduraise.programs.models import Program


class TermForm(forms.Form):
    """From which day until which a timetable is to be planned."""

    first_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, program: Program, now: datetime) -> None:
        first, last = term_of(program, now)
        super().__init__(data, initial={"first_on": first, "last_on": last})

    def clean(self) -> dict[str, Any]:
        """The last day isn't before the first."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_on"), cleaned.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day must not be before the first."))
        return cleaned
