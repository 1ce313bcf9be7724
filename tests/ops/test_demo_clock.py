"""The demo's clocks: moved for all processes at once, while they read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from eduraise.core import clock
from eduraise.ops.demo.steering import move_to

THEN = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_all_processes_are_then(settings: Any, tmp_path: Path) -> None:
    settings.CLOCK_OFFSET_FILE = str(tmp_path / "clock")
    for at in (THEN, THEN + timedelta(days=9)):
        move_to(at)
        assert timedelta() <= clock.now() - at < timedelta(minutes=5)


def test_who_reads_the_clock_just_while_it_is_moved_is_not_thrown_into_the_present(
    settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "clock"
    settings.CLOCK_OFFSET_FILE = str(file)
    move_to(THEN)
    before = file.read_text(encoding="ascii")
    with file.open(encoding="ascii") as reading:
        move_to(THEN + timedelta(days=9))
        assert reading.read() == before
