"""What is said where there were recordings and are none any more: that is no “not yet”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.recordings.enums import GoneBy
from eduraise.recordings.queries import gone_from
from eduraise.recordings.visibility import day_words


@dataclass(frozen=True)
class Gone:
    """How many were deleted or removed; when the last of them, None where nobody knows; by_rule: whether the
    program's rule did that."""

    number: int
    last_at: datetime | None
    by_rule: bool

    @property
    def title(self) -> str:
        """That they are gone."""
        words = ngettext("The recording was deleted", "All %(n)d recordings were deleted", self.number)
        return words % {"n": self.number}

    @property
    def sentence(self) -> str:
        """Since when, and by what."""
        if self.last_at is None:
            return _("It can’t be watched any more.")
        words = {"day": day_words(self.last_at)}
        if self.by_rule:
            by_rule = ngettext(
                "It went on %(day)s, by the program’s rule.",
                "The last one went on %(day)s, by the program’s rule.",
                self.number,
            )
            return by_rule % words
        return ngettext("It went on %(day)s.", "The last one went on %(day)s.", self.number) % words


def gone_of(reader: User, now: datetime, **which: Any) -> Gone | None:
    """What is gone of those that somebody could have watched, `which` narrows them; None if nothing is. For
    where there is nothing else: two queries."""
    rows = gone_from(reader, now).filter(**which)
    number = rows.count()
    if not number:
        return None
    when = Coalesce("removed_at", "gone_at")
    last = rows.order_by(when.desc(nulls_last=True), "-pk").values_list(when, "gone_by", "removed_at")[0]
    last_at, gone_by, removed_at = last
    return Gone(number, last_at, by_rule=gone_by == GoneBy.RULE and removed_at is None)
