"""No crash point is forgotten: each is passed by the product, and each has a death in the sweep."""

from __future__ import annotations

from pathlib import Path

from eduraise.core.crash import POINTS
from tests.sweep.scenarios import SCENARIOS

PRODUCT = Path(__file__).resolve().parents[2] / "src" / "eduraise"


def test_each_point_has_a_scenario() -> None:
    assert sorted({scenario.point for scenario in SCENARIOS}) == sorted(POINTS)


def test_each_point_is_passed_somewhere() -> None:
    files = (path for path in PRODUCT.rglob("*.py") if path != PRODUCT / "core" / "crash.py")
    source = "\n".join(path.read_text("utf-8") for path in files)
    assert [point for point in POINTS if f'"{point}"' not in source] == []
