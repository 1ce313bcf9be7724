from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig

from eduraise.core import hooks

if TYPE_CHECKING:
    from eduraise.accounts.models import User


class EventsConfig(AppConfig):
    """What Zoom tells, and what is read where it told nothing."""

    name = "eduraise.events"
    label = "events"

    def ready(self) -> None:
        """Tell admins of events that failed, and of events that don't come."""
        hooks.needs_of.register(needs)


def needs(*, person: User, now: datetime, **_more: object) -> Iterator[hooks.Problem]:
    """What an admin must see of Zoom's events."""
    if person.is_admin:
        from eduraise.events.needs import failed_events, silent_accounts

        yield from failed_events()
        yield from silent_accounts(now)
