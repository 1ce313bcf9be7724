from __future__ import annotations

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """Who was in a class, how long, and what that comes to."""

    name = "eduraise.attendance"
    label = "attendance"
