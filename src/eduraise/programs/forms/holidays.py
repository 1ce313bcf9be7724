"""Days without classes: one as it is typed, or several as text or as a calendar file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_files import MOST_BYTES, CalendarFile, read_calendar
from eduraise.programs.holiday_lines import read_lines
from eduraise.programs.holiday_rules import LONGEST_NAME, HolidaysUnreadable, Off, UnfitHoliday, off
from eduraise.programs.models import Holiday
from eduraise.ui.pasting import PasteForm
from eduraise.ui.widgets import DateInput
from eduraise.ui.written_dates import Order

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


class HolidaysForm(PasteForm):
    """Several holidays. window: of a file only what touches it. order: in which the reader writes
    day and month."""

    most_bytes = MOST_BYTES
    file_kinds = ".ics,text/calendar"
    text_label = gettext_lazy("Paste the holidays")
    text_help = gettext_lazy("One a line: 2026-12-24 - 2027-01-06 Christmas")
    file_label = gettext_lazy("Or bring a calendar file")
    file_help = gettext_lazy("An .ics file of at most 1 MB. Its entries that last whole days are taken.")
    said_of_both = gettext_lazy("Paste text or bring a file, not both.")
    said_of_neither = gettext_lazy("Paste the holidays here, or choose a file below.")

    def __init__(self, *args: Any, window: tuple[date, date], order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.window, self.order = window, order
        self.calendar: CalendarFile | None = None

    def clean(self) -> dict[str, Any]:
        """`holidays` and `source`, beside what was typed."""
        if brought := self.brought():
            try:
                holidays, source = self._holidays(brought.content)
            except HolidaysUnreadable as problem:
                self.add_error(problem.field, problem.problems)
            else:
                self.cleaned_data |= {"holidays": holidays, "source": source}
        return self.cleaned_data

    def _holidays(self, content: bytes | str) -> tuple[list[Off], HolidaySource]:
        if isinstance(content, str):
            return read_lines(content, self.order), HolidaySource.PASTED
        first, last = self.window
        self.calendar = read_calendar(content, first_on=first, last_on=last)
        return self.calendar.holidays, HolidaySource.FILE
