"""Zoom's own links are read in one place outside the room that talks with Zoom, and kept nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

PRODUCT = Path(__file__).resolve().parents[2] / "src" / "eduraise"
OF_ZOOM = PRODUCT / "zoom"
# Compares what an event says with what is kept; shows nothing
COMPARES = "events/schedule.py"


def mentions(pattern: str) -> list[str]:
    """Files of the product, but for the room that talks with Zoom, in which the pattern stands."""
    return sorted(
        str(path.relative_to(PRODUCT))
        for path in PRODUCT.rglob("*")
        if path.suffix in (".py", ".html", ".txt", ".js")
        and OF_ZOOM not in path.parents
        and "migrations" not in path.parts
        and re.search(pattern, path.read_text(encoding="utf-8"))
    )


def test_a_meetings_link_is_read_by_the_door_alone() -> None:
    assert mentions(r"\.join_url\b") == ["classes/joining.py", COMPARES]


def test_start_links_are_fetched_at_the_click_alone() -> None:
    assert mentions(r"start_url_for") == ["classes/starting.py"]


def test_number_and_passcode_stand_on_the_page_of_whoever_hosts_alone() -> None:
    shown = "classes/templates/classes/aside.html"
    assert mentions(r"meeting\.passcode\b") == [shown, "classes/zoom_settings.py", COMPARES]
