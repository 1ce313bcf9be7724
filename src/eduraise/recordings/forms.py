"""What is typed about recordings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.recordings.enums import Audience, Keeps
from eduraise.recordings.models import RecordingRules
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import ChoiceCards


class RulesForm(forms.Form):
    """A program's rules for its recordings, and which version of them the person saw."""

    seen_by = forms.ChoiceField(
        label=gettext_lazy("Who watches recordings"),
        choices=Audience.choices,
        widget=ChoiceCards(
            {
                Audience.NOBODY: gettext_lazy("Only who manages them, until one is shown by hand."),
                Audience.ENROLLED: gettext_lazy("Whoever is enrolled when she opens it."),
                Audience.PRESENT: gettext_lazy("Enrolled students who attended that class."),
                Audience.TEACHERS: gettext_lazy("The program’s teachers and assistants, no students."),
            }
        ),
    )
    after_review = forms.BooleanField(
        label=gettext_lazy("Only after somebody has looked at it"),
        help_text=gettext_lazy("Until then a new recording is hidden, here and at Zoom."),
        required=False,
    )
    may_download = forms.BooleanField(
        label=gettext_lazy("Students may download them"),
        help_text=gettext_lazy("What is downloaded can’t be taken back."),
        required=False,
    )
    keeps = forms.ChoiceField(
        label=gettext_lazy("How long they stay at Zoom"),
        choices=Keeps.choices,
        widget=ChoiceCards(
            {
                Keeps.KEEP: gettext_lazy("Until somebody deletes them. Zoom’s storage fills up."),
                Keeps.DELETE: gettext_lazy("Teachers are warned a week before; then they can keep one."),
                Keeps.COPY: gettext_lazy("Nothing is deleted before its copy was checked byte by byte."),
            }
        ),
    )
    keep_days = unmarked(
        forms.IntegerField(
            label=gettext_lazy("After how many days"),
            required=False,
            min_value=1,
            max_value=3650,
        )
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, rules: RecordingRules) -> None:
        names = ("seen_by", "after_review", "may_download", "keeps", "keep_days", "version")
        super().__init__(data, initial={name: getattr(rules, name) for name in names})

    def clean(self) -> dict[str, Any]:
        """Days where something is to be deleted."""
        typed = super().clean() or {}
        is_without = typed.get("keeps") in (Keeps.DELETE, Keeps.COPY) and not typed.get("keep_days")
        if is_without and "keep_days" not in self.errors:
            self.add_error("keep_days", gettext_lazy("Say after how many days: 1 to 3650."))
        return typed


class AttachForm(forms.Form):
    """A recording that is added to a class."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    file = unmarked(
        forms.FileField(
            label=gettext_lazy("File"),
            required=False,
            allow_empty_file=False,
        )
    )
    link = unmarked(
        forms.URLField(
            label=gettext_lazy("Or an address"),
            required=False,
            max_length=500,
            assume_scheme="https",
            help_text=gettext_lazy("Whoever has such a link may open it: only the file is guarded here."),
        )
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        words = _("Video or sound: mp4, m4v, webm, m4a, mp3; %(n)d MB at most.")
        self.fields["file"].help_text = words % {"n": settings.RECORDING_UPLOAD_MB}
