"""The homes, Find and Help in a real browser: no barrier, nothing sticks out, no refresh moves anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from eduraise.accounts.models import User
from tests.browser import chromium, enter, findings, listen, overflow
from tests.classes.rows import make_class
from tests.school import School
from tests.today.awkward import furnish

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ROLES = ["ada", "tariq", "sana"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def opened(browser: Browser, person: User, address: str, **options: Any) -> Page:
    """A page of this person's own browser."""
    context = browser.new_context(base_url=address, **options)
    enter(context, person, address)
    return context.new_page()


def look(page: Page, path: str) -> list[str]:
    """What is wrong with a page."""
    complaints: list[str] = []
    listen(page, complaints)
    page.goto(path)
    return complaints + findings(page) + overflow(page)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_each_home_on_an_awkward_day(
    school: School, live_server: Any, browser: Browser, role: str, width: int, theme: Any
) -> None:
    furnish(school)
    size = {"width": width, "height": 900}
    page = opened(browser, getattr(school, role), live_server.url, viewport=size, color_scheme=theme)

    for path in ("/", "/help/", "/find/?q=a"):
        assert look(page, path) == [], path
    assert page.locator(".btn.now").count() <= 1
    page.context.close()


@pytest.mark.parametrize("role", ROLES)
def test_each_home_where_there_is_nothing(
    school: School, live_server: Any, browser: Browser, role: str
) -> None:
    person = school.teacher("new") if role == "tariq" else getattr(school, role)
    page = opened(browser, person, live_server.url, viewport={"width": 320, "height": 700})

    for path in ("/", "/help/", "/find/", "/find/?q=zzz", "/nowhere/"):
        assert [one for one in look(page, path) if "404" not in one] == [], path
    page.context.close()


@pytest.mark.smoke
def test_a_refresh_lets_join_open_and_moves_nothing(
    school: School, live_server: Any, browser: Browser
) -> None:
    for days in range(1, 20):
        at = school.now + timedelta(hours=8 * days)
        make_class(school.program, school.tariq, at, topic=f"Later {days}", now=school.now)
    at = school.now + timedelta(minutes=12)
    make_class(school.program, school.tariq, at, topic="Sets", now=school.now)
    page = opened(browser, school.sana, live_server.url, viewport={"width": 390, "height": 500})
    page.clock.install()
    page.goto("/")
    expect(page.get_by_role("button", name="Join class")).to_have_attribute("aria-disabled", "true")
    held = page.get_by_role("link", name="Later 5")
    held.focus()
    before = held.bounding_box()
    assert page.evaluate("scrollY") > 0

    with page.expect_response(lambda answer: answer.status == 304):
        page.clock.run_for(21_000)
    school.clock.advance(minutes=3)
    with page.expect_response(lambda answer: answer.url.endswith("/") and answer.status == 200):
        page.clock.run_for(21_000)

    join = page.get_by_role("button", name="Join class")
    expect(join).not_to_have_attribute("aria-disabled", "true")
    assert page.title() == "Starts in 9 min – Sets – EduRaise"
    assert page.evaluate("document.activeElement.textContent") == "Later 5"
    assert held.bounding_box() == before
    page.context.close()


def test_a_home_that_cannot_be_refreshed_says_so_until_it_can(
    school: School, live_server: Any, browser: Browser
) -> None:
    page = opened(browser, school.ada, live_server.url)
    page.clock.install()
    page.goto("/")
    note = page.get_by_text("This can’t be refreshed just now.")
    expect(note).to_be_hidden()

    page.route("**/*", lambda route: route.abort())
    page.clock.run_for(61_000)
    expect(note).to_be_visible()
    page.unroute("**/*")
    page.clock.run_for(61_000)
    expect(note).to_be_hidden()
    page.context.close()


@pytest.mark.smoke
def test_find_answers_while_one_types(school: School, live_server: Any, browser: Browser) -> None:
    make_class(school.program, school.tariq, school.now + timedelta(hours=5), topic="Sets", now=school.now)
    page = opened(browser, school.sana, live_server.url)
    page.goto("/")
    page.keyboard.press("/")
    page.get_by_role("searchbox").press_sequentially("set")

    expect(page.get_by_role("link", name="Sets")).to_be_visible()
    expect(page).to_have_url(f"{live_server.url}/find/?q=set")
    page.get_by_role("link", name="Sets").click()
    expect(page.get_by_role("heading", name="Sets")).to_be_visible()
    page.context.close()
