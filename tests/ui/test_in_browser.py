"""The shell and the components in a real browser, under the product's own policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import chromium, findings, listen, overflow

pytestmark = pytest.mark.journey
THEMES = ("light", "dark")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(timezone_id="Europe/Madrid", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()
    listen(page, complaints)
    return page


# How it looks


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "direction"), [(320, "ltr"), (390, "ltr"), (390, "rtl"), (1280, "ltr")])
def test_every_component_fits_and_axe_has_nothing_to_say(
    page: Page, complaints: list[str], address: str, theme: str, width: int, direction: str
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/components/?theme={theme}&dir={direction}")

    assert overflow(page) == []
    assert findings(page) == []
    assert complaints == []


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("path", ["/", "/schedule/", "/sign-in/", "/error/500/"])
def test_every_kind_of_page_fits_and_axe_has_nothing_to_say(
    page: Page, address: str, path: str, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}{path}?theme={theme}")

    assert overflow(page) == []
    assert findings(page) == []


def test_the_persons_menu_and_a_dialog_pass_while_open(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Ana Ferreira").click()
    assert findings(page) == []

    page.goto(f"{address}/components/")
    page.locator("#dialog").get_by_role("link", name="Cancel this class").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert findings(page) == []


def test_targets_on_phones_are_large_enough_for_a_thumb(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".btn, .nav a, input")]
          .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
          .map(([words, box]) => `${words} ${box.width}x${box.height}`)"""
    )

    assert small == []


def test_paper_gets_the_page_without_the_shell(page: Page, address: str) -> None:
    page.goto(f"{address}/?theme=dark")
    page.emulate_media(media="print")

    assert page.get_by_role("navigation", name="Main").is_hidden()
    assert page.locator(".board").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(21, 33, 28)"


# How it behaves


@pytest.mark.smoke
def test_pages_work_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/schedule/")
    page.get_by_label("Title").fill("A title that is far too long")
    page.locator("form#schedule").get_by_role("button", name="Schedule").click()
    expect(page.get_by_role("alert")).to_contain_text("One thing to put right")
    expect(page.get_by_label("Title")).to_have_value("A title that is far too long")

    page.get_by_label("Title").fill("Sets")
    page.locator("form#schedule").get_by_role("button", name="Schedule").click()
    expect(page.locator(".toast")).to_contain_text("“Sets” is planned.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Done:")
    context.close()


def test_a_refused_form_keeps_what_was_typed_and_takes_the_focus_to_the_errors(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/schedule/")
    page.get_by_label("Title").fill("A title that is far too long")
    page.get_by_label("Title").press("Enter")

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("A title that is far too long")
    page.get_by_role("alert").get_by_role("link", name="Title").click()
    expect(page.get_by_label("Title")).to_be_focused()


def test_a_toast_offers_undo_and_goes_after_ten_seconds_unless_looked_at(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/schedule/")
    page.get_by_label("Title").fill("Sets")
    page.get_by_label("Title").press("Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("“Sets” is planned.")

    toast.hover()
    page.clock.run_for(20_000)
    expect(toast).to_be_visible()
    page.get_by_label("Title").hover()
    page.clock.run_for(9_000)
    expect(toast).to_be_visible()
    page.clock.run_for(2_000)
    expect(toast).to_have_count(0)


@pytest.mark.smoke
def test_undo_in_a_toast_is_a_plain_post(page: Page, address: str) -> None:
    page.goto(f"{address}/schedule/")
    page.get_by_label("Title").fill("Sets")
    page.get_by_label("Title").press("Enter")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("heading", name="Thursday 27 November", level=1)).to_be_visible()


@pytest.mark.smoke
def test_a_pressed_button_is_busy_and_cant_be_pressed_twice(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Ana Ferreira").click()
    out = page.get_by_role("button", name="Sign out")
    sent, busy = out.evaluate(
        """(button) => {
          let sent = 0;
          // after the page's own listener; a sent form would leave the page
          document.addEventListener("submit", (event) => {
            sent += !event.defaultPrevented;
            event.preventDefault();
          });
          button.form.requestSubmit(button);
          button.form.requestSubmit(button);
          return [sent, button.ariaBusy];
        }"""
    )

    assert (sent, busy) == (1, "true")


def test_a_slow_answer_shows_the_button_busy_and_then_itself_again(page: Page, address: str) -> None:
    held: list[Any] = []
    page.goto(f"{address}/schedule/")
    page.route("**/schedule/", lambda route: held.append(route))
    button = page.locator("form#schedule").get_by_role("button")
    page.get_by_label("Title").fill("A title that is far too long")
    button.click()

    expect(button).to_have_text("Booking…")
    expect(button).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(button).to_have_text("Schedule")
    expect(button).not_to_have_attribute("aria-busy", "true")


@pytest.mark.smoke
def test_a_form_sent_twice_in_place_asks_once(page: Page, address: str) -> None:
    held: list[Any] = []
    page.goto(f"{address}/schedule/")
    page.route("**/schedule/", lambda route: held.append(route))
    page.get_by_label("Title").fill("Sets")
    page.get_by_label("Title").press("Enter")
    page.get_by_label("Title").press("Enter")
    page.locator("form#schedule").get_by_role("button").click()
    expect(page.locator("form#schedule[data-asking]")).to_have_count(1)
    held[0].continue_()

    expect(page.locator(".toast")).to_have_count(1)
    assert len(held) == 1
    page.get_by_label("Title").fill("Graphs")
    page.get_by_label("Title").press("Enter")
    expect(page.locator("form#schedule[data-asking]")).to_have_count(1)
    held[1].continue_()
    expect(page.locator(".toast")).to_have_count(2)


def test_a_part_that_breaks_or_cant_be_reached_leaves_the_page(
    page: Page, context: BrowserContext, address: str
) -> None:
    page.goto(f"{address}/schedule/")
    page.get_by_role("link", name="Ask something that breaks").click()
    expect(page.locator(".toast")).to_contain_text("That broke on our side.")
    expect(page.get_by_role("link", name="Ask something that breaks")).to_be_visible()

    context.set_offline(True)
    page.get_by_role("link", name="Ask something that breaks").click()
    expect(page.locator(".toast")).to_have_count(2)
    expect(page.locator(".toast").last).to_contain_text("EduRaise can’t be reached.")


def test_a_live_part_that_cant_refresh_keeps_what_it_shows_and_says_so(page: Page, address: str) -> None:
    page.goto(address)
    count = page.locator("#count")
    expect(count).to_be_visible()
    page.request.get(f"{address}/live/?break=yes")

    expect(page.get_by_text("Not updated since 18:12.")).to_be_visible()
    expect(count).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    page.request.get(f"{address}/live/?break=no")


def test_slash_goes_to_find_but_not_while_typing(page: Page, address: str) -> None:
    page.goto(f"{address}/?x=1")
    page.keyboard.press("/")
    page.wait_for_url(f"{address}/schedule/")

    page.get_by_label("Title").press("/")
    expect(page.get_by_label("Title")).to_have_value("/")


def test_copying_says_so_in_place(context: BrowserContext, page: Page, address: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(f"{address}/components/")
    page.get_by_role("button", name="Copy link").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "https://oberta.example/j/7F3K-2Q"


def test_a_dialog_opens_from_a_menu_and_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(f"{address}/components/")
    page.get_by_role("button", name="More about this class").click()
    page.locator(".menu:popover-open").get_by_role("link", name="Cancel this class").click()
    dialog = page.get_by_role("dialog", name="Cancel “Factorising”, Thu 4 Dec, 18:00?")
    expect(dialog).to_be_visible()

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("#dialog").get_by_role("link", name="Cancel this class").first.click()
    dialog.get_by_role("button", name="Keep the class").click()
    expect(dialog).to_be_hidden()


def test_what_cant_be_done_stays_reachable_and_does_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/components/")
    join = page.get_by_role("button", name="Join", exact=True)
    join.focus()
    expect(join).to_be_focused()
    expect(join).to_have_accessible_description("Join opens at 17:45, in 2 h.")


def test_the_selection_bar_counts_what_is_ticked(page: Page, address: str) -> None:
    page.goto(f"{address}/components/")
    bar = page.get_by_role("region", name="Selection", exact=True)
    expect(bar).to_contain_text("1 selected")
    page.get_by_label("Select Retake").check()
    expect(bar).to_contain_text("2 selected")
    page.get_by_label("Select Retake").uncheck()
    page.get_by_label("Select Quadratic equations").uncheck()
    expect(bar).to_be_hidden()


@pytest.mark.parametrize(
    ("device", "offered"),
    [("America/New_York", True), ("UTC", False), ("Africa/Abidjan", False), ("Europe/London", True)],
)
def test_the_devices_zone_is_offered_where_clocks_differ_in_some_season(
    browser: Browser, address: str, device: str, offered: bool
) -> None:
    context = browser.new_context(timezone_id=device)
    page = context.new_page()
    page.goto(f"{address}/?zone=ask")
    offer = page.locator("#zone-offer")
    page.wait_for_function("document.querySelector('#zone-offer [name=zone]').value")

    assert offer.is_visible() == offered
    if device == "America/New_York":
        expect(offer).to_contain_text("Show them for New York instead?")
        offer.get_by_role("button", name="Change").click()
        expect(page.locator(".toast")).to_contain_text("Done: zone America/New_York, answer yes")
    context.close()


def test_nothing_moves_for_those_who_asked_for_that(browser: Browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/components/")

    assert page.locator(".skel").first.evaluate("e => getComputedStyle(e).animationName") == "none"
    context.close()


def test_the_skip_link_goes_past_the_navigation(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
