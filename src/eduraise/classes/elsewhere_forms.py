"""What is typed where a class can't be held in Zoom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes.elsewhere import LONGEST
from eduraise.classes.models import ClassSession, OtherLink
from eduraise.core.errors import DomainError
from eduraise.ui.fields import unmarked


class OtherLinkForm(forms.Form):
    """A link to another room; the one that this person gave last stands in it."""

    url = unmarked(
        forms.CharField(
            label=gettext_lazy("Link to the other room"),
            # the action refuses what is empty or no link, in words for it
            required=False,
            help_text=gettext_lazy(
                "Of any meeting that people can open in their browser. Students are told once, and go on "
                "using the class’s own link, which leads there."
            ),
            widget=forms.URLInput(
                attrs={"maxlength": LONGEST, "autocomplete": "off", "placeholder": "https://", "dir": "ltr"}
            ),
        )
    )

    def add_problem(self, problem: DomainError) -> None:
        """Put a refusal at its field."""
        self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class SpareRoomForm(OtherLinkForm):
    """The link to a room that a teacher keeps; empty for none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].label = gettext_lazy("Link to your room outside Zoom")
        self.fields["url"].help_text = gettext_lazy(
            "Of any meeting that people can open in their browser and that stays the same. Empty for none."
        )


def last_given(*, by: User, session: ClassSession) -> dict[str, Any]:
    """What the form begins with: the link that this person gave last to a class of the program."""
    given = OtherLink.objects.filter(by=by, session__program=session.program_id).order_by("-at").first()
    return {"url": given.url} if given is not None else {}
