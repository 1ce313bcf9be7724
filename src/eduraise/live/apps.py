from __future__ import annotations

from django.apps import AppConfig

from eduraise.core import hooks


class LiveConfig(AppConfig):
    """Classes while they are on: the board, alarms, groups, recording."""

    name = "eduraise.live"
    label = "live"

    def ready(self) -> None:
        """Name the messages, stand on a class's page and in its history."""
        from eduraise.live import alarms, handouts, own_group, recording, showing

        alarms.register_kinds()
        hooks.class_parts.register(recording.part)
        hooks.class_acts.register(showing.act)
        hooks.class_words.register(own_group.words)
        hooks.class_words.register(handouts.words)
        hooks.class_moments.register(alarms.moments)
        hooks.class_moments.register(recording.moments)
