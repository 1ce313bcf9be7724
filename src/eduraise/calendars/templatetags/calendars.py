"""What pages with calendars write."""

from __future__ import annotations

from django import template

from eduraise.calendars.actions import address_of
from eduraise.calendars.models import Feed

register = template.Library()


@register.simple_tag
def feed_address(feed: Feed) -> str:
    """A feed's whole address, on its owner's own pages."""
    return address_of(feed)
