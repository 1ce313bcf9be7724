"""A timetable in a real browser: the sentence follows what is typed, topics move by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_rules import Off
from eduraise.programs.holidays import add_holidays
from eduraise.programs.syllabus import add_topics
from tests.browser import chromium, enter, findings, listen, overflow
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT = "/programs/ALG-2/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(
    transactional_db: None, school: School, browser: Browser, live_server: Any
) -> Iterator[BrowserContext]:
    school.program.starts_on, school.program.ends_on = date(2026, 3, 2), date(2026, 5, 29)
    school.program.save()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 800})
    enter(context, school.tariq, live_server.url)
    yield context
    context.close()


def test_the_sentence_follows_what_is_typed(context: BrowserContext) -> None:
    page, complaints = context.new_page(), list[str]()
    listen(page, complaints)
    page.goto(f"{AT}timetable/slots/new/")
    expect(page.locator("#sum")).to_have_text("No hours of the week yet.")

    page.check("[name=weekdays][value='2']")
    page.check("[name=weekdays][value='4']")
    page.fill("[name=local_start]", "18:00")
    page.fill("[name=minutes]", "90")
    expect(page.locator("#sum")).to_have_text(
        "Every Tue and Thu, 18:00–19:30, Madrid time, Mon 2 Mar – Fri 29 May: 26 classes, 39 h."
    )
    expect(page.locator("#task-words")).to_have_text("26 classes")
    page.get_by_role("button", name="Add to the timetable").click()

    expect(page.get_by_text("2 hours of the week are added.")).to_be_visible()
    page.get_by_role("button", name="Remove Thursday 18:00–19:30").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Thursday 18:00–19:30 is back.")).to_be_visible()
    assert complaints == []


def test_topics_move_by_keyboard(context: BrowserContext, school: School) -> None:
    add_topics(program=school.program, titles=["One", "Two", "Three"], by=school.ada, now=school.now)
    page = context.new_page()
    page.goto(f"{AT}syllabus/")

    page.get_by_role("button", name="Up Three").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".list .rt > a")).to_have_text(["One", "Three", "Two"])


def test_pages_that_hold_much_have_no_barrier_and_nothing_sticks_out(
    context: BrowserContext, school: School
) -> None:
    long = "Grundlagen der Gemeindegesundheitspflege und Primärversorgungsforschung " * 2
    add_topics(program=school.program, titles=[long[:150]] * 110, by=school.ada, now=school.now)
    days = [Off(date(2026, 3, 1 + n % 30), date(2026, 4, 30), f"{n} {long}"[:100]) for n in range(60)]
    typed = HolidaySource.TYPED
    add_holidays(program=school.program, holidays=days, source=typed, by=school.ada, now=school.now)
    found: list[str] = []
    for theme, width in (("light", 320), ("dark", 1280)):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for path in ("timetable/", "timetable/?page=2", "syllabus/?page=2"):
            page.goto(f"{AT}{path}")
            found += [f"{path} {width} px, {theme}: {each}" for each in findings(page) + overflow(page)]
    assert found == []
