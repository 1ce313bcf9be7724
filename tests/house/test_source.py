"""Habits that no checker knows: what the product's source never does, and why."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
PRODUCT = SOURCE / "eduraise"


def files(*kinds: str, below: Path = PRODUCT) -> list[Path]:
    return [
        path
        for path in sorted(below.rglob("*"))
        if path.suffix in kinds and "migrations" not in path.parts and "vendor" not in path.parts
    ]


def where(pattern: str, *kinds: str, below: Path = PRODUCT) -> list[str]:
    """Files in which the pattern stands."""
    return [
        str(path.relative_to(below))
        for path in files(*kinds, below=below)
        if re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def test_templates_never_switch_escaping_off() -> None:
    assert where(r"\|\s*safe\b|autoescape off|safeseq", ".html") == []


def test_markup_is_marked_as_safe_by_the_parts_of_pages_alone() -> None:
    assert where(r"mark_safe\(", ".py") == [
        "notifications/templatetags/notifications.py",
        "ui/components.py",
        "ui/icons.py",
        "ui/parts.py",
        "ui/templatetags/ui.py",
    ]


def test_only_machines_post_without_our_token() -> None:
    assert where(r"^@csrf_exempt", ".py") == ["events/views.py", "notifications/views.py"]


def test_forms_name_their_fields() -> None:
    assert where(r"__all__\"|fields = \"__all__|^\s+exclude = ", ".py") == []


def test_chance_that_can_be_guessed_makes_no_secret() -> None:
    spreads_work = ["calendars/views/feeds.py", "core/queue.py", "zoom/planning.py", "zoom/quota.py"]
    assert where(r"^import random|^from random", ".py") == spreads_work
    assert where(r"uuid1\(|hashlib\.(md5|sha1)", ".py") == []


def test_time_is_read_from_the_one_clock() -> None:
    # what libraries date (sessions, jobs, files) they date by the real clock, which they read themselves
    of_libraries = [
        "accounts/middleware.py",
        "notifications/tasks.py",
        "ops/prune.py",
        "programs/pruning.py",
        "recordings/work.py",
    ]
    assert where(r"timezone\.now\(", ".py") == of_libraries
    assert where(r"datetime\.(utc)?now\(", ".py") == ["core/clock.py", "ops/demo/school.py"]
    assert where(r"auto_now", ".py") == []


def test_templates_hold_no_style_script_or_handler() -> None:
    in_tags = r"<[^>]*\s(style|on[a-z]+|hx-on[^=]*)="
    assert where(in_tags, ".html") == []
    # what is not run: data for a script that has an address
    assert where(r"<script(?![^>]*\b(src=|type=\"application/json\"))", ".html") == []
    # a mail has no stylesheet to ask for
    assert where(r"<style", ".html") == ["ui/templates/ui/letter.html"]


def test_no_other_site_is_asked_for_anything_by_a_page() -> None:
    assert where(r"(src|srcset|@import|url\()\s*=?\s*[\"']?(https?:)?//", ".html", ".css") == []


def test_the_pretended_zoom_shares_nothing_with_the_product() -> None:
    assert where(r"eduraise|zoomclient|django", ".py", below=SOURCE / "zoomsim") == []
