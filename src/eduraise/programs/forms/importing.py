"""A table of people, pasted or brought as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.core.spreadsheets import MOST_BYTES, TableUnreadable
from eduraise.programs.models import Program
from eduraise.programs.tables import read_table
from eduraise.ui.pasting import PasteForm


class ImportForm(PasteForm):
    """One table of people, and the program of lines that name none."""

    most_bytes = MOST_BYTES
    file_kinds = ".csv,.tsv,.txt,text/csv,text/plain"
    text_label = gettext_lazy("Paste the table")
    text_help = gettext_lazy("Name, e-mail, role, program code: one person a line.")
    file_label = gettext_lazy("Or bring a CSV file")
    file_help = gettext_lazy("At most 2,000 lines and 1 MB.")
    said_of_both = gettext_lazy("Paste a table or bring a file, not both.")
    said_of_neither = gettext_lazy("Paste the table here, or choose a file below.")

    program = forms.ModelChoiceField(
        label=gettext_lazy("Program of lines that name none"),
        queryset=Program.objects.unarchived().order_by("code_key"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("None: they are only invited"),
    )

    def read(self, field: str, content: bytes | str, name: str) -> dict[str, Any]:
        """`table` and `file_name`."""
        try:
            return {"table": read_table(content), "file_name": name}
        except TableUnreadable as problem:
            self.add_error(field, problem.message)
            return {}

    def values(self) -> dict[str, Any]:
        """What `check_import` takes."""
        return {name: self.cleaned_data[name] for name in ("table", "file_name", "program")}
