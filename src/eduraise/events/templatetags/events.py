"""`{% load events %}`: why an event stands where it stands."""

from __future__ import annotations

from django.template import Library

from eduraise.events.queries import why

register = Library()
register.filter("why", why)
