"""In a browser: what was agreed to for one time is not taken for another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from tests.browser import chromium, enter
from tests.classes.rows import make_host
from tests.programs.stated import MONDAY, states
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_a_tick_is_gone_when_the_time_changes(
    transactional_db: None, browser: Browser, live_server: Any, school: School
) -> None:
    User.objects.filter(pk=school.tariq.pk).update(zone="Europe/Madrid", zone_asked_at=school.now)
    make_host(school.tariq, school.now)
    states(school.tariq, "", (MONDAY, "09:00", "13:00"))
    context = browser.new_context(base_url=live_server.url)
    enter(context, school.tariq, live_server.url)
    page = context.new_page()
    page.goto("/zoom/create-meeting/")
    box = page.get_by_label("At this time all the same")

    page.get_by_label("Date").fill("2026-03-05")
    page.get_by_label("Time", exact=True).fill("10:00")
    expect(page.get_by_text("Outside your hours (none on Thu)")).to_be_visible()
    box.check()
    page.get_by_label("Time", exact=True).fill("11:00")
    expect(box).not_to_be_checked()
    box.check()
    page.get_by_role("button", name="Schedule this class").first.click()
    page.wait_for_url("**/classes/**")

    assert f"{ClassSession.objects.get().starts_at:%d %H:%M}" == "05 10:00"
    context.close()
