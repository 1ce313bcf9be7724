"""A real browser for the journeys, and what is asked of every page in it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

if TYPE_CHECKING:
    from eduraise.accounts.models import User

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, or the one Playwright downloaded; without either the journey is left out.

    Playwright's loop runs in this thread for as long, and Django would refuse its ORM there.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        try:
            browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
        except Error as problem:
            pytest.skip(f"no browser for the journeys: {problem.message.splitlines()[0]}")
        yield browser
        browser.close()


def installed() -> str | None:
    """Where a Chromium stands: as CHROMIUM says, else on the PATH; None leaves the choice to Playwright."""
    found = (path for path in map(shutil.which, INSTALLED) if path)
    return os.environ.get("CHROMIUM") or next(found, None)


def enter(context: BrowserContext, person: User, address: str) -> None:
    """Give the browser a session of this person."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def listen(page: Page, complaints: list[str]) -> None:
    """Note what the console complains of; a breach of the content policy is one of them."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))


def overflow(page: Page) -> list[str]:
    """Elements that stick out of the page sideways."""
    found: list[str] = page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          const scrolls = (e) => e && (getComputedStyle(e).overflowX === "auto" || scrolls(e.parentElement));
          const found = [...document.querySelectorAll("body *")]
            .filter((e) => !e.matches(".skip") && !scrolls(e.parentElement))
            .filter((e) => {
              const box = e.getBoundingClientRect();
              return box.right > innerWidth + 1 || box.left < -1;
            })
            .map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)}`)
            .slice(0, 5);
          return found.length ? found : [`the page is ${document.documentElement.scrollWidth} px wide`];
        }"""
    )
    return found


def findings(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and good practice."""
    page.evaluate(AXE)  # as a script in the page the content policy would stop it
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def look_at(page: Page, paths: Iterable[str]) -> list[str]:
    """What is wrong with pages, each looked at on a small phone, light, and at a desk, dark."""
    found: list[str] = []
    for theme, width, height in (("light", 320, 700), ("dark", 1280, 900)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        for path in paths:
            page.goto(path)
            found += [f"{path} {theme}: {each}" for each in findings(page) + overflow(page)]
    return found


def is_there() -> bool:
    """Whether a browser can be started: the machine's, or the one that Playwright downloaded."""
    if installed() is not None:
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


if __name__ == "__main__":  # for scripts: says by its exit code whether there is a browser
    sys.exit(not is_there())
