"""When a class is, as people type it: date, time, zone and length, with what clocks make of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes.being_there import NotThere, Question
from eduraise.classes.texts import REASON_LONGEST
from eduraise.classes.times import WRITTEN, Kind, Reading, read_local, zone_names
from eduraise.core.errors import DomainError
from eduraise.programs.models import Program
from eduraise.ui import times as ui_times
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import Agreement, DateInput, Pills, Segmented, TimeInput
from eduraise.ui.zones import present_name

LENGTHS = (30, 45, 60, 90, 120)
OTHER = "other"
# Where an action's refusals stand in the form
PLACES = {"starts_at": "time", "ends_at": "minutes"}


# Farther ahead than this a date is taken for a slip of the year.
FARTHEST_YEARS = 5


class HoursForm(forms.Form):
    """Date, time, zone and length of one class, read as one instant and a duration."""

    date = forms.DateField(
        label=gettext_lazy("Date"),
        widget=DateInput,
        error_messages={"invalid": gettext_lazy("Give a date, such as 2026-12-02.")},
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=TimeInput,
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Give a time, such as 18:00.")},
    )
    fold = forms.ChoiceField(
        label=gettext_lazy("That night clocks go back, and this time comes twice"),
        required=False,
        widget=Segmented,
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the zones shown.")},
    )
    minutes = forms.ChoiceField(label=gettext_lazy("How long"), widget=Pills)
    other_minutes = unmarked(
        forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=1, max_value=1440)
    )
    reason = unmarked(
        forms.CharField(label=gettext_lazy("Why at short notice?"), required=False, max_length=REASON_LONGEST)
    )
    despite = forms.CharField(
        label=gettext_lazy("At this time all the same"), required=False, max_length=40, widget=Agreement
    )

    def __init__(self, *args: Any, program: Program, reader: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_program, self.reader, self.now = program, reader, now
        self.reading: Reading | None = None
        known = (name for name in self._zones() if name in zone_names())
        zones = {present_name(name): name for name in reversed(list(known))}
        self._choices(
            "zone", [(name, f"{ui_times.city(name)} ({name})") for name in reversed(zones.values())]
        )
        self._choices("minutes", [*self._lengths(), (OTHER, _("Other"))])
        self._choices("fold", [("0", _("The first")), ("1", _("The second"))])
        self.fields["minutes"].error_messages["required"] = _("Say how long it lasts.")

    @property
    def starts_at(self) -> datetime | None:
        """The instant that was typed, if it can be read."""
        return self.reading.at if self.reading else None

    @property
    def duration(self) -> timedelta | None:
        """The length that was typed, if it can be read."""
        minutes = self.cleaned_data.get("minutes")
        if minutes == OTHER:
            minutes = self.cleaned_data.get("other_minutes")
        return timedelta(minutes=int(minutes)) if minutes else None

    def ask(self, question: Question | None) -> None:
        """Have it agreed to that the teacher is not there then."""
        ask_in(self, question)

    @property
    def zone_words(self) -> str:
        """Whose clocks the hours are typed by."""
        zone = self["zone"].value() or self.for_program.zone
        return _("In %(city)s time.") % {"city": ui_times.city(zone)}

    @property
    def skipped_to(self) -> datetime | None:
        """Where clocks skip the typed time: the wall time that it would be."""
        skipped = self.reading is not None and self.reading.kind is Kind.SKIPPED
        return self.reading.wall if self.reading and skipped else None

    @property
    def comes_twice(self) -> bool:
        """Whether the typed time comes twice that night, so that it must be asked which is meant."""
        return self.reading is not None and self.reading.kind is Kind.TWICE

    def clean(self) -> dict[str, Any]:
        """Read the wall time in its zone: what doesn't exist is refused, what comes twice is asked."""
        typed = self.cleaned_data
        if {"date", "time", "zone"} <= typed.keys():
            self._read(datetime.combine(typed["date"], typed["time"].replace(second=0)))
        if typed.get("minutes") != OTHER:
            self.errors.pop("other_minutes", None)  # not shown, so not asked
        elif not typed.get("other_minutes") and "other_minutes" in typed:
            self.add_error("other_minutes", _("Say how many minutes."))
        return typed

    def reopen(self, data: Mapping[str, Any]) -> None:
        """Open this unsent form with what was typed elsewhere, unchecked. `use`: another time."""
        self.initial.update({name: data[name] for name in data if name in self.fields})
        boxes = [name for name, each in self.fields.items() if isinstance(each, forms.BooleanField)]
        self.initial.update({name: name in data for name in boxes})
        if used := _wall(data.get("use", "")):
            self.initial.update({"date": used.date(), "time": used.time()})

    def read(self) -> Self:
        """The same form read: this one if it was sent, else a copy as if it had been sent as it stands."""
        if self.is_bound:
            self.is_valid()
            return self
        shown = {name: self.get_initial_for_field(each, name) for name, each in self.fields.items()}
        copy = self._with({name: str(value) for name, value in shown.items() if value not in (None, False)})
        copy.is_valid()
        self.reading = copy.reading
        if self.comes_twice:
            self._ask_which()
        return copy

    def _with(self, data: dict[str, str]) -> Self:
        """A form like this one, sent with `data`."""
        return type(self)(data, program=self.for_program, reader=self.reader, now=self.now)

    def add_problem(self, problem: DomainError) -> None:
        """Put an action's refusal at its field, or above the form where it concerns no field."""
        if isinstance(problem, NotThere):
            self.ask(problem.question)
        field = PLACES.get(problem.field or "", problem.field)
        self.add_error(field if field in self.fields else None, problem.message)

    def _read(self, wall: datetime) -> None:
        if problem := self._distance_problem(wall):
            self.add_error("date", problem)
            return
        self.reading = read_local(wall, self.cleaned_data["zone"], int(self.cleaned_data["fold"] or 0))
        if self.reading.kind is Kind.SKIPPED:
            self.add_error("time", self._skipped_words(wall, self.reading))
        if self.reading.kind is Kind.TWICE:
            self._ask_which()
            if not self.cleaned_data["fold"]:
                self.add_error("fold", _("Say which of the two you mean."))

    def _distance_problem(self, wall: datetime) -> str:
        """A date so far off that it is a slip of the year, in words; "" for any other."""
        if wall.year > self.now.year + FARTHEST_YEARS:
            return _("This is more than five years ahead. Check the year.")
        return _("That is too far away.") if wall.year < self.now.year - FARTHEST_YEARS else ""

    def _ask_which(self) -> None:
        assert self.reading
        first, second = map(ui_times.written_offset, self.reading.offsets)
        choices = [
            ("0", _("The first (%(offset)s)") % {"offset": first}),
            ("1", _("The second (%(offset)s)") % {"offset": second}),
        ]
        self._choices("fold", choices)
        self.fields["fold"].initial = "0"

    def _skipped_words(self, wall: datetime, reading: Reading) -> str:
        return _("%(time)s doesn’t exist that day: clocks go forward. Use %(later)s or another time.") % {
            "time": f"{wall:%H:%M}",
            "later": f"{reading.wall:%H:%M}",
        }

    def _zones(self) -> list[str]:
        return [self.for_program.zone, self.reader.zone]

    def _lengths(self) -> list[tuple[str, str]]:
        asked = self.for_program.class_settings
        allowed = [length for length in LENGTHS if asked.shortest_minutes <= length <= asked.longest_minutes]
        return [(str(length), ui_times.length(timedelta(minutes=length))) for length in allowed]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def ask_in(form: forms.Form, question: Question | None) -> None:
    """Have it agreed to in a form's field `despite` that a teacher is not there then."""
    widget = form.fields["despite"].widget
    assert isinstance(widget, Agreement)
    widget.asked = question.key if question else ""


def _wall(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, WRITTEN)  # noqa: DTZ007 a wall time, read in its zone later
    except ValueError:
        return None
