"""The pages of the Zoom connection in a real browser: no barrier, nothing sticks out of a small phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from eduraise.accounts.models import User
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import Connecting, ZoomOperation, ZoomUser
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
    transactional_db: None, browser: Browser, linked: LinkedZoom, live_server: Any
) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 700})
    yield context
    context.close()


def look(page: Page, path: str) -> list[str]:
    """What is wrong with a page on a small phone."""
    complaints: list[str] = []
    listen(page, complaints)
    page.goto(path)
    return complaints + findings(page) + overflow(page)


def pending(linked: LinkedZoom, person: User) -> None:
    Connecting.objects.create(
        state_hash="0",
        person=person,
        session_hash="0",
        verifier="verifier",
        created_at=linked.now,
        expires_at=linked.now.replace(minute=10),
        spent_at=linked.now,
        shown_name="Tariq Haddad",
        shown_email="tariq.haddad.with.a.long.address@zoom.example",
        access_token="access",
        refresh_token="refresh",
    )


@pytest.mark.parametrize("state", ["none", "pending", "connected", "lost"])
def test_each_state_of_a_teachers_link(
    context: BrowserContext, linked: LinkedZoom, school: School, live_server: Any, state: str
) -> None:
    if state == "pending":
        pending(linked, school.tariq)
    if state in {"connected", "lost"}:
        linked.connect(school.tariq)
    if state == "lost":
        ZoomUser.objects.update(state=HostState.LOST)
    enter(context, school.tariq, live_server.url)
    page = context.new_page()

    assert look(page, "/zoom/connect/") == []
    if state == "connected":
        assert look(page, "/zoom/connect/disconnection/") == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/zoom/setup/", "meeting:write:meeting"), ("/zoom/operations/", "no meetings licence")],
)
def test_what_admins_see(
    context: BrowserContext, linked: LinkedZoom, school: School, live_server: Any, path: str, shown: str
) -> None:
    linked.want(linked.connect(school.tariq))
    ZoomOperation.objects.update(state="failed", answer_code="host_unlicensed")
    enter(context, school.ada, live_server.url)

    page = context.new_page()
    assert look(page, path) == []
    assert page.get_by_text(shown).first.is_visible()


def test_the_focus_stays_where_a_change_was_tried_again(
    context: BrowserContext, linked: LinkedZoom, school: School, live_server: Any
) -> None:
    linked.want(linked.connect(school.tariq))
    ZoomOperation.objects.update(state="failed", answer_code="host_unlicensed")
    linked.sim.fault("status", operation="meetingCreate", status=500, times=None)
    enter(context, school.ada, live_server.url)
    page = context.new_page()
    page.goto("/zoom/operations/")
    page.get_by_role("button", name="Retry").focus()

    page.keyboard.press("Enter")
    page.get_by_text("Being checked").first.wait_for()

    assert page.evaluate("document.activeElement.closest('li') !== null")
