"""Takes the README's two pictures of the demo that runs (`make demo`) into docs/pictures/: `make pictures`.

The teacher's home on a desk, the student's on a phone. DEMO_URL or PORT says where the demo is,
CHROMIUM which browser is used.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from eduraise.ops.demo.parent import SIGN_INS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DEMO = os.environ.get("DEMO_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")
# A README is read on phones too
LARGEST_BYTES = 200_000

type Theme = Literal["light", "dark"]
PICTURES: tuple[tuple[str, str, int, int, Theme], ...] = (
    ("teacher-today", "Teacher", 1280, 1000, "light"),
    ("student-today", "Student", 390, 844, "dark"),
)


def main() -> None:
    """Take both; an error if one is too large."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for name, role, width, height, theme in PICTURES:
            target = FOLDER / f"{name}.png"
            take(browser, role, width, height, theme, target)
            size = target.stat().st_size
            print(f"{target.name}: {size // 1000} kB")
            if size > LARGEST_BYTES:
                sys.exit(f"{target.name} is larger than {LARGEST_BYTES // 1000} kB.")
        browser.close()


def take(browser: Browser, role: str, width: int, height: int, theme: Theme, target: Path) -> None:
    """Sign in to the demo as one of its people, and picture her home."""
    context = browser.new_context(
        base_url=DEMO, viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB"
    )
    page = context.new_page()
    page.goto("/")
    # The demo's sign-in page has a button for each role
    page.locator("form", has=page.locator(f'input[value="{dict(SIGN_INS)[role]}"]')).get_by_role(
        "button"
    ).click()
    page.locator("#today").wait_for()
    page.screenshot(path=target, animations="disabled")
    context.close()


def chromium() -> str | None:
    """The machine's own browser; None leaves the choice to Playwright."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


if __name__ == "__main__":
    main()
