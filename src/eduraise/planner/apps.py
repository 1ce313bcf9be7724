from __future__ import annotations

from django.apps import AppConfig

from eduraise.core import hooks


class PlannerConfig(AppConfig):
    """From a program's timetable to booked classes."""

    name = "eduraise.planner"
    label = "planner"

    def ready(self) -> None:
        """Name the messages, stand on a program's page."""
        from eduraise.planner import queries, showing_differences, telling

        telling.register_kinds()
        hooks.program_parts.register(queries.program_part)
        hooks.timetable_acts.register(queries.timetable_act)
        hooks.timetable_parts.register(showing_differences.timetable_part)
        hooks.classes_moved.register(showing_differences.moved_from_timetable)
