from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.ui import nav, shell


class TodayConfig(AppConfig):
    """Each role's home page, made of other rooms' queries."""

    name = "eduraise.today"
    label = "today"

    def ready(self) -> None:
        """Stand first in the navigation."""
        from eduraise.today.ways_out import ways_out

        shell.wire(home="today:home", find="today:find", switch_role="today:role", ways_out=ways_out)
        for role in nav.ROLES:
            nav.register(role, _("Today"), url="today:home", icon="sun", order=10)
            place: nav.Place = "main" if role == "student" else "more"
            nav.register(role, _("Help"), url="today:help", icon="life-buoy", order=80, place=place)
