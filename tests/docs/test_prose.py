"""What the documentation says of files, links, commands, variables and targets is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from eduraise.config.env import VARIABLES
from tests.docs.pages import ROOT, all_pages, anchors, code_in, links, prose

PAGES = all_pages()
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
#: Read by `make demo`, by the suite and by the simulator, not by the product's settings.
OTHER_VARIABLES = {
    *("PORT", "ZOOMSIM_PORT", "DATA_DIR", "RESET", "DEV_DATA_DIR"),
    *("TEST_DATABASE_URL", "EDURAISE_CRASH_AT"),
    *("ZOOMSIM_WEBHOOK_URL", "ZOOMSIM_REDIRECT_URLS", "ZOOMSIM_BASE_URL", "ZOOMSIM_CONTROL_TOKEN"),
}
BEFORE_DJANGO = {"demo", "generate_key", "serve"}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    dead = [link for link in links(page) if not leads_somewhere(page, link)]

    assert dead == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = [
            (page.parent / link.partition("#")[0]).resolve() for link in links(page) if is_inside(link)
        ]
        waiting += [path for path in targets if path.suffix == ".md"]
        waiting += [path for target in targets if target.is_dir() for path in target.glob("*.md")]

    assert sorted(name for name, page in zip(NAMES, PAGES, strict=True) if page not in seen) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_exist(page: Path) -> None:
    named = {found[1] for code in code_in(page) for found in re.finditer(r"\beduraise ([a-z_]+)", code)}

    assert sorted(named - set(get_commands()) - BEFORE_DJANGO) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {found[1] for code in code_in(page) for found in re.finditer(r"\bmake ([a-z-]+)", code)}

    assert sorted(named - targets) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_variables_exist(page: Path) -> None:
    known = {variable.name for variable in VARIABLES} | OTHER_VARIABLES
    given = {found[1] for code in code_in(page) for found in re.finditer(r"\b([A-Z][A-Z0-9_]+)=", code)}
    named = {code for code in code_in(page) if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", code)}

    assert sorted((given | named) - known) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_files_exist(page: Path) -> None:
    """A path in code, from the root, from docs/, or from the product's package; what is made lies in var/."""
    places = (ROOT, ROOT / "src", ROOT / "src" / "eduraise", ROOT / "docs", page.parent)
    named = {
        code
        for code in re.findall(r"`([^`\n]+)`", prose(page))
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)*\.(py|md|toml|lock|html|css|json|txt)", code)
        and not code.startswith("var/")
    }

    assert sorted(name for name in named if not any((place / name).exists() for place in places)) == []


def is_inside(link: str) -> bool:
    return not re.match(r"[a-z]+:", link)


def leads_somewhere(page: Path, link: str) -> bool:
    """A file of ours, and a heading in it where one is named. Links to elsewhere are not followed."""
    if not is_inside(link):
        return True
    name, _hash, anchor = link.partition("#")
    target = (page.parent / name).resolve() if name else page
    return target.exists() and (not anchor or anchor in anchors(target))
