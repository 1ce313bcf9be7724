"""`eduraise seed_demo`: makes the demo's school, or brings it up to today."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.backends.signals import connection_created

from eduraise.ops.demo import school


class Command(BaseCommand):
    """Fills the demo through the same actions as the pages, with the clocks moved."""

    help = "Make the demo's school, or bring it up to today. For the demo only."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse outside the demo."""
        if not settings.DEMO:
            raise CommandError("This fills the demo's school; set DEMO=1 (make demo does).")
        connection_created.connect(dont_wait_for_the_disk)
        school.top_up()


def dont_wait_for_the_disk(connection: Any, **_signal: Any) -> None:
    """What a power cut takes from the demo's school while it is made is made again."""
    connection.cursor().execute("PRAGMA synchronous=OFF")
