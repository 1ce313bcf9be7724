"""Forms of programs: explicit fields, errors in words that say what would be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.queries import find_by_email
from eduraise.accounts.zones import find_zone
from eduraise.programs.enums import (
    Audience,
    AutoRecording,
    Entry,
    MaterialKind,
    Permission,
    Preset,
    Strength,
)
from eduraise.programs.models import ALL_WEEKDAYS, ClassSettings, Program
from eduraise.ui.widgets import DateInput, PillsMultiple, Segmented, TimeInput, Weekdays

if TYPE_CHECKING:
    _ProgramForm = forms.ModelForm[Program]
    _RulesForm = forms.ModelForm[ClassSettings]
else:  # the framework's forms can't be subscripted when they run
    _ProgramForm = _RulesForm = forms.ModelForm

MOST_AT_ONCE = 50
STRENGTHS = ("entry", "has_passcode", "mutes_on_entry", "auto_recording", "requires_sign_in")


class ProgramForm(_ProgramForm):
    """What a program says of itself."""

    class Meta:
        model = Program
        fields = (
            "title",
            "code",
            "subject",
            "needs",
            "zone",
            "starts_on",
            "ends_on",
            "guidelines",
            "software",
            "support_contact",
        )
        labels = {
            "title": gettext_lazy("Title"),
            "code": gettext_lazy("Code"),
            "subject": gettext_lazy("Subject"),
            "needs": gettext_lazy("What a teacher needs to know"),
            "zone": gettext_lazy("Time zone"),
            "starts_on": gettext_lazy("First day"),
            "ends_on": gettext_lazy("Last day"),
            "guidelines": gettext_lazy("Guidelines for classes"),
            "software": gettext_lazy("Software that students need"),
            "support_contact": gettext_lazy("Whom to ask"),
        }
        help_texts = {
            "code": gettext_lazy("Short, such as ALG-2. It stands before the title everywhere."),
            "zone": gettext_lazy("Classes keep their local time here through every clock change."),
        }
        widgets = {
            "starts_on": DateInput(),
            "ends_on": DateInput(),
            "guidelines": forms.Textarea(attrs={"rows": 4}),
            "software": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_zone(self) -> str:
        """The zone's name, however its city was typed."""
        zone = find_zone(self.cleaned_data["zone"])
        if zone is None:
            raise forms.ValidationError(_("There is no such zone. Write a city, such as Madrid."))
        return zone

    def clean_code(self) -> str:
        """Letters, digits and dashes: the code stands in addresses."""
        code: str = self.cleaned_data["code"].strip()
        if not code.replace("-", "").isalnum() or not code.isascii() or code.casefold() == "new":
            raise forms.ValidationError(_("Use letters, digits and dashes only, such as ALG-2."))
        if Program.objects.filter(code_key=code.casefold()).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another program has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """First day before last."""
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and first > last:
            self.add_error("ends_on", _("The last day must not be before the first."))
        return data


class RulesForm(_RulesForm):
    """How classes are held, each with how firmly."""

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
        )
        labels = {
            "entry": gettext_lazy("Before the teacher is there"),
            "has_passcode": gettext_lazy("Passcode"),
            "mutes_on_entry": gettext_lazy("Mute students when they enter"),
            "auto_recording": gettext_lazy("Recording"),
            "requires_sign_in": gettext_lazy("Students must be signed in at Zoom"),
            **{f"{name}_strength": gettext_lazy("How firmly") for name in STRENGTHS},
            "notice_minutes": gettext_lazy("Notice before a class, in minutes"),
            "notice_is_hard": gettext_lazy("Refuse shorter notice instead of asking for a reason"),
            "shortest_minutes": gettext_lazy("Shortest class, in minutes"),
            "longest_minutes": gettext_lazy("Longest class, in minutes"),
            "from_time": gettext_lazy("Not before"),
            "to_time": gettext_lazy("Not after"),
            "join_opens_minutes": gettext_lazy("Join opens, in minutes before the start"),
        }
        help_texts = {
            "requires_sign_in": gettext_lazy("Whoever has no Zoom account of their own can’t come in then."),
            "notice_minutes": gettext_lazy("1440 are 24 hours."),
        }
        widgets = {
            "entry": Segmented(choices=Entry.choices),
            "auto_recording": Segmented(choices=AutoRecording.choices),
            **{f"{name}_strength": Segmented(choices=Strength.choices) for name in STRENGTHS},
            "from_time": TimeInput(),
            "to_time": TimeInput(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mask = self.instance.weekdays if self.instance.pk else ALL_WEEKDAYS
        self.fields["weekday_choice"].initial = [day for day in range(7) if mask >> day & 1]

    def values(self) -> dict[str, Any]:
        """What to save."""
        data = dict(self.cleaned_data)
        days = data.pop("weekday_choice")
        return data | {"weekdays": sum(1 << day for day in days)}


class AssignForm(forms.Form):
    """A teacher's part in a program."""

    person = forms.UUIDField(label=gettext_lazy("Teacher"), widget=forms.HiddenInput())
    preset = forms.ChoiceField(
        label=gettext_lazy("As"), choices=Preset.choices, widget=Segmented(), initial=Preset.TEACHER
    )
    own = forms.BooleanField(
        label=gettext_lazy("Choose single permissions instead of the usual ones"), required=False
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("Permissions"), choices=Permission.choices, required=False, widget=PillsMultiple()
    )
    expectations = forms.CharField(
        label=gettext_lazy("What you expect"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The teacher is told at once, with these words."),
    )

    def values(self) -> dict[str, Any]:
        """What to save, but for the person."""
        data = self.cleaned_data
        return {
            "preset": data["preset"],
            "permissions": data["permissions"] if data["own"] else None,
            "expectations": data["expectations"],
        }


class EnrolForm(forms.Form):
    """One or several people, a line each: `Name, address`, or an address that is known here."""

    people = forms.CharField(
        label=gettext_lazy("Students"),
        help_text=gettext_lazy("One a line: Nora Castell, nora@example.org. Who is new here is invited."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20000,
    )

    def clean_people(self) -> list[tuple[str, str]]:
        """(name, address) of each line; a line that can't be read is named."""
        found: list[tuple[str, str]] = []
        check = forms.EmailField()
        lines = [line.strip() for line in self.cleaned_data["people"].splitlines() if line.strip()]
        if len(lines) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most 50 at once. Use the import for more."))
        for number, line in enumerate(lines, 1):
            name, _comma, address = line.replace(";", ",").rpartition(",")
            try:
                address = check.clean(address.strip())
            except forms.ValidationError as problem:
                raise forms.ValidationError(
                    _("Line %(number)d has no e-mail address: %(line)s")
                    % {"number": number, "line": line[:60]}
                ) from problem
            known = find_by_email(address)
            if not name.strip() and known is None:
                raise forms.ValidationError(
                    _("Line %(number)d: nobody here has %(address)s. Write the name before it.")
                    % {"number": number, "address": address}
                )
            found.append((known.name if known else name.strip()[:150], address))
        return found


class MaterialForm(forms.Form):
    """A text, a link or a file."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=MaterialKind.choices, widget=Segmented(), initial="link"
    )
    url = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=500)
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=10000, widget=forms.Textarea(attrs={"rows": 4})
    )
    file = forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=False)
    visible_to = forms.ChoiceField(
        label=gettext_lazy("For"), choices=Audience.choices, widget=Segmented(), initial="students"
    )


class ProfileForm(forms.Form):
    """What a person teaches, and how much."""

    subjects = forms.CharField(
        label=gettext_lazy("Subjects"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Separated by commas: Algebra, Physics"),
    )
    weekly_hours = forms.IntegerField(
        label=gettext_lazy("Hours a week at most"), required=False, min_value=1, max_value=60
    )
