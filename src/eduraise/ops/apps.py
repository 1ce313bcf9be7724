from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.ui import nav


class OpsConfig(AppConfig):
    """Health, figures, regular work, backups, the demo."""

    name = "eduraise.ops"
    label = "ops"

    def ready(self) -> None:
        """Stand in the admin's navigation."""
        nav.register(
            "admin",
            _("Background work"),
            url="ops:work",
            icon="list-checks",
            order=70,
            place="more",
            covers=("events:", "notifications:failed"),
        )
