"""Planning a term in a real browser: from a pasted table and from the timetable to booked classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from eduraise.classes.models import ClassSession
from eduraise.planner.booking import plan_due
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.programs.timetable_models import Holiday
from tests.browser import chromium, enter, findings, listen, overflow
from tests.classes.series import plan as series_of
from tests.classes.series import thursdays
from tests.linked import LinkedZoom

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AT = "/programs/ALG-2/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(transactional_db: None, linked: LinkedZoom, browser: Browser, live_server: Any) -> Iterator[Page]:
    """A teacher with Zoom, before her program, on a phone."""
    linked.connect(linked.school.tariq)
    assert linked.school.sana.pk
    context: BrowserContext = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 800}, locale="en-GB"
    )
    enter(context, linked.school.tariq, live_server.url)
    yield context.new_page()
    context.close()


def sound(page: Page) -> None:
    """Nothing sticks out and nothing keeps anybody out, here and on a wide screen in the dark."""
    for width, scheme in ((390, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert overflow(page) == []
        assert findings(page) == []
    page.set_viewport_size({"width": 390, "height": 800})


def test_a_term_is_planned_from_the_timetable_booked_and_taken_back(page: Page, linked: LinkedZoom) -> None:
    school, complaints = linked.school, list[str]()
    listen(page, complaints)
    days = thursdays(school, 6)
    slot = SlotDraft(weekday=4, local_start=time(10), minutes=60, teacher=school.tariq)
    add_slots(program=school.program, drafts=[slot], by=school.ada, now=school.now)
    Holiday.objects.create(
        program=school.program, starts_on=days[2], ends_on=days[2], name="Fair", created_at=school.now
    )
    school.assign(school.tariq, school.other_program)
    series_of(school, days[4:5], program=school.other_program)  # he teaches already then

    page.goto(f"{AT}timetable/")
    page.get_by_role("link", name="Plan the term").click()
    page.fill("[name=first_on]", days[0].isoformat())
    page.fill("[name=last_on]", days[-1].isoformat())
    page.get_by_role("button", name="Look at the plan").click()
    expect(page.get_by_role("button", name="Schedule 4 classes")).to_be_visible()
    expect(page.get_by_text("1 holiday skipped.")).to_be_visible()
    expect(page.get_by_text("1 can’t be scheduled and is left out.")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Next free day").click()
    page.get_by_role("button", name="Schedule 5 classes").click()

    expect(page.get_by_text("0 of 5 scheduled").first).to_be_visible()
    plan_due(linked.now)
    linked.push()
    linked.advance(seconds=11)
    plan_due(linked.now)
    expect(page.get_by_text("5 classes are scheduled")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Zoom has 5 of 5.")).to_be_visible(timeout=15_000)
    sound(page)

    page.get_by_role("link", name="Take it all back").click()
    expect(page.get_by_text("5 classes are cancelled.")).to_be_visible()
    page.get_by_role("button", name="Cancel these classes").click()
    plan_due(linked.now)
    expect(page.get_by_text("The plan was taken back.")).to_be_visible(timeout=15_000)
    assert complaints == []


def test_a_pasted_table_is_corrected_and_looked_at_before_anything_is_booked(
    page: Page, linked: LinkedZoom
) -> None:
    complaints = list[str]()
    listen(page, complaints)
    first = date(2026, 4, 3)
    long = "Introduction to a very long title " + "x" * 60
    lines = [f"{first + timedelta(days=turn):%d/%m/%Y};10:00;1:00;{long} {turn}" for turn in range(60)]

    page.goto(f"{AT}plan/")
    page.get_by_role("link", name="Paste a table").click()
    sound(page)
    page.fill("[name=text]", "\n".join([*lines, "30/02/2026;10:00;1:00;<b>never</b>"]))
    page.get_by_role("button", name="Look at the plan").click()
    expect(page.get_by_text("Line 61: The date can’t be read.")).to_be_visible()
    expect(page.get_by_text("<b>never</b>")).to_be_visible()
    sound(page)

    page.get_by_role("link", name="All classes 60").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("button", name="Leave out")).to_have_count(10)
    page.get_by_text("How the table was read").click()
    page.locator("[name=column3]").select_option("")
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_text("Date, Start, Length; day before month")).to_be_visible()
    expect(page.get_by_role("button", name="Schedule 60 classes")).to_be_visible()
    assert ClassSession.objects.count() == 0
    assert complaints == []
