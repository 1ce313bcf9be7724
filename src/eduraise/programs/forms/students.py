"""Whom to enrol."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.queries import find_by_email
from eduraise.programs.forms.timetable import NO_DATE
from eduraise.ui.widgets import DateInput

MOST_AT_ONCE = 50


class EnrolForm(forms.Form):
    """One or several people, a line each: `Name, address`, or an address that is known here."""

    people = forms.CharField(
        label=gettext_lazy("Students"),
        help_text=gettext_lazy("One a line: Nora Castell, nora@example.org. Who is new here is invited."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20000,
    )
    since_on = forms.DateField(
        label=gettext_lazy("They attend since"),
        help_text=gettext_lazy(
            "Left empty: from now on. An earlier day counts for the attendance of the classes since then."
        ),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_since_on(self) -> date | None:
        """Nobody is enrolled ahead of time."""
        since: date | None = self.cleaned_data["since_on"]
        if since is not None and since > self.today:
            raise forms.ValidationError(_("Give a day that has come, or none."))
        return since

    def clean_people(self) -> list[tuple[str, str]]:
        """(name, address) of each line; every line that can't be read is named."""
        lines = [line.strip() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        if len(lines) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most 50 at once. Use the import for more."))
        found: list[tuple[str, str]] = []
        problems: list[str] = []
        for number, line in enumerate(lines, 1):
            try:
                found.append(_read(line))
            except forms.ValidationError as problem:
                words = {"number": number, "problem": problem.messages[0]}
                problems.append(_("Line %(number)d: %(problem)s") % words)
        if problems:
            raise forms.ValidationError(problems)
        return found


def _read(line: str) -> tuple[str, str]:
    """(name, address) of one line: `Name, address`, or an address that is known here."""
    name, _comma, address = line.replace(";", ",").rpartition(",")
    try:
        address = forms.EmailField().clean(address.strip())
    except forms.ValidationError as problem:
        words = _("“%(line)s” has no e-mail address.") % {"line": line[:60]}
        raise forms.ValidationError(words) from problem
    known = find_by_email(address)
    if not name.strip() and known is None:
        raise forms.ValidationError(
            _("nobody here has %(address)s. Write the name before it.") % {"address": address}
        )
    return known.name if known else name.strip()[:150], address
