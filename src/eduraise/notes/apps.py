from __future__ import annotations

from django.apps import AppConfig

from eduraise.core import hooks


class NotesConfig(AppConfig):
    """What teachers leave for whoever teaches the next class."""

    name = "eduraise.notes"
    label = "notes"

    def ready(self) -> None:
        """Name the messages, stand on the pages of classes and programs."""
        from eduraise.notes import messages, showing

        messages.register_kinds()
        hooks.class_sections.register(showing.class_section)
        hooks.program_parts.register(showing.program_part)
