"""`eduraise backup FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eduraise.core import clock
from eduraise.ops import backup


class Command(BaseCommand):
    """Writes one backup."""

    help = "Write the database and the uploaded materials into one file. Keys are not in it: keep them apart."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path, help="a new file, for example backup-2026-11-25.tar.gz")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write it, say how large it is."""
        try:
            made = backup.make(file, now=clock.now())
        except backup.BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
