from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.core import hooks
from eduraise.ui import nav

COVERS = ("recordings:",)


class RecordingsConfig(AppConfig):
    """What was recorded of classes, who may watch it, how long it is kept."""

    name = "eduraise.recordings"
    label = "recordings"

    def ready(self) -> None:
        """Name the messages, stand on the pages of classes and programs, and in the navigation."""
        from eduraise.recordings import messages, needs, showing

        messages.register_kinds()
        hooks.needs_of.register(needs.needs)
        hooks.class_open_sections.register(showing.class_section)
        hooks.program_parts.register(showing.program_part)
        for role, order in (("teacher", 35), ("student", 50), ("admin", 60)):
            nav.register(
                role,
                _("Recordings"),
                url="recordings:list",
                icon="video",
                order=order,
                place="more",
                covers=COVERS,
            )
