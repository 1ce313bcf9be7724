"""`{% load events %}`: why an event stands where it stands."""

from __future__ import annotations

from django.template import Library

from eduraise.events.queries import RETRIABLE, why

register = Library()
register.filter("why", why)


@register.filter
def retriable(event: object) -> bool:
    """Whether an event can be tried again."""
    return getattr(event, "state", "") in RETRIABLE
