"""`eduraise serve`: the web server."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Becomes granian, with the options that were found right for this application."""

    help = "Serve the pages. Behind a proxy that speaks https, or on localhost."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--workers", default="1", help="processes; one is enough on SQLite")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather the static files and become the server."""
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        server = os.path.join(os.path.dirname(sys.executable), "granian")
        os.execv(  # noqa: S606
            server,
            [
                server,
                *("--interface", "wsgi", "--host", options["host"], "--port", options["port"]),
                *("--workers", options["workers"], "--blocking-threads", str(settings.WEB_THREADS)),
                *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"),
                *("--log-level", "warning"),
                "eduraise.config.wsgi:application",
            ],
        )
