"""Whom to enrol, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import email_key
from eduraise.accounts.queries import people_by_email
from eduraise.accounts.validators import clean_email, clean_name
from eduraise.core.errors import DomainError
from eduraise.programs.enrolling import require_no_teacher, require_open_accounts
from eduraise.programs.forms.timetable import NO_DATE
from eduraise.programs.models import Program
from eduraise.programs.queries import presets_of
from eduraise.ui.times import midnight
from eduraise.ui.widgets import DateInput

MOST_AT_ONCE = 50


class SinceForm(forms.Form):
    """Since when somebody attends a program."""

    since_on = forms.DateField(
        label=gettext_lazy("They attend since"),
        help_text=gettext_lazy(
            "Left empty: from now on. An earlier day counts for the attendance of the classes since then."
        ),
        required=False,
        widget=DateInput(),
        error_messages=NO_DATE,
    )

    def __init__(self, data: Any = None, *, program: Program, now: datetime, **more: Any) -> None:
        super().__init__(data, **more)
        self.program, self.now = program, now

    def clean_since_on(self) -> date | None:
        """Nobody is enrolled ahead of time."""
        since: date | None = self.cleaned_data["since_on"]
        if since is not None and since > self.now.astimezone(ZoneInfo(self.program.zone)).date():
            raise forms.ValidationError(_("Give a day that has come, or none."))
        return since

    @property
    def from_at(self) -> datetime | None:
        """When that day began where the program is; None for from now on."""
        since: date | None = self.cleaned_data["since_on"]
        return midnight(since, ZoneInfo(self.program.zone)) if since else None


class FoundForm(SinceForm):
    """The same for people who were looked for; its field stands outside the list that they stand in."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, auto_id="found_%s", **more)
        self.fields["since_on"].widget.attrs["form"] = "found-people"


@dataclass(frozen=True)
class Line:
    """A line that names somebody: its number as it was typed, what stands before the address, the address."""

    number: int
    name: str
    address: str


class EnrolForm(SinceForm):
    """One or several people, a line each: `Name, address`, or an address that is known here."""

    people = forms.CharField(
        label=gettext_lazy("Students"),
        help_text=gettext_lazy("One a line: Nora Castell, nora@example.org. Who is new here is invited."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20000,
    )
    field_order = ("people", "since_on")

    def clean_people(self) -> list[tuple[str, str]]:
        """(name, address) of each line; every line for which nobody can be enrolled is named, with why."""
        typed = self.cleaned_data["people"].splitlines()
        numbered = [(number, line.strip()) for number, line in enumerate(typed, 1) if line.strip()]
        if len(numbered) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most 50 at once. Use the import for more."))
        read, problems = _read_all(numbered)
        found, refused = self._check_all(read)
        problems |= refused
        if problems:
            words = (
                _("Line %(number)d: %(problem)s") % {"number": number, "problem": problems[number]}
                for number in sorted(problems)
            )
            raise forms.ValidationError(list(words))
        return found

    def _check_all(self, lines: Iterable[Line]) -> tuple[list[tuple[str, str]], dict[int, str]]:
        """Of lines that can be read: who is to be enrolled; and why somebody can't be, by line."""
        lines = list(lines)
        known = people_by_email([line.address for line in lines])
        presets = presets_of([person.pk for person in known.values()], [self.program.pk], self.now)
        found: list[tuple[str, str]] = []
        refused: dict[int, str] = {}
        for line in lines:
            person = known.get(email_key(line.address))
            try:
                name = _name_of(line) if person is None else person.name
                if person is not None:
                    require_open_accounts([person])
                    require_no_teacher([person], self.program, presets)
            except DomainError as problem:
                refused[line.number] = problem.message
            else:
                found.append((name, line.address))
        return found, refused


def _read_all(numbered: Iterable[tuple[int, str]]) -> tuple[list[Line], dict[int, str]]:
    """Lines with an address, and what is wrong with the others, by number."""
    read: list[Line] = []
    problems: dict[int, str] = {}
    for number, line in numbered:
        name, _comma, address = line.replace(";", ",").rpartition(",")
        try:
            read.append(Line(number, name.strip(), clean_email(address)))
        except DomainError:
            problems[number] = _("“%(line)s” has no e-mail address.") % {"line": line[:60]}
    return read, problems


def _name_of(line: Line) -> str:
    """The name of somebody who is new here. Raises DomainError."""
    if not line.name:
        words = _("nobody here has %(address)s. Write the name before it.")
        raise DomainError(words % {"address": line.address}, field="people")
    return clean_name(line.name)
