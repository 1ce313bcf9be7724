from django.apps import AppConfig


class PlannerConfig(AppConfig):
    """From a program's timetable to booked classes."""

    name = "eduraise.planner"
    label = "planner"

    def ready(self) -> None:
        """Name the messages."""
        from eduraise.planner import telling

        telling.register_kinds()
