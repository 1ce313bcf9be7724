"""A table of people, pasted or brought as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.core.spreadsheets import MOST_BYTES, TableUnreadable
from eduraise.programs.models import Program
from eduraise.programs.tables import Table, read_table
from eduraise.ui.fields import unmarked


class ImportForm(forms.Form):
    """One table: as text or as a file, not both; and the program of lines that name none."""

    # no maxlength: a browser would cut what is pasted and say nothing
    text = unmarked(
        forms.CharField(
            label=gettext_lazy("Paste the table"),
            required=False,
            strip=False,
            help_text=gettext_lazy("Name, e-mail, role, program code: one person a line."),
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        )
    )
    file = unmarked(
        forms.FileField(
            label=gettext_lazy("Or bring a CSV file"),
            required=False,
            allow_empty_file=True,
            help_text=gettext_lazy("At most 2,000 lines and 1 MB."),
            widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        )
    )
    program = forms.ModelChoiceField(
        label=gettext_lazy("Program of lines that name none"),
        queryset=Program.objects.unarchived().order_by("code_key"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("None: they are only invited"),
    )

    def clean(self) -> dict[str, Any]:
        """`table` and `file_name`, beside what was typed."""
        typed: dict[str, Any] = self.cleaned_data
        file, text = typed.get("file"), typed.get("text", "")
        if self.errors:
            return typed
        if file and text.strip():
            self.add_error("file", _("Paste a table or bring a file, not both."))
        elif file:
            typed["table"], typed["file_name"] = self._read("file", _content(file)), file.name
        elif text.strip():
            typed["table"], typed["file_name"] = self._read("text", text), ""
        else:
            self.add_error("text", _("Paste the table here, or choose a file below."))
        return typed

    def _read(self, field: str, content: bytes | str) -> Table | None:
        try:
            return read_table(content)
        except TableUnreadable as problem:
            self.add_error(field, problem.message)
            return None

    def values(self) -> dict[str, Any]:
        """What `check_import` takes."""
        return {name: self.cleaned_data[name] for name in ("table", "file_name", "program")}


def _content(file: Any) -> bytes:
    """What is in the file; of one that is too large no more than shows that it is."""
    content: bytes = file.read(MOST_BYTES + 1)
    return content
