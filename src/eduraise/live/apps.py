from __future__ import annotations

from django.apps import AppConfig

from eduraise.core import hooks


class LiveConfig(AppConfig):
    """Classes while they are on: the board, alarms, groups, recording."""

    name = "eduraise.live"
    label = "live"

    def ready(self) -> None:
        """Name the messages, stand in a class's history."""
        from eduraise.live import alarms

        alarms.register_kinds()
        hooks.class_moments.register(alarms.moments)
