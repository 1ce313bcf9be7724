"""A budget that is missed shows as missed."""

from __future__ import annotations

import json
from pathlib import Path

from bench.figures import Figure, table, write

KEPT = Figure("a page", 1.2, "×", 1.5)
SLOW = Figure("a page", 1.6, "×", 1.5)
RATE = Figure("a rate", 0.6, "×", 0.7, at_most=False)
TOLD = Figure("a start", 109, "s")


def test_a_budget_bounds_from_above_or_from_below() -> None:
    assert [figure.is_kept for figure in (KEPT, SLOW, RATE, TOLD)] == [True, False, False, True]


def test_the_table_marks_what_is_missed() -> None:
    assert [line.split()[-1] for line in table([KEPT, SLOW, RATE]).splitlines()] == ["ok", "MISSED", "MISSED"]


def test_the_figures_are_written_with_what_came_of_them(tmp_path: Path) -> None:
    write([KEPT, SLOW], tmp_path / "deep" / "bench.json")

    written = json.loads((tmp_path / "deep" / "bench.json").read_text())
    assert [(figure["what"], figure["is_kept"]) for figure in written["figures"]] == [
        ("a page", True),
        ("a page", False),
    ]
