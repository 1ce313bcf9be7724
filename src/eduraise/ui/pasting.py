"""Something long that is pasted as text or brought as a file: a table, a list of days."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise

from eduraise.ui.fields import unmarked


class PasteForm(forms.Form):
    """A text or a file, not both. A form made of this says in its words what it takes, and reads it.

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

    def clean(self) -> dict[str, Any]:
        """What `read` makes of it, beside what was typed."""
        typed: dict[str, Any] = self.cleaned_data
        file, text = typed.get("file"), typed.get("text", "")
        if self.errors:
            return typed
        if file and text.strip():
            self.add_error("file", str(self.said_of_both))
        elif file:
            typed |= self.read("file", file.read(self.most_bytes + 1), file.name)
        elif text.strip():
            typed |= self.read("text", text, "")
        else:
            self.add_error("text", str(self.said_of_neither))
        return self.cleaned_data

    def read(self, field: str, content: bytes | str, name: str) -> dict[str, Any]:
        """The values that the content stands for, by their names; {} after an error beside the field.

        content: text as it was pasted, or a file's bytes. name: the file's, "" of pasted text.
        """
        raise NotImplementedError
