"""A substitute in two clicks, in a real browser: asked, taken, started, given back; each page looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message
from eduraise.programs.models import TeacherSubject
from tests.browser import chromium, enter, findings, listen, overflow
from tests.linked import LinkedZoom
from tests.substitutes.scene import hosts_at_zoom, state_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 320, "height": 700}
DESK = {"width": 1280, "height": 900}
LONG = "Maximiliana Featherstonehaugh-Vandenberghe-Oyelaran"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


class Walk:
    """Pages of several people, and what is wrong with them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.found: list[str] = []

    def as_(self, person: User) -> Page:
        context = self.browser.new_context(base_url=self.address, viewport=DESK)  # type: ignore[arg-type]
        enter(context, person, self.address)
        page = context.new_page()
        listen(page, self.found)
        return page

    def look(self, page: Page) -> None:
        """On a small phone, dark, and on a desk, light."""
        for theme, size in (("dark", PHONE), ("light", DESK)):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
            self.found += [f"{page.url} {theme}: {each}" for each in findings(page) + overflow(page)]


@pytest.fixture
def walk(transactional_db: None, browser: Browser, live_server: Any) -> Walk:
    return Walk(browser, live_server.url)


def test_a_substitute_in_two_clicks_and_back_again_in_one(
    walk: Walk, linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    awkward = linked.school.teacher("awkward")
    User.objects.filter(pk=awkward.pk).update(name=LONG)
    TeacherSubject.objects.create(teacher=awkward.teacher_profile, subject="Algebra " * 8)
    able = linked.school.teacher("able")
    User.objects.filter(pk=able.pk).update(name=LONG)
    linked.connect(able)
    admin = walk.as_(linked.school.ada)
    admin.goto(f"/classes/{session.code}/substitute/")
    expect(admin.get_by_role("button", name=f"Ask {LONG}")).to_be_visible()
    walk.look(admin)
    page = walk.as_(linked.school.tariq)
    page.goto(f"/classes/{session.code}/")

    page.get_by_role("link", name="I can’t teach this class").click()
    expect(page.get_by_role("heading", name="Who takes this class?")).to_be_visible()
    expect(page.get_by_text(f"Cannot host: {LONG} must connect Zoom first.")).to_be_visible()
    walk.look(page)
    page.get_by_role("button", name="Ask Olu").click()
    expect(page.get_by_text("Olu is asked to take this class")).to_be_visible()
    walk.look(page)

    hers = walk.as_(olu)
    hers.goto("/")
    hers.get_by_role("link", name="Answer").first.click()
    expect(hers.get_by_role("heading", name="Can you take this class?")).to_be_visible()
    walk.look(hers)
    hers.get_by_role("button", name="I take this class").click()
    expect(hers.get_by_text("You take this class for Tariq")).to_be_visible()
    walk.look(hers)
    assert state_of(session) == [("Olu", "accepted")]

    linked.advance(seconds=11)
    announce_due(linked.now)
    told = Message.objects.filter(person=linked.school.sana).values_list("kind", flat=True)
    assert list(told) == ["class.changed"]
    students = walk.as_(linked.school.sana)
    students.goto(f"/classes/{session.code}/")
    expect(students.get_by_text("Olu").first).to_be_visible()
    linked.advance(days=2, minutes=-10)
    hers.goto(f"/classes/{session.code}/")
    expect(hers.get_by_role("button", name="Start class")).to_be_visible()

    page.goto(f"/classes/{session.code}/")
    expect(page.get_by_role("button", name="Start class")).to_have_count(0)
    page.get_by_role("button", name="I can teach after all").click()
    expect(page.get_by_text("“Sets” is Tariq’s class again.")).to_be_visible()
    expect(page.get_by_role("button", name="Start class")).to_be_visible()
    answer = hers.goto(f"/classes/{session.code}/")
    assert answer is not None
    assert answer.status == 404
    linked.advance(minutes=11)
    linked.push()
    assert "olu" not in hosts_at_zoom(linked)
    complaints = [one for one in walk.found if "404" not in one]  # the browser notes hers
    assert not complaints, "\n".join(complaints)
