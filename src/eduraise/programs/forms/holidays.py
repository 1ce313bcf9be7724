"""Days without classes: one as it is typed, or several as text or as a calendar file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_files import MOST_BYTES, CalendarFile, read_calendar
from eduraise.programs.holiday_lines import read_lines
from eduraise.programs.holiday_rules import LONGEST_NAME, HolidaysUnreadable, Off, UnfitHoliday, off
from eduraise.programs.models import Holiday
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import DateInput

NO_DATE = {"invalid": gettext_lazy("Give a date, such as 2026-12-24.")}


class HolidayForm(forms.Form):
    """One holiday; for one that is there, which version of it the person saw."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput(), error_messages=NO_DATE)
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
        help_text=gettext_lazy("Leave it empty for a single day."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, holiday: Holiday | None = None) -> None:
        super().__init__(data, initial=_shown(holiday) if holiday else None)
        if holiday is None:
            del self.fields["version"]

    def clean(self) -> dict[str, Any]:
        """`holiday`, if all of it fits."""
        typed = self.cleaned_data
        if {"name", "starts_on"} <= typed.keys() and not self.errors:
            try:
                typed["holiday"] = off(
                    typed["starts_on"], typed.get("ends_on") or typed["starts_on"], typed["name"]
                )
            except UnfitHoliday as problem:
                self.add_error(problem.field, problem.message)
        return typed


def _shown(holiday: Holiday) -> dict[str, Any]:
    return {name: getattr(holiday, name) for name in ("name", "starts_on", "ends_on", "version")}


class HolidaysForm(forms.Form):
    """Several holidays: as text or as a calendar file, not both. window: of a file only what touches it."""

    # no maxlength: a browser would cut what is pasted and say nothing
    text = unmarked(
        forms.CharField(
            label=gettext_lazy("Paste the holidays"),
            required=False,
            strip=False,
            help_text=gettext_lazy("One a line: 2026-12-24 - 2027-01-06 Christmas"),
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        )
    )
    file = unmarked(
        forms.FileField(
            label=gettext_lazy("Or bring a calendar file"),
            required=False,
            allow_empty_file=True,
            help_text=gettext_lazy(
                "An .ics file of at most 1 MB. Its entries that last whole days are taken."
            ),
            widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        )
    )

    def __init__(self, *args: Any, window: tuple[date, date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.window = window
        self.calendar: CalendarFile | None = None

    def clean(self) -> dict[str, Any]:
        """`holidays` and `source`, beside what was typed."""
        typed: dict[str, Any] = self.cleaned_data
        file, text = typed.get("file"), typed.get("text", "")
        if self.errors:
            return typed
        if file and text.strip():
            self.add_error("file", _("Paste text or bring a file, not both."))
        elif file or text.strip():
            self._read(file, text)
        else:
            self.add_error("text", _("Paste the holidays here, or choose a file below."))
        return typed

    def _read(self, file: Any, text: str) -> None:
        try:
            holidays, source = self._holidays(file, text)
        except HolidaysUnreadable as problem:
            self.add_error(problem.field, problem.problems)
        else:
            self.cleaned_data |= {"holidays": holidays, "source": source}

    def _holidays(self, file: Any, text: str) -> tuple[list[Off], HolidaySource]:
        if not file:
            return read_lines(text), HolidaySource.PASTED
        first, last = self.window
        self.calendar = read_calendar(file.read(MOST_BYTES + 1), first_on=first, last_on=last)
        return self.calendar.holidays, HolidaySource.FILE
