"""Which classes of a series a form is about: asked wherever one of them is changed, given on or cancelled."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.classes.series_parts import Part, Scope
from eduraise.ui.fields import unmarked
from eduraise.ui.widgets import Segmented

THIS = "this"


def ask_scope(form: forms.Form, parts: Mapping[Scope, Part]) -> None:
    """Let a form ask which classes are meant, if there is more than one; this one alone unless chosen."""
    if not parts:
        return
    field = forms.ChoiceField(
        label=_("Which classes"),
        choices=[(THIS, _("This class")), *((scope, label_of(scope, part)) for scope, part in parts.items())],
        initial=THIS,
        required=False,
        widget=Segmented,
        error_messages={"invalid_choice": _("Choose one of those shown.")},
    )
    form.fields = {"scope": unmarked(field), **form.fields}


def scope_of(form: forms.Form) -> Scope | None:
    """Which part of its series was chosen; None for the class alone."""
    if "scope" not in form.fields:
        return None
    value = form["scope"].value()
    return Scope(value) if value in Scope.values else None


def label_of(scope: Scope, part: Part) -> str:
    """How a choice is named: those that are over or cancelled don’t count."""
    number = len(part.classes)
    if scope is Scope.FOLLOWING:
        return _("This and following (%(n)d)") % {"n": number}
    return ngettext("All %(n)d left in this series", "All %(n)d left in this series", number) % {"n": number}
