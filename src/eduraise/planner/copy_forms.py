"""What is typed to copy a program to its next term."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.programs.copying import LONGEST_CODE, CopyDraft, next_code_of, next_term_of, teachers_to_copy
from eduraise.programs.forms.programs import code_of
from eduraise.programs.models import Program
from eduraise.ui.fields import PeopleField
from eduraise.ui.widgets import DateInput


class CopyForm(forms.Form):
    """The copy's name and days, and what goes along."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=150)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("Short, such as ALG-2. It stands before the title everywhere."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=DateInput(),
        help_text=gettext_lazy("All dates move by whole weeks, so that weekdays stay."),
    )
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput())
    teachers = PeopleField(
        label=gettext_lazy("Teachers who go along"),
        queryset=User.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    with_materials = forms.BooleanField(label=gettext_lazy("Materials"), required=False, initial=True)
    with_others = forms.BooleanField(
        label=gettext_lazy("Classes outside the timetable, as many weeks later"), required=False, initial=True
    )
    moves_holidays = forms.BooleanField(
        label=gettext_lazy("Its own holidays, as many weeks later"), required=False
    )
    with_students = forms.BooleanField(label=gettext_lazy("Its students"), required=False)

    def __init__(self, data: Any = None, *, program: Program, now: datetime) -> None:
        today = now.astimezone(ZoneInfo(program.zone)).date()
        first, last = next_term_of(program, today)
        teachers = teachers_to_copy(program, now)
        kept = {
            "title": program.title,
            "code": next_code_of(program, first),
            "starts_on": first,
            "ends_on": last,
            "teachers": [one.uid for one in teachers],
        }
        super().__init__(data, initial=kept)
        people = self.fields["teachers"]
        assert isinstance(people, forms.ModelMultipleChoiceField)
        people.queryset = User.objects.filter(pk__in=[one.pk for one in teachers]).order_by("name", "pk")
        if not teachers:
            del self.fields["teachers"]

    def clean_code(self) -> str:
        """Letters, digits and dashes, and none that there is."""
        return code_of(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        """First day before last."""
        typed: dict[str, Any] = self.cleaned_data
        first, last = typed.get("starts_on"), typed.get("ends_on")
        if first and last and first > last:
            self.add_error("ends_on", _("The last day must not be before the first."))
        return typed

    def values(self) -> dict[str, Any]:
        """What `copy_to_term` takes."""
        typed = dict(self.cleaned_data)
        with_others = typed.pop("with_others")
        return {
            "draft": CopyDraft(**typed | {"teachers": list(typed.get("teachers", ()))}),
            "with_others": with_others,
        }
