"""Reads the documentation: its files, tables, links, and what it names as code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)\s]+)\)|!\[[^\]]*\]\((?P<picture>[^)\s]+)\)")


def all_pages() -> list[Path]:
    """Every page of documentation that is kept with the code."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split()]


def first_cells(page: str) -> list[str]:
    """The code in the first cell of each row of a reference page's tables."""
    rows = [line for line in (REFERENCE / page).read_text("utf-8").splitlines() if line.startswith("| ")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def prose(path: Path) -> str:
    """A page without its blocks of code."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^ {4}\S.*$", "", text, flags=re.MULTILINE)


def links(path: Path) -> list[str]:
    """Where a page points to, without what stands in code."""
    text = re.sub(r"`[^`]*`", "", prose(path))
    return [found["to"] or found["picture"] for found in LINK.finditer(text)]


def anchors(path: Path) -> set[str]:
    """The names by which headings of a page can be linked to, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def code_in(path: Path) -> list[str]:
    """Each piece of code in a page: spans, and lines of blocks."""
    text = path.read_text("utf-8")
    lines = re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)
    for block in re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
        lines += block.splitlines()
    return lines + re.findall(r"`([^`\n]+)`", text)
