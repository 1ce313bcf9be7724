from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Classes while they are on: the board, alarms, groups, recording."""

    name = "eduraise.live"
    label = "live"
