"""The live board in a real browser: it fills and empties as people come and go at the simulated Zoom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from eduraise.live.alarms import alarm_due
from tests.attendance.test_in_browser import SOON, Desk, click_of
from tests.attendance.test_reading import Held
from tests.browser import chromium
from tests.linked import LinkedZoom
from tests.linked import linked as linked
from tests.zoom_simulator import zoom_sim as zoom_sim

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Board:
    """What stands on an admin's board, looked at until it does."""

    def __init__(self, line: Locator) -> None:
        self.line = line

    def says(self, *words: str, never: str = "") -> None:
        """It comes to say this by itself."""
        for text in words:
            expect(self.line).to_contain_text(text, timeout=SOON)
        if never:
            expect(self.line).not_to_contain_text(never)


def test_it_fills_and_misses_a_teacher_who_leaves(
    linked: LinkedZoom, browser: Browser, live_server: Any
) -> None:
    school = linked.school
    eva = school.person("eva")
    school.enrol(eva, school.program)
    held = Held(linked, events=True)
    people, number = linked.sim.people, held.number
    click_of(school.sana, held.session)
    desk = Desk(browser, school.ada, live_server.url)

    def turn(minutes: int = 1) -> None:
        held.pass_by(minutes)
        alarm_due(linked.now)

    # nobody is there yet; then its teacher comes
    turn(61)
    board = Board(desk.open("/").locator("#live"))
    board.says(held.session.topic, "Not started for 1 min")
    people.host_start(number)
    turn()
    board.says("On since", "0 of 2 here", never="Not started")

    # a student, and somebody whom nobody knows; one leaves and comes again
    people.join(number, "Sana", "iPhone de Eva")
    turn()
    board.says("2 in the waiting room")
    people.admit(number)
    turn()
    board.says("1 of 2 here", "1 not known", never="in the waiting room")
    people.leave(number, "Sana")
    turn()
    board.says("0 of 2 here")
    people.join(number, "Sana")
    people.admit(number)
    turn()
    board.says("1 of 2 here")

    # her line breaks: she is missed, who can help is told, and that she is back
    people.host_leave(number, why="network connection error")
    turn()
    board.says("Teacher gone for 1 min", never="Who can help was told")
    turn(4)
    board.says("Teacher gone for 5 min", "Who can help was told")
    assert desk.look("/") == []
    desk.open("/")
    people.host_start(number)
    turn()
    board.says("On since", "1 of 2 here", never="Teacher gone")
    expect(board.line).not_to_contain_text("Who can help was told")

    # it ends before its time
    people.end(number)
    turn()
    board.says("Ended in Zoom at")
    assert desk.complaints == []
