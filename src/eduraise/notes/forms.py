"""What is typed for whoever teaches next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.core.errors import DomainError
from eduraise.notes.actions import NoteChanged
from eduraise.notes.models import Note
from eduraise.ui.fields import unmarked


class NoteForm(forms.Form):
    """A note; for one that is there, which version of it the person saw."""

    text = unmarked(
        forms.CharField(
            label=gettext_lazy("For whoever teaches the next class"),
            # the action refuses what is empty or too long, so that nothing is cut in silence
            required=False,
            strip=False,
            help_text=gettext_lazy(
                "Where you stopped, what to repeat, who needs help. The program’s teachers read it, "
                "students never."
            ),
            widget=forms.Textarea(attrs={"rows": 6}),
        )
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, data: Any, *, note: Note | None = None) -> None:
        super().__init__(data, initial={"text": note.text, "version": note.version} if note else None)

    def add_problem(self, problem: DomainError) -> None:
        """Put a refusal at its field; of a change meanwhile, let it be saved knowingly."""
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        if isinstance(problem, NoteChanged):
            self.data = {**self.data.dict(), "version": str(problem.version)}  # type: ignore[attr-defined]
