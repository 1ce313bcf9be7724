"""Every page of classes and the door in a real browser: no barrier, nothing sticks out, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium, enter, findings, listen, overflow
from tests.classes.awkward import Awkward, make_awkward
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 320, "height": 700}
DESK = {"width": 1280, "height": 900}
LISTS = (
    "/zoom/meetings/",
    "/zoom/meetings/?tab=past",
    "/zoom/meetings/?program=ALG-2&tab=attention",
    "/zoom/meetings/?q=nothing+like+it",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(transactional_db: None, browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 700})
    yield context
    context.close()


@pytest.fixture
def awkward(transactional_db: None, school: School) -> Awkward:
    school.clock.advance(hours=1)
    return make_awkward(school, more=40)


def look(context: BrowserContext, path: str) -> list[str]:
    """What is wrong with a page: on a small phone, light, and on a desk, dark."""
    page = context.new_page()
    found: list[str] = []
    listen(page, found)
    for theme, size in (("light", PHONE), ("dark", DESK)):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.goto(path)
        unfold(page)
        found += [f"{path} {theme}: {each}" for each in findings(page) + overflow(page)]
    page.close()
    return found


def unfold(page: Page) -> None:
    """Open all folds, so that what is in them is looked at too."""
    page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")


def test_a_teachers_pages(
    context: BrowserContext, awkward: Awkward, school: School, live_server: Any
) -> None:
    enter(context, school.tariq, live_server.url)
    codes = {state: session.code for state, session in awkward.by_state.items()}

    found = [each for path in LISTS for each in look(context, path)]
    found += look(context, "/zoom/create-meeting/")
    for state in ("live", "later", "cancelled", "silent", "refused", "time_differs", "no_teacher"):
        found += look(context, f"/classes/{codes[state]}/")
    found += look(context, f"/classes/{codes['refused']}/change/")
    found += look(context, f"/classes/{codes['later']}/cancellation/")
    found += look(context, f"/j/{codes['live']}")

    assert not found, "\n".join(found)


def test_a_students_pages(
    context: BrowserContext, awkward: Awkward, school: School, live_server: Any
) -> None:
    enter(context, school.sana, live_server.url)
    found = look(context, "/zoom/upcoming-meetings/")
    found += look(context, f"/classes/{awkward.code('later')}/")
    for state in ("live", "open", "soon", "ended", "cancelled", "moved", "booking"):
        found += look(context, f"/j/{awkward.code(state)}")

    assert not found, "\n".join(found)


def test_what_stands_where_there_is_nothing(
    context: BrowserContext, school: School, transactional_db: None, live_server: Any
) -> None:
    """No class for a teacher, none for a student, no program for an admin, and nobody's code."""
    enter(context, school.tariq, live_server.url)
    found = look(context, "/zoom/meetings/")
    enter(context, school.sana, live_server.url)
    found += look(context, "/zoom/upcoming-meetings/")
    found += [each for each in look(context, "/j/7F3K-2Q") if "404" not in each]
    school.program.archived_at = school.now - timedelta(days=1)
    school.program.save()
    enter(context, school.ada, live_server.url)
    found += look(context, "/zoom/create-meeting/")
    found += look(context, "/zoom/meetings/")

    assert not found, "\n".join(found)
