"""Each fact about Zoom that something relies on names its source and tests that are there, and each thing on
which sources disagree is tried with all its answers by whoever relies on it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from zoomsim.switches import SWITCHES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/zoom-facts.md"
HEADS = ("| fact", "| switch", "| ---")
# Pages of everything, on which nobody finds a single thing again.
VAGUE = {
    "https://developers.zoom.us/",
    "https://developers.zoom.us/changelog/",
    *(f"https://developers.zoom.us/docs/api/{page}/" for page in ("meetings", "meetings/events", "users")),
}
# What the simulator remembers of calls is nothing about Zoom.
OF_THE_SIMULATOR = {"calls_kept", "recording_padding"}
# What EduRaise never comes to: it names nobody else by a user's own token, calls no address that Zoom hasn't,
# and the list of redirect addresses is kept at Zoom.
NOT_THE_PRODUCTS = {"other_user", "unknown_address", "redirect_urls"}
FOLDERS = {"simulator": ("tests/zoomsim/", "tests/contract/"), "client": ("tests/zoomclient/",)}


class Row(NamedTuple):
    """A line of the page. switch: "" for what nobody disputes; start: the switch's first value, and why."""

    switch: str
    told: str
    sources: str
    start: str
    relied_on_by: list[str]
    tests: list[str]

    def tests_of(self, who: str) -> list[str]:
        """Those of its tests that are the simulator's, the client's or (all others) the product's."""
        elsewhere = tuple(folder for folders in FOLDERS.values() for folder in folders)
        if who == "product":
            return [test for test in self.tests if not test.startswith(elsewhere)]
        return [test for test in self.tests if test.startswith(FOLDERS[who])]


def rows() -> list[Row]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return [row_of(line) for line in lines if not line.startswith(HEADS)]


def row_of(line: str) -> Row:
    cells = [cell.strip() for cell in line.strip("|").split(" | ")]
    *told, relied_on_by, tests = cells
    names = re.findall(r"`([^`]+)`", tests)
    if len(told) == 2:
        return Row("", told[0], told[1], "", relied_on_by.split(", "), names)
    switch, what, sources, start = told
    return Row(switch.strip("`"), what, sources, start, relied_on_by.split(", "), names)


ROWS = rows()
DISPUTED = [row for row in ROWS if row.switch]


def name_of(row: Row) -> str:
    return row.switch or row.told[:50]


@cache
def functions_in(path: str) -> dict[str, str]:
    """The functions of a file by name, each with its source from its first decorator on."""
    text = (ROOT / path).read_text()
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    lines = text.splitlines()
    return {
        node.name: "\n".join(
            lines[min(each.lineno for each in (node, *node.decorator_list)) - 1 : node.end_lineno]
        )
        for node in functions
    }


def source_of(test: str) -> str:
    path, _, name = test.partition("::")
    return functions_in(path)[name]


def test_there_are_facts() -> None:
    assert len(ROWS) - len(DISPUTED) > 60


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_names_its_sources(row: Row) -> None:
    sources = re.split(r", (?=<)", row.sources)

    assert row.told.endswith(".")
    for source in sources:
        assert re.fullmatch(r"<https://[^\s>]+>( \([^)]+\))?", source)
        address, _, where = source.strip("<").partition(">")
        assert address not in VAGUE
        is_whole_repository = re.fullmatch(r"https://github\.com/[^/]+/[^/]+/?", address)
        assert where or not is_whole_repository, "which file of it?"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_has_tests_of_all_that_rely_on_it(row: Row) -> None:
    assert set(row.relied_on_by) <= {"client", "simulator", "product"}
    for test in row.tests:
        assert source_of(test)
    assert [who for who in row.relied_on_by if not row.tests_of(who)] == []
    assert [who for who in ("client", "simulator", "product") if row.tests_of(who)] == sorted(
        row.relied_on_by, key=["client", "simulator", "product"].index
    )


def test_each_switch_of_the_simulator_has_its_row_and_each_row_its_switch() -> None:
    assert sorted(row.switch for row in DISPUTED) == sorted(set(SWITCHES) - OF_THE_SIMULATOR)


@pytest.mark.parametrize("row", DISPUTED, ids=name_of)
def test_its_first_value_is_the_simulators(row: Row) -> None:
    default = SWITCHES[row.switch][1]
    shown = str(default).lower() if isinstance(default, bool) else str(default or "none")

    assert re.match(r"`([^`]+)`", row.start)
    assert row.start.startswith(f"`{shown}`")


@pytest.mark.parametrize("row", DISPUTED, ids=name_of)
def test_each_answer_is_tried_by_the_client_and_the_product_if_they_rely_on_it(row: Row) -> None:
    for who in row.relied_on_by:
        if who != "simulator":
            tried = "\n".join(source_of(test) for test in row.tests_of(who))
            assert tries_each_answer(tried, row.switch), who
    if "product" not in row.relied_on_by:
        assert row.switch in NOT_THE_PRODUCTS or "EduRaise" in row.told, "why not?"


def tries_each_answer(source: str, switch: str) -> bool:
    """Whether tests name a switch with all its values, or ask the switch itself for them."""
    kind = SWITCHES[switch][0]
    if re.search(rf"(answers_of|each_answer)\([^)]*\"{switch}\"", source):
        return True
    values = [False, True] if kind is bool else kind
    if not isinstance(values, list | tuple) or any(isinstance(value, type) for value in values):
        return True  # anything may be set: some values of it are tried
    return f"{switch}=" in source and all(
        re.search(rf"\b{re.escape(str(value))}\b", source) for value in values
    )
