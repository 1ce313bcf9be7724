"""The README's pictures stand where it says, with words beside them, and are small enough for a phone."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LARGEST_BYTES = 200_000
MARKDOWN = re.compile(r"!\[(?P<words>[^\]]+)\]\((?P<path>docs/pictures/[^)]+)\)")
HTML = re.compile(r'<img src="(?P<path>docs/pictures/[^"]+)" width="\d+" alt="(?P<words>[^"]+)">')


def test_each_picture_is_there_and_small() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = [each["path"] for form in (MARKDOWN, HTML) for each in form.finditer(readme)]

    taken = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs/pictures").iterdir())
    assert sorted(shown) == taken
    assert len(shown) == 2
    for path in shown:
        picture = (ROOT / path).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < LARGEST_BYTES
