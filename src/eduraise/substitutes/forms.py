"""Forms of substitutions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes.texts import MESSAGE_LONGEST
from eduraise.core.errors import DomainError
from eduraise.substitutes.candidates import Candidate


class FindForm(forms.Form):
    """Whom to ask, or to put on the class, with a word to her."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("A word to whoever you ask"),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        self.problems: dict[str, str] = {}

    @property
    def is_assigning(self) -> bool:
        """Whether somebody is to be put on it without asking."""
        return "assign" in self.data

    def clean(self) -> dict[str, Any]:
        """Somebody who was shown must be chosen."""
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = self.data.get("assign") or self.data.get("ask")
        cleaned["teacher"] = next(
            (one.person for one in self.candidates if str(one.person.uid) == chosen), None
        )
        if cleaned["teacher"] is None:
            self.add_error(None, forms.ValidationError(gettext_lazy("Choose who is to take it.")))
        return cleaned

    @property
    def chosen(self) -> User:
        """Who was chosen; only after `is_valid`."""
        teacher: User = self.cleaned_data["teacher"]
        return teacher

    def add_problem(self, problem: DomainError) -> None:
        """Put a refusal beside the one whom it concerns; a change meanwhile concerns the whole form."""
        if problem.field in ("teacher", "time", "starts_at"):
            self.problems[str(self.chosen.uid)] = str(problem.message)
        else:
            self.add_error("note" if problem.field == "message" else None, problem.message)


class AnswerForm(forms.Form):
    """Yes, or no and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("If you can’t: why?"),
        help_text=gettext_lazy("For whoever asks you, and nobody else."),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)

    def add_problem(self, problem: DomainError) -> None:
        """Put a refusal at what it concerns."""
        self.add_error("reason" if problem.field == "message" else None, problem.message)
