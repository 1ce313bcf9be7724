"""`eduraise doctor`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eduraise.ops import doctor
from eduraise.zoom.checks import BAD, OFF, OK

MARKS = {OK: "✓", BAD: "✗", OFF: "–"}


class Command(BaseCommand):
    """Prints what is wrong with this installation, and how everything about Zoom stands."""

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
        """One line a finding, with its remedy; of Zoom one line for each thing tested, well or not."""
        findings = doctor.examine()
        for finding in findings:
            self.stdout.write(f"✗ {finding.what} {finding.remedy}")
        if not findings:
            self.stdout.write(f"✓ {len(doctor.CHECKS)} things looked at, all well.")
        broken = len(findings) + self._zoom(options["zoom"])
        if broken:
            raise CommandError(f"{broken} to mend.")

    def _zoom(self, how: str) -> int:
        """The lines about Zoom; how many are broken."""
        if how == "no":
            self.stdout.write("– Zoom was left alone.")
            return 0
        found = doctor.examine_zoom(with_meeting=how == "all")
        if not found:
            self.stdout.write("– No app at Zoom is configured, so there is nothing to test.")
        for one in found:
            self.stdout.write(f"{MARKS[one.state]} Zoom: {one.words} {one.remedy}".rstrip())
        return sum(one.state == BAD for one in found)
