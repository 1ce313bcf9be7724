"""A material to add."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.programs.enums import (
    Audience,
    MaterialKind,
)
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import Segmented


class MaterialForm(forms.Form):
    """A text, a link or a file."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=MaterialKind.choices, widget=Segmented(), initial="link"
    )
    url = unmarked(forms.CharField(label=gettext_lazy("Address"), required=False, max_length=500))
    text = unmarked(
        forms.CharField(
            label=gettext_lazy("Text"),
            required=False,
            max_length=10000,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    )
    file = unmarked(forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=False))
    visible_to = forms.ChoiceField(
        label=gettext_lazy("For"), choices=Audience.choices, widget=Segmented(), initial="students"
    )


class ResourceForm(MaterialForm):
    """The same for one teacher alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["visible_to"]
