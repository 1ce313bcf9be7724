"""What is chosen for a class's groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.attendance.apart import label_of, told_apart
from eduraise.core.errors import DomainError
from eduraise.live.groups import MOST_GROUPS, Groups
from eduraise.live.handouts import HandoutChanged
from eduraise.live.models import LONGEST_HANDOUT, LONGEST_NAME, Handout
from eduraise.ui.fields import unmarked


class MakeForm(forms.Form):
    """How many groups at random, or of which size."""

    number = unmarked(
        forms.IntegerField(
            label=gettext_lazy("How many groups"), min_value=1, max_value=MOST_GROUPS, required=False
        )
    )
    size = unmarked(
        forms.IntegerField(
            label=gettext_lazy("Or how many in each"), min_value=1, max_value=500, required=False
        )
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not self.errors and not (data.get("number") or data.get("size")):
            self.add_error("number", _("Say how many groups, or how many in each."))
        return data


class GroupsForm(forms.Form):
    """The groups by name, and for each student which one."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    is_shown = unmarked(
        forms.BooleanField(
            label=gettext_lazy("Students see their group on the class’s page, with first names"),
            required=False,
        )
    )

    def __init__(self, data: Any, *, groups: Groups, more: int = 0) -> None:
        self.groups = groups
        number = _number(data) if data else len(groups.groups) + more
        self.people: list[User] = [
            *groups.unplaced,
            *(one for group in groups.groups for one in group.people),
        ]
        super().__init__(data or None, initial={"version": groups.version, "is_shown": groups.is_shown})
        placed = {one.pk: place for place, group in enumerate(groups.groups) for one in group.people}
        for place in range(number):
            known = groups.groups[place].name if place < len(groups.groups) else ""
            self.fields[f"name_{place}"] = unmarked(
                forms.CharField(
                    label=_("Name of group %(n)d") % {"n": place + 1},
                    initial=known,
                    required=False,
                    max_length=LONGEST_NAME,
                )
            )
        names = [("", _("No group"))]
        names += [(str(place), self._name(place)) for place in range(number)]
        apart = told_apart(self.people, sees_contact=False)
        for person in self.people:
            self.fields[f"place_{person.pk}"] = unmarked(
                forms.ChoiceField(
                    label=label_of(person, apart),
                    choices=names,
                    initial=str(placed[person.pk]) if person.pk in placed else "",
                    required=False,
                )
            )
        self.number = number

    def _name(self, place: int) -> str:
        known = self.groups.groups[place].name if place < len(self.groups.groups) else ""
        return known or _("Group %(n)d") % {"n": place + 1}

    @property
    def name_fields(self) -> list[forms.BoundField]:
        """The fields of the groups' names."""
        return [self[f"name_{place}"] for place in range(self.number)]

    @property
    def place_fields(self) -> list[tuple[User, forms.BoundField]]:
        """Each student with the field that says where they go; who is in no group first."""
        return [(person, self[f"place_{person.pk}"]) for person in self.people]

    def names(self) -> list[str]:
        """The names in order."""
        return [self.cleaned_data.get(f"name_{place}") or "" for place in range(self.number)]

    def places(self) -> dict[int, int]:
        """Who goes where."""
        chosen = {person.pk: self.cleaned_data.get(f"place_{person.pk}") for person in self.people}
        return {person: int(place) for person, place in chosen.items() if place}


class SayForm(forms.Form):
    """What is said to a class's students before and after it, each with the version that was seen."""

    before_text = unmarked(
        forms.CharField(
            label=Handout.Place.BEFORE.label,
            required=False,
            strip=False,
            help_text=gettext_lazy("What to bring, what to read. It stands at the class’s door, too."),
            widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_HANDOUT}),
        )
    )
    before_version = forms.IntegerField(widget=forms.HiddenInput())
    after_text = unmarked(
        forms.CharField(
            label=Handout.Place.AFTER.label,
            required=False,
            strip=False,
            help_text=gettext_lazy("What to do until the next class, where to read on."),
            widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_HANDOUT}),
        )
    )
    after_version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, found: Mapping[str, Handout]) -> None:
        initial: dict[str, Any] = {}
        for place in Handout.Place.values:
            row = found.get(place)
            initial |= {
                f"{place}_text": row.text if row else "",
                f"{place}_version": row.version if row else 0,
            }
        super().__init__(data, initial=initial)

    def add_problem(self, problem: DomainError, place: str) -> None:
        """Put a refusal at its field; of a change meanwhile, let it be saved knowingly."""
        self.add_error(f"{place}_text", problem.message)
        if isinstance(problem, HandoutChanged):
            self.data = {**self.data.dict(), f"{place}_version": str(problem.version)}  # type: ignore[attr-defined]


def _number(data: Any) -> int:
    """How many groups a sent form has."""
    places = [name.removeprefix("name_") for name in data if name.startswith("name_")]
    numbers = [int(one) for one in places if one.isascii() and one.isdigit()]
    return min(MOST_GROUPS + 1, 1 + max(numbers, default=-1))
