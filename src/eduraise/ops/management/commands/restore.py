"""`eduraise restore FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from eduraise.ops import backup


class Command(BaseCommand):
    """Puts a backup in place."""

    help = "Put a backup in place. Stop web and worker first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and whether what is here may be lost."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose what is in the database now")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        """Restore, then bring the tables up to this code."""
        try:
            manifest = backup.restore(file, replace=replace)
        except backup.BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Restored the backup of {manifest['made_at']}.")
