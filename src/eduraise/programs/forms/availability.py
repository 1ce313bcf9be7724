"""When a teacher is there."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.programs.availability_models import LONGEST_NOTE
from eduraise.programs.availability_words import weekdays_in_order
from eduraise.programs.forms.timetable import NO_DATE, last_after_first
from eduraise.programs.stated_times import Hours
from eduraise.ui import times
from eduraise.ui.widgets import DateInput, TimeInput, Weekdays

NO_TIME = {"invalid": gettext_lazy("Give a time, such as 09:00.")}
WRITTEN_TIMES = ["%H:%M", "%H:%M:%S"]


def _time(label: Any, help_text: Any = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=TimeInput(),
        input_formats=WRITTEN_TIMES,
        error_messages=NO_TIME,
        help_text=help_text,
    )


class HoursForm(forms.Form):
    """From when to when on which days of the week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        coerce=int,
        widget=Weekdays(),
        error_messages={"required": gettext_lazy("Choose at least one weekday.")},
    )
    since = _time(gettext_lazy("From"))
    until = _time(
        gettext_lazy("To"),
        gettext_lazy("An earlier time than the first one is on the next day; 00:00 is midnight."),
    )

    def __init__(self, data: Any, *, zone: str) -> None:
        super().__init__(data)
        field = self.fields["weekdays"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = weekdays_in_order()
        self.fields["since"].help_text = _("In %(city)s time.") % {"city": times.city(zone)}

    def values(self) -> dict[str, Any]:
        """What to state."""
        typed = self.cleaned_data
        hours = {name: typed[name].replace(second=0) for name in ("since", "until")}
        return {"weekdays": typed["weekdays"], **hours}


class DaysOffForm(forms.Form):
    """From the first to the last day."""

    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput(), error_messages=NO_DATE)
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
        help_text=gettext_lazy("Leave it empty for a single day."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy(
            "Only this teacher and those who plan for her read it. Others see “not available”."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """First day before last."""
        last_after_first(self, "starts_on", "ends_on")
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What to state."""
        typed = self.cleaned_data
        first: date = typed["starts_on"]
        return {"starts_on": first, "ends_on": typed["ends_on"] or first, "note": typed["note"]}


def read_hours(data: Any) -> Hours | None:
    """A span as a button of a page names it: `weekday`, `since`, `until`; None if it can't be read."""
    try:
        weekday = int(data["weekday"])
        since, until = (_read_time(data[name]) for name in ("since", "until"))
    except (KeyError, ValueError):
        return None
    return Hours(weekday, since, until) if 1 <= weekday <= 7 else None


def _read_time(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 an hour of a wall clock
