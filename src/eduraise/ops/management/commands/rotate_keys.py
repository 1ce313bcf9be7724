"""`eduraise rotate_keys`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from eduraise.ops import rotating


class Command(BaseCommand):
    """Puts every secret at rest under the newest key."""

    help = "Put every secret under the first of ENCRYPTION_KEYS. May run while people work, and again."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line: how many, and whether the former keys may go; else what no key reads."""
        done = rotating.rotate()
        for place in done.unreadable:
            self.stderr.write(f"✗ no key reads {place}")
        left = rotating.waiting() - len(done.unreadable)
        self.stdout.write(f"{done.resealed} secrets are now under the newest key.")
        if done.unreadable:
            raise CommandError(
                "Put the key that they were written with behind the newest, and run this again."
            )
        if left:
            raise CommandError(
                f"{left} came under a former key meanwhile. Restart web and worker, then run this again."
            )
        self.stdout.write("The former keys may be taken out of ENCRYPTION_KEYS now.")
