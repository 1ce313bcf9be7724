"""A form with one field of each kind, for the page of components."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from eduraise.ui.widgets import ChoiceCards, DateInput, Pills, Segmented, TimeInput, Weekdays

DAYS = [(str(number), WEEKDAYS_ABBR[number - 1]) for number in range(1, 8)]


class SampleForm(forms.Form):
    """What forms are made of."""

    topic = forms.CharField(label=_("Title"), help_text=_("What the class is about. Students see it first."))
    program = forms.ChoiceField(
        label=_("Program"), choices=[("1", "ALG-2 Algebra II"), ("2", "PHY-B Physics B")]
    )
    starts_on = forms.DateField(label=_("Date"), widget=DateInput)
    starts = forms.TimeField(label=_("Time"), widget=TimeInput)
    passcode = forms.CharField(
        label=_("Passcode"), min_length=4, error_messages={"min_length": _("Zoom wants 4 to 10 digits.")}
    )
    days = forms.MultipleChoiceField(label=_("Days"), choices=DAYS, widget=Weekdays, initial=["2", "4"])
    length = forms.ChoiceField(
        label=_("How long"),
        choices=[
            ("45", _("45 min")),
            ("60", _("60 min")),
            ("90", _("90 min")),
            ("120", _("2 h")),
            ("other", _("Other")),
        ],
        widget=Pills,
        initial="90",
    )
    recording = forms.ChoiceField(
        label=_("Recording"),
        choices=[("none", _("None")), ("local", _("On this computer")), ("cloud", _("Cloud"))],
        widget=Segmented,
        initial="none",
    )
    way = forms.ChoiceField(
        label=_("How teachers connect"),
        choices=[("one", _("One app for the whole school")), ("each", _("Each teacher connects"))],
        widget=ChoiceCards(
            {"one": _("Recommended. Teachers connect nothing."), "each": _("Needs no Zoom admin.")}
        ),
        initial="one",
    )
    note = forms.CharField(label=_("Message to students"), widget=forms.Textarea, required=False)
    file = forms.FileField(label=_("File"), required=False, help_text=_("Up to 20 MB."))
    mute = forms.BooleanField(
        label=_("Mute students when they enter"),
        help_text=_("The program suggests this; you may change it."),
        required=False,
    )
