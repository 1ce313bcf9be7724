"""One mail in the place of two: words that wait to be mailed, for a mail about the same thing to carry.

Whoever writes such a mail takes the words along and drops their own mail, in one transaction. What a message
says in the app stays. Before mails go out, those who may carry them are told (`core.hooks.mails_due`), so
that it is never a matter of who was faster.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from eduraise.accounts.models import User
from eduraise.notifications.capping import HELD
from eduraise.notifications.models import Delivery
from eduraise.notifications.sending import NotNeeded, require_needed
from eduraise.ui.letters import Letter

CARRIED = "carried"
# What is held for an admin may be carried: to whom the other mail goes isn't for that to decide
STILL_TO_GO = Q(state=Delivery.State.WAITING) | Q(state=Delivery.State.FAILED, last_error_code=HELD)


@dataclass(frozen=True)
class Waiting:
    """A message that is still to be mailed: its words, and of which things it tells."""

    key: int
    letter: Letter
    about: Collection[UUID]


def waiting_for(person: User, now: datetime) -> list[Waiting]:
    """What is still to be mailed to a person and can be carried, oldest first, in the words of the language
    that is active."""
    rows = Delivery.objects.filter(
        STILL_TO_GO,
        channel=Delivery.Channel.MAIL,
        message__person=person,
        message__not_before__lte=now,
        message__dropped_at__isnull=True,
    )
    found = []
    for row in rows.select_related("message__person").order_by("message__created_at", "pk"):
        message = row.message
        try:
            kind = require_needed(message, now)
        except NotNeeded:
            continue
        about = kind.about([message]).get(message.pk) if kind.about else None
        letter = kind.words([message], now).get(message.pk) if about else None
        if about and letter:
            found.append(Waiting(row.pk, letter, about))
    return found


def carry(waiting: Waiting) -> bool:
    """Drop a message's own mail because another one carries its words; False if it is on its way already.
    Within the transaction that queues the other."""
    rows = Delivery.objects.filter(STILL_TO_GO, pk=waiting.key)
    return bool(rows.update(state=Delivery.State.DROPPED, last_error_code=CARRIED))
