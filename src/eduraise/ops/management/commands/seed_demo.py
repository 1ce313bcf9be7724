"""`eduraise seed_demo`: makes the demo's school, or brings it up to today."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from eduraise.ops.demo import school


class Command(BaseCommand):
    """Fills the demo through the same actions as the pages, with the clocks moved."""

    help = "Make the demo's school, or bring it up to today. For the demo only."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse outside the demo."""
        if not settings.DEMO:
            raise CommandError("This fills the demo's school; set DEMO=1 (make demo does).")
        school.top_up()
