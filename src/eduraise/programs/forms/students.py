"""Whom to enrol."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.queries import find_by_email

MOST_AT_ONCE = 50


class EnrolForm(forms.Form):
    """One or several people, a line each: `Name, address`, or an address that is known here."""

    people = forms.CharField(
        label=gettext_lazy("Students"),
        help_text=gettext_lazy("One a line: Nora Castell, nora@example.org. Who is new here is invited."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20000,
    )

    def clean_people(self) -> list[tuple[str, str]]:
        """(name, address) of each line; a line that can't be read is named."""
        found: list[tuple[str, str]] = []
        check = forms.EmailField()
        lines = [line.strip() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        if len(lines) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most 50 at once. Use the import for more."))
        for number, line in enumerate(lines, 1):
            name, _comma, address = line.replace(";", ",").rpartition(",")
            try:
                address = check.clean(address.strip())
            except forms.ValidationError as problem:
                raise forms.ValidationError(
                    _("Line %(number)d has no e-mail address: %(line)s")
                    % {"number": number, "line": line[:60]}
                ) from problem
            known = find_by_email(address)
            if not name.strip() and known is None:
                raise forms.ValidationError(
                    _("Line %(number)d: nobody here has %(address)s. Write the name before it.")
                    % {"number": number, "address": address}
                )
            found.append((known.name if known else name.strip()[:150], address))
        return found
