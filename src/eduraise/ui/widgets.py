"""Controls that Django has no widget for. All are native radios and boxes underneath, and post like them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise


class Pills(forms.RadioSelect):
    """One of a few: lengths."""

    template_name = "ui/form/pills.html"


class PillsMultiple(forms.CheckboxSelectMultiple):
    """Several of a few."""

    template_name = "ui/form/pills.html"


class Weekdays(PillsMultiple):
    """Several of seven, in one row on phones."""

    template_name = "ui/form/weekdays.html"


class Segmented(forms.RadioSelect):
    """One of two to four that exclude each other."""

    template_name = "ui/form/segmented.html"


class ChoiceCards(forms.RadioSelect):
    """One of a few that need a line of explanation each. explanations: a line for each value."""

    template_name = "ui/form/choicecards.html"

    def __init__(self, explanations: Mapping[str, str | Promise]) -> None:
        super().__init__()
        self.explanations = explanations

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, label, *args, **kwargs)
        return option | {"explanation": self.explanations.get(str(value), "")}


class Agreement(forms.Widget):
    """A box that agrees to one thing: it sends `asked`, and is ticked only where that very thing was agreed
    to, so that what changed since is asked anew."""

    input_type = "checkbox"
    template_name = "django/forms/widgets/checkbox.html"
    asked = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"] |= {"type": self.input_type, "value": self.asked}
        if given := context["widget"]["attrs"].get("id"):
            context["widget"]["attrs"]["id"] = self.id_for_label(given)
        context["widget"]["attrs"]["checked"] = bool(self.asked) and value == self.asked
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        return str(data.get(name, ""))

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        # a box that asks something else is another one, which a page that is morphed doesn't leave ticked
        return f"{id_}_{self.asked}" if self.asked else id_


class DateInput(forms.DateInput):
    """The device's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")  # the only form that the control takes and gives


class TimeInput(forms.TimeInput):
    """The device's own time picker."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")
