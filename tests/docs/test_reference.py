"""What the reference lists is what the code has."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from scripts.reference import LISTS, PLACE, renewed

from eduraise.core import crash, hooks
from eduraise.core.errors import DomainError
from eduraise.ops import health, metrics
from tests.docs.pages import REFERENCE, ROOT, first_cells

SOURCE = ROOT / "src" / "eduraise"
#: Commands that run before the framework is there.
BEFORE_DJANGO = {"demo", "generate_key", "serve"}


@pytest.mark.parametrize("page", sorted(path.name for path in REFERENCE.glob("*.md")))
def test_lists_made_from_the_code_are_up_to_date(page: str) -> None:
    text = (REFERENCE / page).read_text("utf-8")

    assert renewed(text) == text, "run: make docs"


def test_every_list_stands_on_one_page() -> None:
    found = [place["name"] for path in REFERENCE.glob("*.md") for place in PLACE.finditer(path.read_text())]

    assert sorted(found) == sorted(LISTS)


def test_every_view_says_what_its_address_is() -> None:
    silent = [line for line in LISTS["addresses"]().splitlines() if " | – | " in line]

    assert silent == []


def test_every_error_code_is_documented() -> None:
    assert sorted(first_cells("errors.md")) == sorted(set(codes()))


def test_every_hook_is_documented() -> None:
    named = {
        name: "told" if isinstance(hook, hooks.Told) else "asked"
        for name, hook in vars(hooks).items()
        if isinstance(hook, hooks.Told | hooks.Asked)
    }
    rows = re.findall(r"^\| `(\w+)` \| (told|asked) \|", (REFERENCE / "hooks.md").read_text(), re.MULTILINE)

    assert sorted(rows) == sorted(named.items())


def test_every_crash_point_is_documented() -> None:
    assert sorted(first_cells("crash-points.md")) == sorted(crash.POINTS)


def test_every_metric_is_documented(db: None) -> None:
    listed = [name for name in first_cells("metrics.md") if name.startswith("eduraise_")]

    assert sorted(listed) == sorted(metric.name for metric in metrics.figures().collect())


def test_every_part_of_readiness_is_documented(db: None, settings: Any) -> None:
    settings.DEMO = True
    cells = first_cells("metrics.md")

    assert cells[: len(health.parts())] == ["database", "tables", "worker", "demo school"]
    assert {part.name for part in health.parts()} == {"database", "tables", "worker", "demo school"}


def test_every_command_and_option_is_documented() -> None:
    rows = [line for line in (REFERENCE / "commands.md").read_text().splitlines() if line.startswith("| `")]
    documented = {name: row for row in rows for name in re.findall(r"`(\w+)[^`]*`", row.split(" | ")[0])}
    ours = {name: room for name, room in get_commands().items() if str(room).startswith("eduraise.")}

    assert sorted(documented) == sorted({*ours, *BEFORE_DJANGO, "migrate"})
    for name, room in ours.items():
        missing = [option for option in options(str(room), name) if f"{option}" not in documented[name]]
        assert missing == [], f"options of {name}"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {re.split(r"[\[<>=~]", need)[0] for need in project["project"]["dependencies"]}
    for_developers = {re.split(r"[\[<>=~]", need)[0] for need in project["dependency-groups"]["dev"]}
    cells = first_cells("dependencies.md")

    assert sorted(cells) == sorted(wanted | for_developers)


def options(room: str, name: str) -> Iterator[str]:
    """The options of a command that are its own, not the framework's."""
    parser = load_command_class(room, name).create_parser("eduraise", name)
    for action in parser._actions:
        long = [option for option in action.option_strings if option.startswith("--")]
        if long and long[0] not in FRAMEWORKS:
            yield long[0]


FRAMEWORKS = {
    *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color"),
    *("--force-color", "--skip-checks"),
}


def codes() -> Iterator[str]:
    """Every code that a DomainError has: its class's, or one given where it is raised."""
    for path in SOURCE.rglob("*.py"):
        if "(DomainError)" in path.read_text("utf-8"):
            import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
    classes = {DomainError, *descendants(DomainError)}
    yield from (one.code for one in classes)
    names = {one.__name__ for one in classes}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
                yield from (
                    str(ast.literal_eval(given.value)) for given in node.keywords if given.arg == "code"
                )


def descendants(one: type) -> Iterator[type]:
    """All classes below one, of all modules that the addresses load."""
    import_module("eduraise.config.urls")
    for below in one.__subclasses__():
        if below.__module__.startswith("eduraise."):
            yield below
            yield from descendants(below)
