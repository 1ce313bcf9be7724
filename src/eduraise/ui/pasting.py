"""Something long that is pasted as text or brought as a file: a table, a list of days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from eduraise.core.spreadsheets import MOST_BYTES, TableUnreadable
from eduraise.ui.fields import unmarked


class Brought(NamedTuple):
    """What came: text as it was pasted, or a file's bytes. field: in which; name: the file's, "" of text."""

    field: str
    content: bytes | str
    name: str


class PasteForm(forms.Form):
    """A text or a file, not both. A form made of this says in its words what it takes, and reads `brought`.

    most_bytes: of a longer file no more is read than shows that it is too long.
    """

    most_bytes: ClassVar[int]
    file_kinds: ClassVar[str]
    text_label: ClassVar[str | Promise]
    text_help: ClassVar[str | Promise]
    file_label: ClassVar[str | Promise]
    file_help: ClassVar[str | Promise]
    said_of_both: ClassVar[str | Promise]
    said_of_neither: ClassVar[str | Promise]

    # no maxlength: a browser would cut what is pasted and say nothing
    text = unmarked(
        forms.CharField(
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        )
    )
    file = unmarked(forms.FileField(required=False, allow_empty_file=True))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text, file = self.fields["text"], self.fields["file"]
        text.label, text.help_text = str(self.text_label), str(self.text_help)
        file.label, file.help_text = str(self.file_label), str(self.file_help)
        file.widget.attrs["accept"] = self.file_kinds

    def brought(self) -> Brought | None:
        """What is to be read, for `clean`; None after an error beside its field."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if self.errors:
            return None
        if file and text.strip():
            self.add_error("file", str(self.said_of_both))
        elif file:
            return Brought("file", file.read(self.most_bytes + 1), file.name)
        elif text.strip():
            return Brought("text", text, "")
        else:
            self.add_error("text", str(self.said_of_neither))
        return None


class PasteTableForm(PasteForm):
    """A table."""

    most_bytes = MOST_BYTES
    file_kinds = ".csv,.tsv,.txt,text/csv,text/plain"
    text_label = gettext_lazy("Paste the table")
    file_label = gettext_lazy("Or bring a CSV file")
    said_of_both = gettext_lazy("Paste a table or bring a file, not both.")
    said_of_neither = gettext_lazy("Paste the table here, or choose a file below.")

    def clean_with(self, name: str, read: Callable[[bytes | str], object]) -> dict[str, Any]:
        """What is typed, with what `read` makes of the table under this name, and its `file_name`."""
        if brought := self.brought():
            try:
                self.cleaned_data |= {name: read(brought.content), "file_name": brought.name}
            except TableUnreadable as problem:
                self.add_error(brought.field, problem.message)
        return self.cleaned_data
