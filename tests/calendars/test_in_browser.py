"""The calendar in a real browser: no barrier, nothing sticks out, keys move, the content policy holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from eduraise.calendars.actions import make_feed
from eduraise.classes.models import ClassSession
from tests.browser import chromium, enter, findings, listen, overflow
from tests.classes.rows import make_class
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

VIEWS = ("/calendar/", "/calendar/?view=month", "/calendar/?view=agenda", "/calendar/?view=day")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(
    transactional_db: None, browser: Browser, live_server: Any, school: School
) -> Iterator[tuple[Page, list[str]]]:
    context: BrowserContext = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}
    )
    fill(school)
    enter(context, school.tariq, live_server.url)
    page, complaints = context.new_page(), []
    listen(page, complaints)
    yield page, complaints
    context.close()


def fill(school: School) -> None:
    """A week with all there can be: short, long, side by side, over midnight, cancelled, a long name."""
    hours = [(-3, 60), (1, 15), (1, 60), (1.25, 90), (1.5, 30), (1.5, 45), (5, 25), (13, 240), (30, 60)]
    for number, (start, minutes) in enumerate(hours):
        make_class(
            school.program,
            school.tariq if number % 2 else school.tove,
            school.now + timedelta(hours=start),
            minutes=minutes,
            topic="Donaudampfschifffahrtsgesellschaftskapitän" if number == 3 else f"في السوق {number}",
            now=school.now,
        )
    cancelled = ClassSession.objects.order_by("-pk").first()
    assert cancelled
    ClassSession.objects.filter(pk=cancelled.pk).update(cancelled_at=school.now, cancelled_by=school.tariq)
    make_feed(person=school.tariq, program=None, now=school.now)


def test_it_has_no_barriers_and_nothing_sticks_out(page: tuple[Page, list[str]]) -> None:
    tab, complaints = page
    found = []
    for path in (*VIEWS, "/settings/calendar/"):
        for theme, width in (("light", 320), ("dark", 1280), ("light", 1280)):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            tab.goto(path)
            found += [f"{path} {width} {theme}: {each}" for each in findings(tab) + overflow(tab)]
            tab.evaluate("document.documentElement.dir = 'rtl'")
            found += [f"{path} {width} right to left: {each}" for each in overflow(tab)]

    assert found + complaints == []


def test_keys_move_and_come_back(page: tuple[Page, list[str]]) -> None:
    tab, _complaints = page
    tab.goto("/calendar/")
    heading = tab.get_by_role("heading", level=1)
    expect(heading).to_have_text("2 to 8 March")
    tab.keyboard.press("ArrowRight")
    expect(heading).to_have_text("9 to 15 March")
    tab.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("2 to 8 March")
    tab.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("23 February to 1 March")
    tab.keyboard.press("t")
    expect(heading).to_have_text("2 to 8 March")
    tab.evaluate("document.documentElement.dir = 'rtl'")
    tab.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("9 to 15 March")


def test_each_block_stands_at_its_hour_and_none_covers_another(page: tuple[Page, list[str]]) -> None:
    tab, _complaints = page
    tab.goto("/calendar/")
    boxes = [one.bounding_box() for one in tab.locator(".col .ev").all()]
    shown = [box for box in boxes if box]
    assert len(shown) >= 8
    for n, one in enumerate(shown):
        for other in shown[n + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            above = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            assert apart or above
    nine = tab.locator(".hrs span", has_text="09:00").bounding_box()
    # 08:00 UTC plus 1 h, and the label stands half a line above its line
    first = tab.locator(".col .ev", has_text="في السوق 2").bounding_box()
    assert nine
    assert first
    assert abs(nine["y"] + nine["height"] / 2 - first["y"]) < 4


def test_a_phone_has_the_days_as_rows_and_a_strip_to_choose_one(page: tuple[Page, list[str]]) -> None:
    tab, _complaints = page
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto("/calendar/")
    expect(tab.locator(".cal")).to_be_hidden()
    expect(tab.locator(".rail").first).to_be_visible()
    tab.locator(".wkstrip a").nth(1).click()
    expect(tab).to_have_url(re.compile(r"/calendar/\?on=2026-03-03$"))
