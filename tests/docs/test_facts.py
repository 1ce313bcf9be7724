"""Each fact about Zoom that something relies on names its source and tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/zoom-facts.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| fact", "| ---"))
]


@cache
def names_in(path: str) -> set[str]:
    """The tests of a file, by name."""
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_there_are_facts() -> None:
    assert len(ROWS) > 60


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:50])
def test_each_has_a_source_and_tests_that_are_there(row: list[str]) -> None:
    fact, source, relied_on_by, tests = row
    assert fact.endswith((".", ")."))
    assert re.fullmatch(r"<https://[^\s>]+>", source)
    assert set(relied_on_by.split(", ")) <= {"client", "simulator", "product"}
    named = re.findall(r"`([^`]+)`", tests)
    assert named
    for one in named:
        path, _, name = one.partition("::")
        assert name in names_in(path), one


def test_each_switch_about_which_sources_disagree_is_one_of_the_simulators() -> None:
    table = (ROOT / "src/zoomsim/switch_table.py").read_text()
    for switch in re.findall(r"switch `(\w+)`", PAGE.read_text()):
        assert f'"{switch}"' in table, switch
