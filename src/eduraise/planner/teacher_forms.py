"""Choosing a teacher for classes of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.planner.teaching import Offer
from eduraise.ui.widgets import ChoiceCards


class TeacherForm(forms.Form):
    """One of those who may teach here, each with how many of the classes she could hold."""

    teacher = forms.ChoiceField(
        label=gettext_lazy("Teacher"), error_messages={"required": gettext_lazy("Choose a teacher.")}
    )

    def __init__(
        self, data: Any = None, *, offers: Sequence[Offer], number: int, present: User | None
    ) -> None:
        super().__init__(data, initial={"teacher": str(present.uid) if present else None})
        self.by_uid = {str(offer.teacher.uid): offer.teacher for offer in offers}
        field = self.fields["teacher"]
        assert isinstance(field, forms.ChoiceField)
        field.widget = ChoiceCards({str(offer.teacher.uid): _said(offer, number) for offer in offers})
        field.choices = [(uid, teacher.name) for uid, teacher in self.by_uid.items()]

    @property
    def chosen(self) -> User:
        """Whom a valid form names."""
        return self.by_uid[self.cleaned_data["teacher"]]


def _said(offer: Offer, number: int) -> str:
    """How many of so many classes somebody could hold, and what hinders the others."""
    if not offer.holds:
        return _("Can’t: %(why)s") % {"why": offer.why_not}
    if offer.holds == number:
        said = ngettext("Could hold it", "Could hold all %(n)d", number) % {"n": number}
    else:
        words = {"n": offer.holds, "of": number, "why": offer.why_not}
        said = _("Could hold %(n)d of %(of)d. %(why)s") % words
    return f"{said.removesuffix('.')}. {_away(offer, number)}" if offer.away else said


def _away(offer: Offer, number: int) -> str:
    """That she isn't there, as she states."""
    if number == 1:
        return offer.why_away
    words = ngettext("At %(n)d not there: %(why)s", "At %(n)d not there: %(why)s", offer.away)
    return words % {"n": offer.away, "why": offer.why_away}
