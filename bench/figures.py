"""One figure against its budget, and how all of them are shown."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time


@dataclass(frozen=True)
class Figure:
    """What was measured. at_most: the budget is an upper bound, else a lower one; None is no budget."""

    what: str
    value: float
    unit: str
    budget: float | None = None
    at_most: bool = True
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the budget is kept."""
        if self.budget is None:
            return True
        return self.value <= self.budget if self.at_most else self.value >= self.budget


def interleaved(*works: Callable[[], object], rounds: int = 40, warm_up: int = 3) -> list[float]:
    """The median processor seconds of each work, taken in turn: what else the machine does counts little."""
    for _ in range(warm_up):
        for work in works:
            work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            began = process_time()
            work()
            taken.append(process_time() - began)
    return [median(taken) for taken in times]


def table(figures: list[Figure]) -> str:
    """The figures for a terminal."""
    lines = []
    for figure in figures:
        sign = "≤" if figure.at_most else "≥"
        budget = f"{sign} {figure.budget:g} {figure.unit}" if figure.budget is not None else ""
        mark = "" if figure.budget is None else "ok" if figure.is_kept else "MISSED"
        value = f"{figure.value:.2f}" if figure.value < 100 else f"{figure.value:.0f}"
        lines.append(f"{figure.what:<58} {value:>9} {figure.unit:<9} {budget:<14} {mark:<7} {figure.note}")
    return "\n".join(line.rstrip() for line in lines)


def write(figures: list[Figure], path: Path) -> None:
    """The figures as JSON, with when and on what they were taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = {
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "figures": [asdict(figure) | {"is_kept": figure.is_kept} for figure in figures],
    }
    path.write_text(json.dumps(taken, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
