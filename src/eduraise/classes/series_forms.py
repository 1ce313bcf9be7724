"""What people type about several classes of a series at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.classes.forms import CancelForm, HoursForm, as_typed
from eduraise.classes.models import ClassSession
from eduraise.classes.texts import MESSAGE_LONGEST
from eduraise.classes.together import Scope
from eduraise.ui.widgets import Segmented


def _scope() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Which classes"),
        choices=Scope.choices,
        initial=Scope.FOLLOWING,
        widget=Segmented,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the two.")},
    )


class SeveralForm(HoursForm):
    """Another day of the week, hour or length for classes of a series."""

    scope = _scope()
    version = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Message to students"),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, session: ClassSession, **kwargs: Any) -> None:
        self.session = session
        super().__init__(*args, program=session.program, initial=as_typed(session), **kwargs)

    def _zones(self) -> list[str]:
        return [self.session.zone]


class CancelSeveralForm(CancelForm):
    """A cancellation of several classes of a series."""

    scope = _scope()
    field_order = ("scope", "message")
