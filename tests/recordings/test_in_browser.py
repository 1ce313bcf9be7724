"""A recording is watched in a real browser: it seeks far ahead, and its transcript leads to what was said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from eduraise.core.codes import new_uid
from eduraise.recordings.models import Recording, Viewing
from tests.browser import chromium, enter, findings, listen, look_at, overflow
from tests.linked import LinkedZoom
from tests.recordings.recorded import Recorded

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MIB = 1024 * 1024
READY = """() => new Promise((done) => {
  const medium = document.querySelector("[data-recording]");
  medium.muted = true;
  if (medium.readyState >= 1) done(medium.duration);
  else medium.addEventListener("loadedmetadata", () => done(medium.duration), { once: true });
})"""
PLAYS = """(at) => new Promise((done) => {
  const medium = document.querySelector("[data-recording]");
  const look = () => medium.currentTime > at && !medium.seeking && medium.readyState >= 3;
  const look_again = () => look() ? done(medium.currentTime) : requestAnimationFrame(look_again);
  look_again();
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_a_student_watches_seeks_and_finds_what_was_said(
    transactional_db: None, browser: Browser, live_server: Any, linked: LinkedZoom, media_folder: Path
) -> None:
    linked.sim.control("POST", "accounts", id="sim-account", plan="business")
    linked.sim.switch(recording_padding=5 * MIB)
    held = Recorded(linked)
    held.ready()
    held.work(minutes=31)
    recording: Recording = held.recording
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    enter(context, held.school.sana, live_server.url)
    page, complaints, parts = context.new_page(), [], []
    listen(page, complaints)
    page.on(
        "response",
        lambda answer: (
            parts.append((answer.status, answer.headers.get("content-range", "")))
            if "/files/" in answer.url
            else None
        ),
    )
    page.goto("/recordings/")
    page.get_by_role("link", name="Completing the square").first.click()
    length = page.evaluate(READY)

    # its index stands at the end, beyond five mebibytes of nothing: it was asked for by its place
    assert length == 90
    assert {status for status, _place in parts} == {206}
    assert max(int(place.split("-")[1].split("/")[0]) for _status, place in parts) > 5 * MIB

    page.get_by_role("button", name="x squared plus six x").click()
    assert 45 < page.evaluate(PLAYS, 45) < 50
    assert page.locator(".cue[aria-current]").inner_text().startswith("0:45")

    page.evaluate("document.querySelector('[data-recording]').currentTime = 70.5")
    assert 70.5 < page.evaluate(PLAYS, 70.5) < 76
    assert "minus four" in page.locator(".cue[aria-current]").inner_text()

    page.get_by_role("searchbox", name="Find in the transcript").fill("FORMULA")
    assert page.locator(".cue:visible").count() == 1
    page.get_by_role("searchbox", name="Find in the transcript").fill("")

    page.evaluate(PLAYS, 72.5)  # two seconds of it run
    with page.expect_response(lambda answer: answer.url.endswith("/viewing/")) as told:
        page.evaluate("document.querySelector('[data-recording]').pause()")
    assert told.value.status == 204
    found = findings(page) + overflow(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1280, "height": 900})
    found += findings(page) + overflow(page)
    context.close()

    assert (found, complaints) == ([], [])
    (viewing,) = Viewing.objects.all()
    assert (viewing.person, viewing.recording, viewing.seconds >= 1) == (held.school.sana, recording, True)


def test_a_line_of_another_part_leads_into_that_part(
    transactional_db: None, browser: Browser, live_server: Any, linked: LinkedZoom, media_folder: Path
) -> None:
    linked.sim.control("POST", "accounts", id="sim-account", plan="business")
    held = Recorded(linked)
    held.ready()
    held.work(minutes=31)
    for file in held.recording.files.all():  # it was stopped and started again
        address = file.url
        file.pk, file.uid, file.key = None, new_uid(), f"again {file.key}"
        file.url = address  # a secret belongs to its row
        file.begins_at = (file.begins_at or held.recording.started_at) + timedelta(minutes=40)
        file.save()
    context = browser.new_context(base_url=live_server.url)
    enter(context, held.school.sana, live_server.url)
    page, complaints = context.new_page(), []
    listen(page, complaints)
    page.goto(f"/recordings/{held.recording.uid}/")
    page.evaluate(READY)
    parts = page.locator("[data-plays][aria-pressed=true]")
    assert parts.inner_text().startswith("Part 1, from")

    lines = page.get_by_role("button", name="x squared plus six x")
    assert lines.count() == 2
    lines.last.click()
    assert 45 < page.evaluate(PLAYS, 45) < 50
    assert parts.inner_text().startswith("Part 2, from")
    current = page.locator(".cue[aria-current]")
    assert (current.count(), current.get_attribute("data-part")) == (1, "2")

    lines.first.click()
    assert 45 < page.evaluate(PLAYS, 45) < 50
    assert parts.inner_text().startswith("Part 1, from")
    page.wait_for_function("document.querySelector('.cue[aria-current]')?.dataset.part === '1'")
    # another part begins at its beginning
    page.get_by_role("button", name="Part 2, from").first.click()
    assert page.evaluate(PLAYS, 0.1) < 5
    found = findings(page) + overflow(page)
    context.close()
    assert (found, complaints) == ([], [])


def test_who_manages_it_finds_no_barrier_on_its_pages(
    transactional_db: None, browser: Browser, live_server: Any, held: Recorded
) -> None:
    held.rules(after_review=True, keeps="delete", keep_days=30)
    held.ready()
    paths = (
        *("/recordings/", f"/recordings/{held.recording.uid}/", "/programs/ALG-2/recordings/"),
        *("/programs/ALG-2/recordings/rules/", f"/classes/{held.session.code}/recordings/new/"),
        f"/classes/{held.session.code}/",
    )
    context = browser.new_context(base_url=live_server.url)
    enter(context, held.school.tariq, live_server.url)
    page, found = context.new_page(), []
    listen(page, found)
    found += look_at(page, paths)
    context.close()

    assert found == []
