"""A table of people, pasted or brought as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.programs.models import Program
from eduraise.programs.tables import read_table
from eduraise.ui.pasting import PasteTableForm


class ImportForm(PasteTableForm):
    """One table of people, and the program of lines that name none."""

    text_help = gettext_lazy("Name, e-mail, role, program code: one person a line.")
    file_help = gettext_lazy("At most 2,000 lines and 1 MB.")

    program = forms.ModelChoiceField(
        label=gettext_lazy("Program of lines that name none"),
        queryset=Program.objects.unarchived().order_by("code_key"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("None: they are only invited"),
    )

    def clean(self) -> dict[str, Any]:
        """`table` and `file_name`, beside what was typed."""
        return self.clean_with("table", read_table)

    def values(self) -> dict[str, Any]:
        """What `check_import` takes."""
        return {name: self.cleaned_data[name] for name in ("table", "file_name", "program")}
