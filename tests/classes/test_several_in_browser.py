"""Several classes changed in a real browser: this and following, chosen ones, a holiday that hits five."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from eduraise.classes.announce import announce_due
from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.classes.series_parts import Scope
from eduraise.classes.several import Chosen, cancel_several
from tests.browser import chromium, enter
from tests.classes.series import plan, thursdays
from tests.classes.test_in_browser import look
from tests.classes.test_together import move
from tests.linked import LinkedZoom
from tests.zoom.test_series import work

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def sessions(transactional_db: None, linked: LinkedZoom) -> list[ClassSession]:
    """Six Thursdays at ten, at Zoom and told."""
    linked.connect(linked.school.tariq)
    assert linked.school.sana.pk
    result = plan(linked.school, thursdays(linked.school, 6))
    work(linked)
    ClassSession.objects.update(told_booked=True, told_version=1)
    return [one for _on, one in sorted(result.booked.items())]


@pytest.fixture
def context(
    sessions: list[ClassSession], browser: Browser, live_server: Any, linked: LinkedZoom
) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    enter(context, linked.school.tariq, live_server.url)
    yield context
    context.close()


def starts() -> list[datetime]:
    rows = ClassSession.objects.order_by("original_on").values_list("starts_at", flat=True)
    return [at.astimezone(MADRID) for at in rows]


def toast(page: Page) -> Any:
    return page.locator("#toasts [data-toast]").last


def test_this_and_following_is_asked_said_and_done(
    context: BrowserContext, sessions: list[ClassSession]
) -> None:
    page = context.new_page()
    page.goto(f"/classes/{sessions[2].code}/change/")
    page.get_by_role("radio", name="This and following (4)").check()
    page.get_by_label("Time", exact=True).fill("12:00")
    expect(page.locator("#will")).to_contain_text("4 classes move from 10:00 to 12:00.")
    expect(page.locator("#will")).to_contain_text("1 student gets one message.")
    page.locator("#will").get_by_role("button", name="Save changes").click()
    expect(toast(page)).to_contain_text("4 classes were moved.")
    assert [at.hour for at in starts()] == [10, 10, 12, 12, 12, 12]


def test_the_cancel_page_shows_what_the_choice_does_and_no_more(
    context: BrowserContext, sessions: list[ClassSession]
) -> None:
    page = context.new_page()
    page.goto(f"/classes/{sessions[2].code}/cancellation/")
    shown = page.locator("p.reach:visible")
    for choice, says, verb in (
        ("This class", "1 student will be told.", "Cancel this class"),
        ("This and following (4)", "4 classes are cancelled.", "Cancel 4 classes"),
        ("All 6 left in this series", "6 classes are cancelled.", "Cancel 6 classes"),
        ("This and following (4)", "4 classes are cancelled.", "Cancel 4 classes"),
    ):
        page.get_by_role("radio", name=choice, exact=True).check()
        expect(shown).to_have_count(1)
        expect(shown).to_contain_text(says)
        expect(page.locator("#cancel .acts button:visible")).to_have_text([verb])
        expect(shown.locator("b:visible")).to_have_count(0)
    assert look(context, f"/classes/{sessions[2].code}/cancellation/") == []
    page.get_by_role("button", name="Cancel 4 classes").click()
    expect(toast(page)).to_contain_text("4 classes are cancelled.")
    assert ClassSession.objects.not_cancelled().count() == 2


def test_a_title_for_the_following_can_be_undone_from_the_toast(
    context: BrowserContext, sessions: list[ClassSession]
) -> None:
    page = context.new_page()
    page.goto(f"/classes/{sessions[2].code}/change/")
    page.get_by_role("radio", name="This and following (4)").check()
    page.get_by_label("Title").fill("Sets")
    expect(page.locator("#will")).to_contain_text("4 classes get the title “Sets”.")
    expect(page.locator("#will")).to_contain_text("Zoom itself goes on showing")
    page.locator("#will").get_by_role("button", name="Save changes").click()
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("4 classes are as they were.")
    assert ClassSession.objects.filter(topic="Sets").count() == 0


def test_a_setting_that_is_chosen_is_named_at_once(
    context: BrowserContext, sessions: list[ClassSession]
) -> None:
    page = context.new_page()
    page.goto(f"/classes/{sessions[2].code}/change/")
    page.get_by_role("radio", name="All 6 left in this series").check()
    expect(page.locator("#will")).to_contain_text("Nothing differs yet")
    page.locator("summary", has_text="Zoom settings").click()
    page.get_by_label("Mute students when they enter").click()
    expect(page.locator("#will")).to_contain_text("Changed in 6 classes: Mute on entry.")


def test_what_was_told_is_taken_back_and_restored_on_pages_that_fit(
    context: BrowserContext, sessions: list[ClassSession], linked: LinkedZoom
) -> None:
    move(linked, sessions[4], Scope.FOLLOWING, timedelta(hours=1))
    chosen = [Chosen(one, 1) for one in sessions[:3]]
    cancel_several(chosen=chosen, by=linked.school.tariq, now=linked.now)
    linked.advance(seconds=11)
    announce_due(linked.now)
    page = context.new_page()
    for number, asked, verb, done in (
        (4, "Put 2 classes back?", "Put them back", "2 classes are as they were."),
        (0, "Restore 3 classes?", "Restore the ticked classes", "3 classes are held after all."),
    ):
        page.goto(f"/classes/{sessions[number].code}/")
        page.get_by_role("link", name="Take it back, with the others").click()
        expect(page.get_by_role("heading", name=asked)).to_be_visible()
        assert look(context, page.url) == []
        page.get_by_role("button", name=verb).click()
        expect(toast(page)).to_contain_text(done)
    assert ClassSession.objects.not_cancelled().count() == 6


def test_classes_are_ticked_by_keyboard_looked_at_moved_and_undone(
    context: BrowserContext, sessions: list[ClassSession]
) -> None:
    before = starts()
    page = context.new_page()
    page.goto("/zoom/meetings/")
    bar = page.locator(".selbar")
    expect(bar).to_be_hidden()
    box = page.locator("input[name=pick]").first
    box.focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("1 selected")
    bar.get_by_text("All on this page").click()
    expect(bar).to_contain_text("6 selected")
    page.locator("input[name=pick]").last.uncheck()
    bar.get_by_role("button", name="Move…").click()
    page.get_by_label("Days").fill("1")
    expect(page.locator("#will")).to_contain_text("5 classes move.")
    expect(page.locator("#rows")).to_contain_text("→")
    page.get_by_role("button", name="Move these classes").click()
    expect(toast(page)).to_contain_text("5 classes were moved.")
    assert starts() == [at + timedelta(days=1) for at in before[:5]] + before[5:]
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("5 classes are as they were.")
    assert starts() == before


def test_a_holiday_hits_five_classes_which_are_moved_cancelled_and_kept(
    context: BrowserContext, sessions: list[ClassSession], linked: LinkedZoom
) -> None:
    first, last = starts()[1].date(), starts()[5].date()
    page = context.new_page()
    page.goto(f"/programs/{linked.school.program.code}/timetable/holidays/new/")
    page.get_by_label("Name").fill("Storm")
    page.get_by_label("First day").fill(f"{first}")
    page.get_by_label("Last day").fill(f"{last}")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("5 booked classes fall on “Storm”")
    boxes = page.locator("input[name=pick]")
    for place in (1, 2, 3, 4):
        boxes.nth(place).uncheck()
    page.get_by_role("button", name="To the next free day…").click()
    expect(page.locator("#will")).to_contain_text("1 class moves.")
    page.get_by_role("button", name="Move these classes").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 booked classes fall on")
    boxes.nth(0).uncheck()
    boxes.nth(1).uncheck()
    page.get_by_role("button", name="Cancel…").click()
    page.get_by_role("button", name="Cancel these classes").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 booked classes fall on")
    page.get_by_role("button", name="Keep them").click()
    expect(page.locator("main")).to_contain_text("Nothing to decide")
    expect(page.locator("main")).to_contain_text("2 classes are kept on it.")
    assert ClassSession.objects.not_cancelled().count() == 4
    assert starts()[1].date() == last + timedelta(days=1)
    assert sorted(ChangeSet.objects.values_list("kind", flat=True)) == ["cancelled", "moved"]


def test_without_javascript_it_goes_as_well(
    browser: Browser, sessions: list[ClassSession], linked: LinkedZoom, live_server: Any
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    enter(context, linked.school.tariq, live_server.url)
    page = context.new_page()
    page.goto("/zoom/meetings/")
    page.locator("input[name=pick]").first.check()
    page.locator(".selbar").get_by_role("button", name="Move…").click()
    page.get_by_label("Minutes").fill("30")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("#will")).to_contain_text("1 class moves.")
    page.get_by_role("button", name="Move these classes").click()
    expect(page.locator("body")).to_contain_text("1 class was moved.")
    context.close()
    assert [at.minute for at in starts()] == [30, 0, 0, 0, 0, 0]


def test_nothing_bars_anybody_from_these_pages(context: BrowserContext, sessions: list[ClassSession]) -> None:
    picks = "&".join(f"pick={one.code}" for one in sessions)
    found = look(context, f"/classes/several/time/?how=by&days=1&{picks}")
    found += look(context, f"/classes/several/time/?how=free&{picks}")
    found += look(context, f"/classes/several/cancellation/?{picks}")
    found += look(context, "/classes/several/time/")
    for page in ("change", "teacher", "cancellation"):
        found += look(context, f"/classes/{sessions[2].code}/{page}/")
    assert not found, "\n".join(found)
