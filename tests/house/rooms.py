"""The order of rooms, as the import contract in pyproject.toml says it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "eduraise"
CONTRACT = "Rooms: imports point down"


def levels() -> list[list[str]]:
    """The rooms by level, the highest first; rooms of one level don't know each other."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["name"] == CONTRACT)
    return [re.findall(r"\w+", layer) for layer in layers]


LEVEL = {room: level for level, rooms in enumerate(levels()) for room in rooms}


def may_know(room: str, other: str) -> bool:
    """Whether an arrow from `room` to `other` points down, or stays inside."""
    return room == other or LEVEL[room] < LEVEL[other]


def room_of(path: Path) -> str:
    """The room in which a file of the product stands."""
    return path.relative_to(PACKAGE).parts[0]


def files(ending: str) -> list[Path]:
    """The files of all rooms with this ending."""
    return [path for path in sorted(PACKAGE.rglob(f"*{ending}")) if room_of(path) in LEVEL]
