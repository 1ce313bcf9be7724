"""Every page in a real browser: no barrier, nothing sticks out, no policy broken.

On a small phone, light; on a desk, dark; also written from right to left. In every run of the suite each page
is looked at once, on the phone; in `.ci/run` for everybody who may open it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.access.routes import ROUTES, WHO
from tests.access.walking import Things, routes
from tests.browser import chromium, enter, findings, listen, overflow
from tests.school import School

# Are downloaded rather than shown, or stand within a page
FILES = ("attendance:grid_file", "attendance:register_file")
PARTS = ("programs:import_lines",)
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


def is_due(name: str, complaint: str) -> bool:
    """Whether a page must complain: the film of a host whose connection is not real doesn't come."""
    return name == "recordings:recording" and "the server responded with a status of 503" in complaint


def pages_of(who: str) -> list[tuple[str, str]]:
    """The routes that answer this person with a page."""
    of_machines = ("ops:live", "ops:ready", "ops:metrics")
    no_pages = (*of_machines, "calendars:class", *FILES, *PARTS)
    row = WHO.index(who)
    return [
        (name, pattern) for name, pattern in routes() if ROUTES[name][row] == 200 and name not in no_pages
    ]


def pages_once() -> dict[str, list[tuple[str, str]]]:
    """Each page for one person who may open it, a student first, an admin last."""
    found: dict[str, list[tuple[str, str]]] = {}
    for who in ("sana", "tariq", "ada"):
        seen = {route for routes_ in found.values() for route in routes_}
        found[who] = [route for route in pages_of(who) if route not in seen]
    return found


def pages_of_each() -> dict[str, list[tuple[str, str]]]:
    """Each page for everybody who may open it."""
    return {who: pages_of(who) for who in ("ada", "tariq", "sana")}


@pytest.mark.parametrize(
    ("theme", "width", "choose"),
    [
        pytest.param("light", 320, pages_once, marks=pytest.mark.smoke, id="once-on-a-phone"),
        pytest.param("light", 320, pages_of_each, id="of-each-role-on-a-phone"),
        pytest.param("dark", 1280, pages_of_each, id="of-each-role-at-a-desk"),
    ],
)
def test_every_page(
    context: BrowserContext,
    school: School,
    live_server: Any,
    theme: Any,
    width: int,
    choose: Callable[[], dict[str, list[tuple[str, str]]]],
) -> None:
    things = Things(school)
    complaints: list[str] = []
    found: list[str] = []
    pages = choose()
    for who, theirs in pages.items():
        enter(context, getattr(school, who), live_server.url)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        listen(page, complaints)
        for name, pattern in theirs:
            wrong = look(page, things.address(name, pattern)) + complaints
            found += [f"{name} of {who}: {each}" for each in wrong if not is_due(name, each)]
            complaints.clear()
        page.close()

    assert not found, "\n".join(found)
    # none was left out unseen
    of_each = pages_of_each()
    assert set().union(*pages.values()) == set().union(*of_each.values())
    assert min(len(of_each["ada"]) - 40, len(of_each["tariq"]) - 15, len(of_each["sana"]) - 10) >= 0
