"""What is typed for a plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.access.rules import teachers_of
from eduraise.accounts.models import User
from eduraise.planner.cells import LONGEST, SHORTEST
from eduraise.planner.columns import Column, Guess, Known
from eduraise.planner.models import PastedTable
from eduraise.planner.pasting import guess_of, read_table
from eduraise.planner.sourcing import term_of
from eduraise.programs.enums import Permission
from eduraise.programs.forms.timetable import last_after_first
from eduraise.programs.models import Program
from eduraise.ui.fields import PersonField
from eduraise.ui.pasting import PasteTableForm
from eduraise.ui.widgets import DateInput, Segmented
from eduraise.ui.written_dates import Order

ORDERS = [
    (Order.DAY_FIRST.value, gettext_lazy("Day, month")),
    (Order.MONTH_FIRST.value, gettext_lazy("Month, day")),
]


class TermForm(forms.Form):
    """From which day until which a timetable is to be planned."""

    first_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput())
    last_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput())

    def __init__(self, data: Any = None, *, program: Program, now: datetime) -> None:
        first, last = term_of(program, now)
        super().__init__(data, initial={"first_on": first, "last_on": last})

    def clean(self) -> dict[str, Any]:
        """The last day isn't before the first."""
        last_after_first(self, "first_on", "last_on")
        return self.cleaned_data


class TableForm(PasteTableForm):
    """One table of classes."""

    text_help = gettext_lazy("Date, start, length or end, teacher, title: one class a line.")
    file_help = gettext_lazy("At most 1,000 lines and 1 MB.")

    def __init__(self, *args: Any, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known

    def clean(self) -> dict[str, Any]:
        """`grid` and `file_name`, beside what was typed."""
        return self.clean_with("grid", lambda content: read_table(content, self.known))

    def values(self) -> dict[str, Any]:
        """What `paste_table` takes."""
        return {name: self.cleaned_data[name] for name in ("grid", "file_name")}


class ColumnsForm(forms.Form):
    """What each column of a table holds, and what holds for rows that don't say."""

    heading = forms.BooleanField(label=gettext_lazy("The first line is a heading"), required=False)
    order = forms.ChoiceField(label=gettext_lazy("Dates"), choices=ORDERS, widget=Segmented())
    teacher = PersonField(
        label=gettext_lazy("Teacher of lines that name none"),
        queryset=User.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of lines that say no length"),
        required=False,
        min_value=SHORTEST,
        max_value=LONGEST,
    )

    def __init__(self, data: Any = None, *, table: PastedTable, teachers: list[User]) -> None:
        found = guess_of(table)
        kept = {
            "heading": found.has_heading,
            "order": found.order.value,
            "teacher": table.teacher.uid if table.teacher else None,
            "minutes": table.minutes,
        }
        self.places = [f"column{place}" for place in range(len(found.columns))]
        super().__init__(data, initial=kept | dict(zip(self.places, found.columns, strict=True)))
        people = self.fields["teacher"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = User.objects.filter(pk__in=[one.pk for one in teachers]).order_by("name", "pk")
        for name, label in zip(self.places, _labels(table, len(found.columns)), strict=True):
            self.fields[name] = forms.ChoiceField(
                label=label, choices=Column.choices, required=False, initial=self.initial[name]
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields for the columns."""
        return [self[name] for name in self.places]

    def clean(self) -> dict[str, Any]:
        """No two columns hold the same, and one holds the date."""
        typed: dict[str, Any] = self.cleaned_data
        chosen = [typed.get(name, "") for name in self.places]
        for place, name in enumerate(self.places):
            if chosen[place] and chosen[place] in chosen[:place]:
                self.add_error(name, _("Another column holds this already."))
        if Column.DATE not in chosen:
            self.add_error(None, _("Say which column holds the date."))
        return typed

    def values(self) -> dict[str, Any]:
        """What `read_again` takes."""
        typed = self.cleaned_data
        columns = tuple(typed[name] for name in self.places)
        return {
            "found": Guess(columns, typed["heading"], Order(typed["order"])),
            "teacher": typed["teacher"],
            "minutes": typed["minutes"],
        }


def _labels(table: PastedTable, width: int) -> list[str]:
    """What stands on top of each column, or its number."""
    first: list[str] = next((cells for _number, cells, broken in table.rows if not broken), [])
    shown = [*first, *[""] * (width - len(first))]
    return [
        cell[:40] if cell else _("Column %(number)d") % {"number": place}
        for place, cell in enumerate(shown, 1)
    ]


def columns_form(table: PastedTable, now: datetime, data: Any = None) -> ColumnsForm:
    """The form for a plan's table, with the teachers that its program has now."""
    program = table.plan.program
    return ColumnsForm(data, table=table, teachers=teachers_of(program, now, permission=Permission.HOST))
