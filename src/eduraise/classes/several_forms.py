"""What people type about several chosen classes: where they go, or that they are off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.classes.freeing import ToFreeDay
from eduraise.classes.models import ClassSession
from eduraise.classes.shifting import By, Shift, To
from eduraise.classes.texts import MESSAGE_LONGEST, REASON_LONGEST
from eduraise.programs.enums import Weekday
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import Segmented, TimeInput

BY, TO, FREE = "by", "to", "free"


def _message() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Message to students"),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveSeveralForm(forms.Form):
    """A rule by which several classes are moved, each by its own clocks."""

    how = unmarked(
        forms.ChoiceField(
            label=gettext_lazy("How"),
            choices=[
                (BY, gettext_lazy("On or back")),
                (TO, gettext_lazy("To a day and hour")),
                (FREE, gettext_lazy("To the next free day")),
            ],
            initial=BY,
            required=False,
            widget=Segmented,
            error_messages={"invalid_choice": gettext_lazy("Choose one of those shown.")},
        )
    )
    days = unmarked(
        forms.IntegerField(
            label=gettext_lazy("Days"),
            required=False,
            min_value=-366,
            max_value=366,
            help_text=gettext_lazy("Back with a minus."),
        )
    )
    minutes = unmarked(
        forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=-1439, max_value=1439)
    )
    weekday = unmarked(
        forms.TypedChoiceField(
            label=gettext_lazy("Day of the same week"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", gettext_lazy("As it is")), *Weekday.choices],
        )
    )
    hour = unmarked(
        forms.TimeField(
            label=gettext_lazy("Hour"),
            required=False,
            widget=TimeInput,
            input_formats=["%H:%M", "%H:%M:%S"],
            error_messages={"invalid": gettext_lazy("Give a time, such as 18:00.")},
        )
    )
    reason = unmarked(
        forms.CharField(label=gettext_lazy("Why at short notice?"), required=False, max_length=REASON_LONGEST)
    )
    message = _message()

    @property
    def way(self) -> str:
        """Which of the three ways is chosen."""
        value = str(self["how"].value() or BY)
        return value if value in (BY, TO, FREE) else BY

    @property
    def says_where(self) -> bool:
        """Whether it is said where they go; only after `is_valid`."""
        typed = self.cleaned_data
        if self.way == BY:
            return bool(typed.get("days") or typed.get("minutes"))
        return self.way == FREE or bool(typed.get("weekday") or typed.get("hour"))

    def clean(self) -> dict[str, Any]:
        """A rule that moves nothing is none."""
        typed = super().clean() or {}
        if not self.errors and not self.says_where:
            field = "days" if self.way == BY else "hour"
            self.add_error(field, _("Say where they are to go."))
        return typed

    def shift(self, sessions: Sequence[ClassSession], now: datetime) -> Shift:
        """The rule; only after `is_valid`."""
        typed = self.cleaned_data
        if self.way == BY:
            return By(days=typed["days"] or 0, minutes=typed["minutes"] or 0)
        if self.way == TO:
            return To(weekday=typed["weekday"], hour=typed["hour"])
        return ToFreeDay(sessions, now)


class MessageForm(forms.Form):
    """A word to the students of several classes that are off, or on again."""

    message = _message()
