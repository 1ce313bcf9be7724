"""A program's term and the hours of its week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.programs.enums import Weekday
from eduraise.programs.models import Assignment, Program, Slot
from eduraise.programs.slots import SlotDraft
from eduraise.programs.timetable_models import LONGEST_MINUTES, MOST_WEEKS, SHORTEST_MINUTES
from eduraise.ui.fields import PersonField
from eduraise.ui.widgets import DateInput, Pills, TimeInput, Weekdays

NO_DATE = {"invalid": gettext_lazy("Give a date, such as 2026-12-02.")}
DAYS = [(day.value, WEEKDAYS_ABBR[day.value - 1]) for day in Weekday]


def last_after_first(form: forms.Form, first_name: str, last_name: str) -> None:
    """Put an error beside the last day if it is before the first."""
    first: date | None = form.cleaned_data.get(first_name)
    last: date | None = form.cleaned_data.get(last_name)
    if first and last and first > last:
        form.add_error(last_name, _("The last day must not be before the first."))


class TermForm(forms.Form):
    """From when to when a program's classes are held, and which version of the program the person saw."""

    starts_on = forms.DateField(
        label=gettext_lazy("First day"), required=False, widget=DateInput(), error_messages=NO_DATE
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=DateInput(), error_messages=NO_DATE
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, program: Program) -> None:
        shown = {"starts_on": program.starts_on, "ends_on": program.ends_on, "version": program.version}
        super().__init__(data, initial=shown)

    def clean(self) -> dict[str, Any]:
        """First day before last."""
        last_after_first(self, "starts_on", "ends_on")
        return self.cleaned_data


class SlotForm(forms.Form):
    """One hour on one or several days of the week; for one that is there, its day alone."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"),
        coerce=int,
        choices=DAYS,
        widget=Weekdays(),
        error_messages={"required": gettext_lazy("Choose at least one weekday.")},
    )
    weekday = forms.TypedChoiceField(label=gettext_lazy("On"), coerce=int, choices=DAYS, widget=Pills())
    local_start = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=TimeInput(),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Give a time, such as 18:00.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How long, in minutes"),
        min_value=SHORTEST_MINUTES,
        max_value=LONGEST_MINUTES,
        initial=60,
    )
    teacher = PersonField(
        label=gettext_lazy("Teacher"),
        queryset=User.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=gettext_lazy("Not decided yet"),
    )
    every_weeks = forms.IntegerField(
        label=gettext_lazy("Every how many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1
    )
    anchor_on = forms.DateField(
        label=gettext_lazy("Counted from"),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
        help_text=gettext_lazy("If not every week: the first day of a week with this class."),
    )
    from_on = forms.DateField(
        label=gettext_lazy("Not before"),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
        help_text=gettext_lazy("If it doesn’t begin with the term."),
    )
    until_on = forms.DateField(
        label=gettext_lazy("Not after"),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
        help_text=gettext_lazy("If it ends before the term does."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, program: Program, slot: Slot | None = None, now: datetime) -> None:
        super().__init__(data, initial=_shown(slot) if slot else None)
        city = program.zone.rsplit("/", 1)[-1].replace("_", " ")
        self.fields["local_start"].help_text = _("%(city)s time, through every clock change.") % {
            "city": city
        }
        self._choose_teachers(program, slot, now)
        for name in ("weekday", "version") if slot is None else ("weekdays",):
            del self.fields[name]

    def _choose_teachers(self, program: Program, slot: Slot | None, now: datetime) -> None:
        """Whoever teaches in the program, and whoever is put down already."""
        here = Assignment.objects.active(now).filter(program=program, only_for__isnull=True)
        among = Q(pk__in=here.values("person"), is_active=True)
        if slot is not None:
            among |= Q(pk=slot.teacher_id)
        field = self.fields["teacher"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(among).order_by("name", "pk")

    def clean(self) -> dict[str, Any]:
        """First day before last."""
        last_after_first(self, "from_on", "until_on")
        return self.cleaned_data

    WEEKS = ("every_weeks", "anchor_on", "from_on", "until_on")

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [bound for bound in self.visible_fields() if bound.name not in self.WEEKS]

    @property
    def weeks_fields(self) -> list[forms.BoundField]:
        """What is for an hour that isn't held in each week of the term."""
        return [self[name] for name in self.WEEKS]

    @property
    def weeks_words(self) -> str:
        """In which weeks it is held, as far as that is short."""
        usual = str(self["every_weeks"].value()) == "1" and not (
            self["from_on"].value() or self["until_on"].value()
        )
        return _("Each week of the term") if usual else _("Not each week of the term")

    @property
    def has_weeks_errors(self) -> bool:
        """Whether what is wrong would be hidden."""
        return bool({*self.WEEKS} & self.errors.keys())

    def drafts(self) -> list[SlotDraft]:
        """One for each weekday that was chosen."""
        typed = self.cleaned_data
        same = ("minutes", "every_weeks", "anchor_on", "teacher", "from_on", "until_on")
        days: list[int] = typed["weekdays"] if "weekdays" in typed else [typed["weekday"]]
        start = typed["local_start"].replace(second=0)
        return [
            SlotDraft(weekday=day, local_start=start, **{name: typed[name] for name in same}) for day in days
        ]


def _shown(slot: Slot) -> dict[str, Any]:
    names = ("weekday", "local_start", "minutes", "every_weeks", "from_on", "until_on", "version")
    shown = {name: getattr(slot, name) for name in names}
    return shown | {
        "teacher": slot.teacher.uid if slot.teacher else None,
        "anchor_on": slot.anchor_on if slot.every_weeks > 1 else None,
    }
