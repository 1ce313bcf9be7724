"""Every page, to whoever may open it, in a real browser: no barrier, nothing sticks out, no policy broken.

On a small phone, light, also written from right to left; on a desk, dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.access.routes import ROUTES, WHO
from tests.access.walking import Things, routes
from tests.browser import chromium, enter, findings, listen, overflow
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url)
    yield context
    context.close()


def look(page: Page, path: str) -> list[str]:
    """What is wrong with a page."""
    page.goto(path)
    page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
    found = findings(page) + overflow(page)
    page.evaluate("document.documentElement.dir = 'rtl'")
    return found + [f"right to left: {each}" for each in overflow(page)]


def pages_of(who: str) -> list[tuple[str, str]]:
    """The routes that answer this person with a page."""
    no_pages = ("ops:live", "ops:ready", "ops:metrics", "programs:import_lines", "calendars:class")
    row = WHO.index(who)
    return [
        (name, pattern) for name, pattern in routes() if ROUTES[name][row] == 200 and name not in no_pages
    ]


@pytest.mark.parametrize(
    ("theme", "width"), [pytest.param("light", 320, marks=pytest.mark.smoke), ("dark", 1280)]
)
def test_of_each_role(
    context: BrowserContext, school: School, live_server: Any, theme: Any, width: int
) -> None:
    things = Things(school)
    complaints: list[str] = []
    found: list[str] = []
    for who in ("ada", "tariq", "sana"):
        enter(context, getattr(school, who), live_server.url)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        listen(page, complaints)
        for name, pattern in pages_of(who):
            wrong = look(page, things.address(name, pattern)) + complaints
            found += [f"{name} of {who}: {each}" for each in wrong]
            complaints.clear()
        page.close()

    assert not found, "\n".join(found)
    # none was left out unseen
    assert min(len(pages_of("ada")) - 40, len(pages_of("tariq")) - 15, len(pages_of("sana")) - 10) >= 0
