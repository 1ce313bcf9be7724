"""From nothing to a working connection, in a real browser, under the real content policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django import Settings

from eduraise.zoom.hosts import connection_of
from tests.browser import chromium, enter, findings, listen, overflow
from tests.linked import LinkedZoom
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context(
    transactional_db: None, browser: Browser, linked: LinkedZoom, live_server: Any, settings: Settings
) -> Iterator[BrowserContext]:
    settings.ZOOM_ENVIRONMENT = {}
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    yield context
    context.close()


def test_the_whole_account_step_by_step(
    context: BrowserContext, linked: LinkedZoom, school: School, live_server: Any
) -> None:
    linked.sim.user(school.tariq.email, licence="licensed")
    enter(context, school.ada, live_server.url)
    page, complaints = context.new_page(), []
    listen(page, complaints)

    page.goto("/zoom/setup/")
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("The organisation’s account, once").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("meeting:write:meeting:admin").first).to_be_visible()
    assert findings(page) + overflow(page) == []
    page.get_by_role("button", name="I have done that").click()

    page.get_by_label("Account ID").fill("sim-account")
    page.get_by_label("Client ID").fill("sim-s2s-client")
    page.get_by_label("Client secret").fill("wrong")
    page.get_by_role("button", name="Test and continue").click()
    expect(page.get_by_text("Zoom does not accept these three together.").first).to_be_visible()
    assert findings(page) + overflow(page) == []
    page.get_by_label("Client secret").fill("sim-s2s-secret")
    page.get_by_role("button", name="Test and continue").click()

    expect(page.get_by_text(re.compile("Zoom answered: account sim-account"))).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("link", name="Whole account").click()
    assert findings(page) + overflow(page) == []
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_text("Every teacher has a Zoom connection that works.")).to_be_visible()
    page.goto("/zoom/setup/guide/5/")
    page.get_by_role("button", name="Make a test meeting").click()
    expect(page.get_by_text("A test meeting was made, read and removed").first).to_be_visible()

    host = connection_of(school.tariq)
    assert host is not None
    assert host.is_usable
    assert linked.sim.meetings == []
    assert [one for one in complaints if "422" not in one] == []
