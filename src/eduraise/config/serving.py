"""`eduraise serve`: becomes the web server.

It comes before Django, so that a start imports the framework once, in the process that answers.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

from eduraise.config import env, static_files


def main(arguments: list[str]) -> NoReturn:
    """Check the settings, have the static files at hand, and become granian; never comes back."""
    options = parser().parse_args(arguments)
    environment = env.read()
    if not environment["DEBUG"]:
        static_files.gather()
    server = os.path.join(os.path.dirname(sys.executable), "granian")
    os.execv(  # noqa: S606
        server,
        [
            server,
            *("--interface", "wsgi", "--host", options.host, "--port", options.port),
            *("--workers", options.workers, "--blocking-threads", str(environment["WEB_THREADS"])),
            *("--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5"),
            *("--log-level", "warning"),
            "eduraise.config.wsgi:application",
        ],
    )


def parser() -> argparse.ArgumentParser:
    """Where to listen, and with how many processes."""
    text = "Serve the pages. Behind a proxy that speaks https, or on localhost."
    made = argparse.ArgumentParser(prog="eduraise serve", description=text)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", default="8000")
    made.add_argument("--workers", default="1", help="processes; one is enough on SQLite")
    return made
