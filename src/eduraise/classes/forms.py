"""What people type about a class, kept as they typed it until all of it can be saved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.access.rules import may_book_for_others, teachers_of
from eduraise.accounts.models import User
from eduraise.classes.being_there import NotThere
from eduraise.classes.changing import Edit
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.hours_form import OTHER, HoursForm, ask_in
from eduraise.classes.models import ClassSession
from eduraise.classes.rules import SettingRule, setting_rules
from eduraise.classes.suggesting import suggest_start, suggest_topic
from eduraise.classes.texts import DESCRIPTION_LONGEST, MESSAGE_LONGEST, TOPIC_LONGEST
from eduraise.core.codes import new_token
from eduraise.core.errors import DomainError
from eduraise.programs.enums import AutoRecording, Entry, Permission
from eduraise.programs.models import Program
from eduraise.ui.widgets import Agreement, Segmented


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


def find_program(programs: QuerySet[Program], code: str | None) -> Program | None:
    """The program that was asked for, if it is one of those; else the first of them."""
    rows = programs.select_related("class_settings").order_by("code_key")
    asked = rows.filter(code_key=code.strip().casefold()).first() if code else None
    return asked or rows.first()


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
