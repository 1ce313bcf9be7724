"""The pages of coordination in a real browser: no barrier, nothing sticks out, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from eduraise.notes.actions import change_note, write_note
from eduraise.programs.models import SyllabusTopic
from tests.browser import chromium, enter, listen, look_at
from tests.classes.rows import make_class
from tests.programs.stated import MONDAY, SUNDAY, off, states
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_no_page_of_coordination_has_a_barrier(
    transactional_db: None, browser: Browser, live_server: Any, school: School
) -> None:
    now = school.now
    states(school.tariq, "Asia/Kathmandu", (MONDAY, "09:00", "13:00"), (SUNDAY, "22:00", "02:00"))
    off(school.tariq, "2026-05-04", "2026-05-20", note=LONG[:200], now=now)
    SyllabusTopic.objects.create(program=school.program, title="Sets", position=1, created_at=now)
    before = make_class(
        school.program, school.tariq, now - timedelta(days=1), topic=LONG[:150], now=now, cancelled_at=now
    )
    session = make_class(school.program, school.tariq, now + timedelta(days=1), now=now)
    note = write_note(session=before, text=LONG, by=school.tariq, now=now)
    change_note(note=note, seen_version=1, text=f"{LONG}!", by=school.tariq, now=now)
    context = browser.new_context(base_url=live_server.url)
    enter(context, school.tariq, live_server.url)
    own = f"/programs/profiles/{school.tariq.uid}/availability/"
    paths = (
        *(own, f"{own}hours/new/", f"{own}days-off/new/", "/settings/"),
        *(f"/classes/{session.code}/", f"/classes/{before.code}/notes/{note.uid}/", "/programs/ALG-2/notes/"),
        *("/programs/ALG-2/", "/progress/", "/"),
    )
    found: list[str] = []
    page = context.new_page()
    listen(page, found)
    found += look_at(page, paths)
    context.close()

    assert found == []
