"""`eduraise doctor`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from eduraise.ops import doctor


class Command(BaseCommand):
    """Prints what is wrong with this installation."""

    help = "Look for what should never be. Ends with 1 if anything was found."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a finding, with its remedy."""
        findings = doctor.examine()
        for finding in findings:
            self.stdout.write(f"✗ {finding.what} {finding.remedy}")
        if findings:
            raise CommandError(f"{len(findings)} to mend.")
        self.stdout.write(f"✓ {len(doctor.CHECKS)} things looked at, all well.")
