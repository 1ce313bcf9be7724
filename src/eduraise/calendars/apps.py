from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.core import hooks
from eduraise.ui import nav


class CalendarsConfig(AppConfig):
    """Classes in a calendar: the page, and feeds that other calendars read."""

    name = "eduraise.calendars"
    label = "calendars"

    def ready(self) -> None:
        """Answer the rooms below, stand in the navigation."""
        from eduraise.calendars import answering, inviting

        hooks.settings_parts.register(answering.settings_part)
        hooks.program_parts.register(answering.program_part)
        hooks.class_acts.register(answering.class_acts)
        hooks.mails_due.register(inviting.invite_first)
        for role, order in (("teacher", 30), ("student", 30), ("admin", 50)):
            nav.register(
                role, _("Calendar"), url="calendars:page", icon="calendar-days", order=order, covers=COVERS
            )


COVERS = ("calendars:",)
