"""`eduraise doctor`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eduraise.ops import doctor


class Command(BaseCommand):
    """Prints what is wrong with this installation."""

    help = "Look for what should never be, and test Zoom. Ends with 1 if anything was found."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of Zoom is tested."""
        parser.add_argument(
            "--zoom",
            choices=("all", "ask", "no"),
            default="all",
            help="all: make a test meeting and remove it; ask: only ask Zoom; no: leave Zoom alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a finding, with its remedy."""
        findings = doctor.examine(zoom=options["zoom"])
        for finding in findings:
            self.stdout.write(f"✗ {finding.what} {finding.remedy}")
        if findings:
            raise CommandError(f"{len(findings)} to mend.")
        self.stdout.write(f"✓ {len(doctor.CHECKS)} things looked at, all well.")
