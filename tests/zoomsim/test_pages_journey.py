"""The pages in a real browser: consent, joining, waiting, being let in, the end; nothing for axe to find."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import chromium, findings, listen, overflow
from tests.zoom_simulator import REDIRECT_URL, ZoomServer
from tests.zoomsim.conftest import TARIQ


@pytest.mark.smoke
@pytest.mark.journey
def test_a_student_is_let_in_and_sees_the_end(zoom_server: ZoomServer, tmp_path: Path) -> None:
    zoom_server.control("POST", "grants", email=TARIQ)
    settings = {"waiting_room": True}
    made = zoom_server.control("POST", "meetings", host=TARIQ, topic="Algebra <b>", settings=settings)
    complaints: list[str] = []
    with chromium() as browser:
        sana, tariq = (visitor(browser, zoom_server, theme, complaints) for theme in ("light", "dark"))
        query = f"response_type=code&client_id=sim-client&redirect_uri={REDIRECT_URL}"
        visit(tariq, f"/oauth/authorize?{query}")

        visit(sana, made["join_url"])
        sana.get_by_label("Your name").fill("Sana")
        sana.get_by_role("button", name="Join").click()
        expect(sana.get_by_role("status")).to_have_text("Waiting for the host to start this meeting.")
        visit(tariq, made["start_url"])
        tariq.get_by_role("button", name="Start the meeting").click()
        expect(sana.get_by_role("status")).to_contain_text("will let you in", timeout=10_000)
        faultless(tariq)
        tariq.get_by_role("button", name="Admit Sana").click()
        expect(sana.get_by_role("status")).to_have_text("You are in the meeting.", timeout=10_000)
        expect(sana.get_by_role("listitem").filter(has_text="Tariq Haddad")).to_be_visible()
        faultless(sana)

        tariq.get_by_role("button", name="End meeting for all").click()
        expect(sana.get_by_role("status")).to_have_text("Host ended the meeting.", timeout=10_000)
        faultless(sana)
        visit(tariq, "/")
    assert complaints == []


def visitor(browser: Browser, server: ZoomServer, theme: str, complaints: list[str]) -> Page:
    context = browser.new_context(
        base_url=server.base_url,
        viewport={"width": 320, "height": 700},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    listen(page, complaints)
    return page


def visit(page: Page, path: str) -> None:
    page.goto(path)
    faultless(page)


def faultless(page: Page) -> None:
    assert (findings(page), overflow(page)) == ([], []), page.url
