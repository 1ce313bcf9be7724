"""What people type about a class, kept as they typed it until all of it can be saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.access.rules import may_book_for_others, teachers_of
from eduraise.accounts.models import User
from eduraise.classes.being_there import NotThere, Question
from eduraise.classes.changing import Edit
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.rules import SettingRule, setting_rules
from eduraise.classes.suggesting import suggest_start, suggest_topic
from eduraise.classes.texts import DESCRIPTION_LONGEST, MESSAGE_LONGEST, REASON_LONGEST, TOPIC_LONGEST
from eduraise.classes.times import WRITTEN, Kind, Reading, read_local, written_offset, zone_names
from eduraise.core.codes import new_token
from eduraise.core.errors import DomainError
from eduraise.programs.enums import AutoRecording, Entry, Permission
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
        first, second = map(written_offset, self.reading.offsets)
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


class ClassForm(HoursForm):
    """All that a class has: its title, hours, description, and the settings that its program leaves open."""

    topic = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What the class is about. Students see it first."),
        max_length=TOPIC_LONGEST,
        error_messages={"required": gettext_lazy("Give the class a title.")},
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        max_length=DESCRIPTION_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    entry = forms.ChoiceField(
        label=gettext_lazy("Before you are there"), choices=Entry.choices, widget=Segmented
    )
    auto_recording = forms.ChoiceField(
        label=gettext_lazy("Recording"), choices=AutoRecording.choices, widget=Segmented
    )
    has_passcode = forms.BooleanField(label=gettext_lazy("Passcode"), required=False)
    mutes_on_entry = forms.BooleanField(label=gettext_lazy("Mute students when they enter"), required=False)
    requires_sign_in = forms.BooleanField(
        label=gettext_lazy("Students must be signed in at Zoom"),
        help_text=gettext_lazy("Who has no Zoom account can’t come in then."),
        required=False,
    )

    SETTINGS = ("entry", "auto_recording", "has_passcode", "mutes_on_entry", "requires_sign_in")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = setting_rules(self.for_program.class_settings)
        for name in self.SETTINGS:
            rule = self.rules[name]
            if rule.is_locked:
                del self.fields[name]
                continue
            self.fields[name].initial = rule.value
            if rule.strength == "suggested":
                hint = _("The program suggests this; you may change it.")
                said = self.fields[name].help_text
                self.fields[name].help_text = f"{said} {hint}" if said else hint

    @property
    def open_settings(self) -> list[forms.BoundField]:
        """The settings that may be chosen, as fields."""
        return [self[name] for name in self.SETTINGS if name in self.fields]

    @property
    def has_setting_errors(self) -> bool:
        """Whether the fold of settings must be open."""
        return bool({*self.SETTINGS, "zone"} & self.errors.keys())

    @property
    def required_words(self) -> str:
        """Who locked the settings that can't be chosen."""
        return _("Required for every class of %(program)s.") % {"program": self.for_program.title}

    @property
    def locked_settings(self) -> list[SettingRule]:
        """The settings that the program requires."""
        return [self.rules[name] for name in self.SETTINGS if name not in self.fields]

    @property
    def chosen(self) -> dict[str, Any]:
        """The settings that were chosen."""
        return {name: self.cleaned_data[name] for name in self.SETTINGS if name in self.cleaned_data}

    def settled(self, name: str) -> Any:
        """A setting as it would be saved: chosen, or the program's."""
        return self.chosen.get(name, self.rules[name].value)


class ScheduleForm(ClassForm):
    """A new class: in which program, taught by whom."""

    program = forms.ChoiceField(
        label=gettext_lazy("Program"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of the programs shown.")},
    )
    teacher = forms.ChoiceField(
        label=gettext_lazy("Teacher"),
        error_messages={"invalid_choice": gettext_lazy("Choose somebody who teaches in this program.")},
    )
    # Of which program the settings below were shown: another program has others
    shown_for = forms.CharField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, programs: list[Program], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programs = programs
        self._choices("program", [(each.code, f"{each.code} {each.title}") for each in programs])
        self.teachers = self._bookable()
        if len(self.teachers) > 1 or self.reader not in self.teachers:
            self._choices("teacher", [(str(each.uid), each.name) for each in self.teachers])
        else:
            del self.fields["teacher"]
        self.initial.update(self._suggestions())

    @property
    def chosen_teacher(self) -> User | None:
        """Who was chosen, or the only one there is."""
        if "teacher" not in self.fields:
            return self.teachers[0] if self.teachers else None
        chosen = self.cleaned_data.get("teacher")
        return next((each for each in self.teachers if str(each.uid) == chosen), None)

    def reopen(self, data: Mapping[str, Any]) -> None:
        """With another program than the form was shown for, its settings and its title are that one's own."""
        former = next((each for each in self.programs if each.code == data.get("shown_for")), None)
        if former is None or former == self.for_program:
            super().reopen({name: data[name] for name in data if name != "shown_for"})
            return
        own = {*self.SETTINGS, "teacher", "zone", "shown_for"}
        if data.get("topic") == suggest_topic(former):
            own.add("topic")
        kept = {name: self.initial[name] for name in own if name in self.initial}
        super().reopen({name: data[name] for name in data if name not in own})
        for name in own:
            self.initial.pop(name, None)
        self.initial.update(kept)

    def clean(self) -> dict[str, Any]:
        """The settings that were chosen are those of the program that was chosen."""
        typed = super().clean()
        if typed.get("shown_for") not in ("", self.for_program.code):
            self.add_error("program", _("The settings below are this program’s now. Look at them again."))
        return typed

    def _with(self, data: dict[str, str]) -> ScheduleForm:
        return ScheduleForm(
            data, program=self.for_program, programs=self.programs, reader=self.reader, now=self.now
        )

    def draft(self) -> ClassDraft:
        """What was typed, as a draft; only after `is_valid`."""
        typed = self.cleaned_data
        teacher, starts_at, duration = self.chosen_teacher, self.starts_at, self.duration
        assert teacher
        assert starts_at
        assert duration
        return ClassDraft(
            program=self.for_program,
            teacher=teacher,
            topic=typed["topic"],
            starts_at=starts_at,
            duration=duration,
            zone=typed["zone"],
            description=typed["description"],
            chosen=self.chosen,
            reason=typed["reason"],
            despite=typed["despite"],
        )

    def _bookable(self) -> list[User]:
        everyone = teachers_of(self.for_program, self.now, permission=Permission.HOST)
        if may_book_for_others(self.reader, self.for_program, self.now):
            return sorted(everyone, key=lambda each: each != self.reader)
        return [each for each in everyone if each == self.reader]

    def _suggestions(self) -> dict[str, Any]:
        start, minutes = suggest_start(self.for_program, self.reader, self.now)
        allowed = [value for value, _label in self._lengths()]
        return {
            "program": self.for_program.code,
            "shown_for": self.for_program.code,
            "teacher": str(self.teachers[0].uid) if self.teachers else "",
            "topic": suggest_topic(self.for_program),
            "date": start.date(),
            "time": start.time(),
            "zone": self.for_program.zone,
            "minutes": str(minutes) if str(minutes) in allowed else OTHER,
            "other_minutes": None if str(minutes) in allowed else minutes,
            "key": new_token(),
        }


class EditForm(ClassForm):
    """An existing class."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Message to students"),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, session: ClassSession, **kwargs: Any) -> None:
        self.session = session
        # What Zoom refused, in words, by the field that it concerns
        self.refused: dict[str, str] = {}
        super().__init__(*args, program=session.program, initial=as_typed(session), **kwargs)
        for name in self.SETTINGS:
            if name in self.fields and name in session.chosen_settings:
                self.fields[name].initial = session.chosen_settings[name]
        allowed = [value for value, _label in self._lengths()]
        if str(session.minutes) not in allowed:
            self.initial.update({"minutes": OTHER, "other_minutes": session.minutes})

    def _with(self, data: dict[str, str]) -> EditForm:
        return EditForm(data, session=self.session, reader=self.reader, now=self.now)

    def edit(self) -> Edit:
        """What was typed, as an edit; only after `is_valid`."""
        typed = self.cleaned_data
        return Edit(
            topic=typed["topic"],
            description=typed["description"],
            starts_at=self.starts_at,
            duration=self.duration,
            zone=typed["zone"],
            chosen=self.chosen,
            reason=typed["reason"],
            despite=typed["despite"],
        )

    def edit_so_far(self) -> Edit:
        """The same as far as it can be read."""
        typed = self.cleaned_data
        return Edit(
            topic=typed.get("topic"),
            description=typed.get("description"),
            starts_at=self.starts_at,
            duration=self.duration,
            zone=typed.get("zone"),
            chosen=self.chosen,
        )

    def _zones(self) -> list[str]:
        return [self.session.zone, *super()._zones()]


class HandOverForm(forms.Form):
    """Who teaches a class from now on."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    teacher = forms.ChoiceField(
        label=gettext_lazy("Teacher"),
        error_messages={
            "required": gettext_lazy("Choose who teaches it."),
            "invalid_choice": gettext_lazy("Choose somebody else who teaches in this program."),
        },
    )
    message = forms.CharField(
        label=gettext_lazy("Message to students"),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    despite = forms.CharField(
        label=gettext_lazy("Give it to this teacher all the same"),
        required=False,
        max_length=40,
        widget=Agreement,
    )

    def __init__(self, *args: Any, takers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.takers = takers
        field = self.fields["teacher"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose"))] + [(str(each.uid), each.name) for each in takers]

    @property
    def has_takers(self) -> bool:
        """Whether there is anybody to choose."""
        return bool(self.takers)

    @property
    def chosen(self) -> User:
        """Who was chosen; only after `is_valid`."""
        return next(each for each in self.takers if str(each.uid) == self.cleaned_data["teacher"])

    def add_problem(self, problem: DomainError) -> None:
        """Put an action's refusal at the teacher, whom all of them concern but a change meanwhile."""
        if isinstance(problem, NotThere):
            ask_in(self, problem.question)
        by_field = {
            "despite": "despite",
            "message": "message",
            "teacher": "teacher",
            "time": "teacher",
            "starts_at": "teacher",
        }
        self.add_error(by_field.get(problem.field or ""), problem.message)


class CancelForm(forms.Form):
    """A cancellation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Message to students"),
        required=False,
        max_length=MESSAGE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("They read it in the app and in the mail."),
    )

    def add_problem(self, problem: DomainError) -> None:
        """Put an action's refusal at its field, or above the form."""
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)


def ask_in(form: forms.Form, question: Question | None) -> None:
    """Have it agreed to in a form's field `despite` that a teacher is not there then."""
    widget = form.fields["despite"].widget
    assert isinstance(widget, Agreement)
    widget.asked = question.key if question else ""


def find_program(programs: QuerySet[Program], code: str | None) -> Program | None:
    """The program that was asked for, if it is one of those; else the first of them."""
    rows = programs.select_related("class_settings").order_by("code_key")
    asked = rows.filter(code_key=code.strip().casefold()).first() if code else None
    return asked or rows.first()


def _wall(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, WRITTEN)  # noqa: DTZ007 a wall time, read in its zone later
    except ValueError:
        return None


def as_typed(session: ClassSession) -> dict[str, Any]:
    """A class as its form shows it."""
    wall = datetime.fromisoformat(session.local_start)
    return {
        "version": session.version,
        "topic": session.topic,
        "description": session.description,
        "date": date(wall.year, wall.month, wall.day),
        "time": time(wall.hour, wall.minute),
        "fold": str(session.fold),
        "zone": session.zone,
        "minutes": str(session.minutes),
        "reason": session.short_notice_reason,
    }
