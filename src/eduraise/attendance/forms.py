"""What is typed about attendance: a program's rules, an excuse and its answer, why a register is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.attendance.correcting import LONGEST_WHY
from eduraise.attendance.enums import Clip, Of, Status
from eduraise.attendance.marking import Rules
from eduraise.attendance.rules import FIELDS
from eduraise.core.errors import DomainError
from eduraise.ui.fields import unmarked

PROMISE = gettext_lazy("Your teachers and admins read it; other students never do.")


class _Form(forms.Form):
    def add_problem(self, problem: DomainError) -> None:
        """Put a refusal at its field."""
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class RulesForm(_Form):
    """The rules of a program; which version of them was seen."""

    present_share = forms.IntegerField(
        label=gettext_lazy("Present from a share of the class (percent)"), min_value=1, max_value=100
    )
    of = forms.ChoiceField(label=gettext_lazy("Share of"), choices=Of.choices)
    present_minutes = forms.IntegerField(
        label=gettext_lazy("Or from so many minutes"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=gettext_lazy("If you give minutes, they count instead of the share."),
    )
    late_minutes = forms.IntegerField(label=gettext_lazy("Late after (minutes)"), min_value=0, max_value=1440)
    early_minutes = forms.IntegerField(
        label=gettext_lazy("Left early: gone before the end for more than (minutes)"),
        min_value=0,
        max_value=1440,
    )
    grace_minutes = forms.IntegerField(
        label=gettext_lazy("Gaps that don’t count (minutes)"),
        min_value=0,
        max_value=60,
        help_text=gettext_lazy("So long somebody may be cut off and still count as being there."),
    )
    clip = forms.ChoiceField(label=gettext_lazy("Which minutes count"), choices=Clip.choices)
    excuse_days = forms.IntegerField(
        label=gettext_lazy("Excuses are taken for (days after the class)"), min_value=0, max_value=365
    )
    lock_days = forms.IntegerField(
        label=gettext_lazy("Registers lock after (days)"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("From then on only an admin can open them. 0: never."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, rules: Rules) -> None:
        super().__init__(data, initial={name: getattr(rules, name) for name in FIELDS})

    def rules(self) -> Rules:
        """What was typed, once it is valid."""
        return Rules(**{name: self.cleaned_data[name] for name in FIELDS})


class ExcuseForm(_Form):
    """Why a student misses a class."""

    text = unmarked(
        forms.CharField(
            label=gettext_lazy("Why you miss the class"),
            # the action refuses what is empty or too long, so that nothing is cut in silence
            required=False,
            strip=False,
            help_text=PROMISE,
            widget=forms.Textarea(attrs={"rows": 5}),
        )
    )

    def __init__(self, data: Any, *, text: str = "") -> None:
        super().__init__(data, initial={"text": text})


class MarkForm(_Form):
    """One student's mark as somebody says it is. seen: which version of it they looked at."""

    status = unmarked(
        forms.ChoiceField(
            label=gettext_lazy("Mark"),
            required=False,
            choices=[("", gettext_lazy("As the rule says")), *Status.choices],
        )
    )
    minutes = unmarked(
        forms.IntegerField(
            label=gettext_lazy("Minutes in class"),
            required=False,
            min_value=0,
            help_text=gettext_lazy("Leave it empty for what was seen."),
        )
    )
    why = unmarked(
        forms.CharField(
            label=gettext_lazy("Why"),
            required=False,
            max_length=LONGEST_WHY,
            help_text=gettext_lazy("The student reads it beside the mark."),
        )
    )
    seen = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class CompanionForm(_Form):
    """At whose device a student sat."""

    beside = unmarked(
        forms.ChoiceField(
            label=gettext_lazy("At the device of"),
            error_messages={"required": gettext_lazy("Choose whose device it was.")},
            help_text=gettext_lazy("What is seen of one then counts for both."),
        )
    )
    lasts = forms.BooleanField(label=gettext_lazy("In this program’s later classes as well"), required=False)

    def __init__(self, data: Any, *, seen: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["beside"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose a student who was seen")), *seen]


class ReasonForm(_Form):
    """Why a locked register is opened again."""

    why = unmarked(
        forms.CharField(
            label=gettext_lazy("Why it is opened again"),
            # the action refuses what is empty
            required=False,
            max_length=300,
            help_text=gettext_lazy("It stays in the register’s history."),
        )
    )
