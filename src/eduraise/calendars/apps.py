from __future__ import annotations

from django.apps import AppConfig

from eduraise.core import hooks


class CalendarsConfig(AppConfig):
    """Classes in a calendar: the page, and feeds that other calendars read."""

    name = "eduraise.calendars"
    label = "calendars"

    def ready(self) -> None:
        """Answer the rooms below."""
        from eduraise.calendars import answering

        hooks.settings_parts.register(answering.settings_part)
        hooks.program_parts.register(answering.program_part)
        hooks.class_acts.register(answering.class_acts)
