"""Personal links in a real browser: the page on a phone, with long names, and one link replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from eduraise.zoom.models import Registrant
from tests.browser import chromium, enter, findings, listen, overflow
from tests.linked import LinkedZoom
from tests.zoom.test_registering import book, choose, register

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("width", [320, 1280])
def test_a_teacher_replaces_a_link(
    transactional_db: None, browser: Browser, linked: LinkedZoom, live_server: Any, width: int
) -> None:
    school = linked.school
    for number, name in enumerate(("Wolfeschlegelsteinhausenbergerdorff " * 2, "نور الهدى", "Ng")):
        person = school.person(f"student{number}")
        person.name = name.strip()
        person.save()
        school.enrol(person, school.program)
    choose(linked, registers=True)
    linked.connect(school.tariq)
    session = book(linked)
    register(linked)
    context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 700})
    enter(context, school.tariq, live_server.url)
    page, complaints = context.new_page(), []
    listen(page, complaints)

    page.goto(f"/classes/{session.code}/")
    page.get_by_role("link", name="Personal links").click()
    complaints += findings(page) + overflow(page)
    page.get_by_role("button", name=re.compile("Another link.*Sana")).click()
    page.get_by_text("gets another link within a minute").wait_for()
    complaints += findings(page) + overflow(page)
    context.close()

    assert complaints == []
    assert Registrant.objects.get(person=school.sana).state == "renew_wanted"
