"""`eduraise worker`: the work behind."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Runs the job engine's worker; as many processes as wished may run beside each other."""

    help = "Do the work behind: changes at Zoom, events, mail, regular work."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many threads."""
        parser.add_argument("--concurrency", type=int, default=3)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop; a running task is finished first."""
        call_command("ox_worker", concurrency=options["concurrency"], interval=0.5)
