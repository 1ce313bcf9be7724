"""How a program's classes are held."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.programs.enums import (
    AutoRecording,
    Differences,
    Entry,
    Strength,
)
from eduraise.programs.models import ALL_WEEKDAYS, ClassSettings
from eduraise.ui.widgets import Segmented, TimeInput, Weekdays

if TYPE_CHECKING:
    _RulesForm = forms.ModelForm[ClassSettings]
else:  # the framework's forms can't be subscripted when they run
    _RulesForm = forms.ModelForm

SHORTEST, LONGEST, EARLIEST_JOIN, LATEST_ALARM = 5, 1440, 120, 120
STRENGTHS = ("entry", "has_passcode", "mutes_on_entry", "auto_recording", "requires_sign_in")


class RulesForm(_RulesForm):
    """How classes are held, each with how firmly; and which version of the rules the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput())

    weekday_choice = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days with classes"),
        coerce=int,
        choices=[
            (0, gettext_lazy("Mon")),
            (1, gettext_lazy("Tue")),
            (2, gettext_lazy("Wed")),
            (3, gettext_lazy("Thu")),
            (4, gettext_lazy("Fri")),
            (5, gettext_lazy("Sat")),
            (6, gettext_lazy("Sun")),
        ],
        widget=Weekdays(),
        error_messages={"required": gettext_lazy("Choose at least one weekday.")},
    )

    class Meta:
        model = ClassSettings
        fields = (
            *(name for setting in STRENGTHS for name in (setting, f"{setting}_strength")),
            "notice_minutes",
            "notice_is_hard",
            "shortest_minutes",
            "longest_minutes",
            "from_time",
            "to_time",
            "join_opens_minutes",
            "alarm_minutes",
            "registers_students",
            "differences_by_itself",
        )
        labels = {
            "entry": gettext_lazy("Before the teacher is there"),
            "has_passcode": gettext_lazy("Passcode"),
            "mutes_on_entry": gettext_lazy("Mute students when they enter"),
            "auto_recording": gettext_lazy("Recording"),
            "requires_sign_in": gettext_lazy("Students must be signed in at Zoom"),
            "entry_strength": gettext_lazy("Entry: how firmly"),
            "has_passcode_strength": gettext_lazy("Passcode: how firmly"),
            "mutes_on_entry_strength": gettext_lazy("Muting: how firmly"),
            "auto_recording_strength": gettext_lazy("Recording: how firmly"),
            "requires_sign_in_strength": gettext_lazy("Signing in: how firmly"),
            "notice_minutes": gettext_lazy("Notice before a class, in minutes"),
            "notice_is_hard": gettext_lazy("Refuse shorter notice instead of asking for a reason"),
            "shortest_minutes": gettext_lazy("Shortest class, in minutes"),
            "longest_minutes": gettext_lazy("Longest class, in minutes"),
            "from_time": gettext_lazy("Not before"),
            "to_time": gettext_lazy("Not after"),
            "join_opens_minutes": gettext_lazy("Join opens, in minutes before the start"),
            "alarm_minutes": gettext_lazy("Raise the alarm, in minutes after the start"),
            "registers_students": gettext_lazy("Register each student by name at Zoom"),
            "differences_by_itself": gettext_lazy("When a class is moved or deleted in Zoom"),
        }
        help_texts = {
            "requires_sign_in": gettext_lazy("Whoever has no Zoom account of their own can’t come in then."),
            "notice_minutes": gettext_lazy("1440 are 24 hours."),
            "alarm_minutes": gettext_lazy(
                "If a class is without its teacher then, the contact is told, or else the admins. 0: never."
            ),
            "differences_by_itself": gettext_lazy(
                "Nothing is cancelled by itself: what was deleted in Zoom is booked again, or asked about."
            ),
            "registers_students": gettext_lazy(
                "Then it is certain who came. Each gets a link of their own, which nobody else can use; it"
                " takes a host with a Zoom licence."
            ),
        }
        widgets = {
            "entry": Segmented(choices=Entry.choices),
            "auto_recording": Segmented(choices=AutoRecording.choices),
            "differences_by_itself": Segmented(choices=Differences.choices),
            **{f"{name}_strength": Segmented(choices=Strength.choices) for name in STRENGTHS},
            "from_time": TimeInput(),
            "to_time": TimeInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        mask = self.instance.weekdays if self.instance.pk else ALL_WEEKDAYS
        self.fields["weekday_choice"].initial = [day for day in range(7) if mask >> day & 1]

    def clean(self) -> dict[str, Any]:
        """What contradicts itself stands beside the field where it can be put right, all at once."""
        data = super().clean() or {}
        shortest, longest = data.get("shortest_minutes"), data.get("longest_minutes")
        if shortest is not None and shortest < SHORTEST:
            self.add_error("shortest_minutes", _("A class lasts 5 minutes at least."))
        if longest is not None and longest > LONGEST:
            self.add_error("longest_minutes", _("A class lasts 24 hours at most, 1440 minutes."))
        elif shortest is not None and longest is not None and shortest > longest:
            self.add_error("longest_minutes", _("This is less than the shortest. Give as much or more."))
        if (data.get("join_opens_minutes") or 0) > EARLIEST_JOIN:
            self.add_error("join_opens_minutes", _("Join can open at most 120 minutes before the start."))
        if (data.get("alarm_minutes") or 0) > LATEST_ALARM:
            self.add_error("alarm_minutes", _("The alarm can wait for 120 minutes at most."))
        opens, closes = data.get("from_time"), data.get("to_time")
        # hours that end at 00:00 end at midnight
        if opens is not None and closes is not None and time.min < closes <= opens:
            self.add_error("to_time", _("This is before the hours begin. Give a later time."))
        return data

    def values(self) -> dict[str, Any]:
        """What to save."""
        data = dict(self.cleaned_data)
        days, seen = data.pop("weekday_choice"), data.pop("version")
        return data | {"weekdays": sum(1 << day for day in days), "seen_version": seen}
