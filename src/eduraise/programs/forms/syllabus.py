"""The topics of a program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.programs.models import Material, SyllabusTopic
from eduraise.programs.syllabus import LONGEST_TITLE, UnfitTopics, read_titles

LONGEST_NOTES = 5000


class TopicsForm(forms.Form):
    """One or several topics, one a line."""

    titles = forms.CharField(
        label=gettext_lazy("Topics"),
        strip=False,
        help_text=gettext_lazy("One a line, in the order in which they are taught. Numbers before them go."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": gettext_lazy("Write a topic a line.")},
    )

    def clean_titles(self) -> list[str]:
        """The titles, one by one."""
        try:
            return read_titles(self.cleaned_data["titles"])
        except UnfitTopics as problem:
            raise forms.ValidationError(problem.problems) from None


class TopicForm(forms.Form):
    """One topic that is there: title, notes, place, materials; and which version of it the person saw."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=LONGEST_NOTES,
        help_text=gettext_lazy("Students read them too."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    place = forms.IntegerField(label=gettext_lazy("Number"), min_value=1)
    materials = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Materials"),
        queryset=Material.objects.none(),
        to_field_name="uid",
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text=gettext_lazy("One that goes with another topic goes with this one from now on."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: Any, *, topic: SyllabusTopic, place: int, count: int) -> None:
        of_program = Material.objects.present().filter(program=topic.program_id, assignment__isnull=True)
        shown = {
            "title": topic.title,
            "notes": topic.notes,
            "place": place,
            "materials": list(of_program.filter(topic=topic).values_list("uid", flat=True)),
            "version": topic.version,
        }
        super().__init__(data, initial=shown)
        self.fields["place"].widget.attrs["max"] = count
        field = self.fields["materials"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = of_program.in_order()
        if not field.queryset.exists():
            del self.fields["materials"]

    def values(self) -> dict[str, Any]:
        """What to save."""
        data = {"materials": [], **self.cleaned_data}
        data["seen_version"] = data.pop("version")
        return data
