"""A process of its own that takes a host's key each time it is told to; run by `test_two_processes`."""

from __future__ import annotations

import hashlib
import sys

import django


def main() -> None:
    """For each line on stdin: take the key of the host with this id; say its digest, or why there is none."""
    django.setup()
    from eduraise.core import clock
    from eduraise.zoom import tokens
    from eduraise.zoom.models import ZoomUser
    from zoomclient import ZoomError

    host = ZoomUser(pk=int(sys.argv[1]))
    say("ready")
    for _line in sys.stdin:
        try:
            token = tokens.access_for(host, clock.now()).token.reveal()
            say(hashlib.sha256(token.encode()).hexdigest())
        except ZoomError as problem:
            say(f"none: {problem.reason}")


def say(line: str) -> None:
    """One line to the test."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
