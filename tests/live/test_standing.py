"""How a class stands: by what Zoom told, in each order of what can be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eduraise.classes.enums import Attention, ClassState
from eduraise.live.enums import Stand
from eduraise.live.standing import Facts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=60)
MINUTE = timedelta(minutes=1)
BOOKED = Facts(START, END, ClassState.BOOKED)
LIVE = Facts(START, END, ClassState.LIVE, was_held=True, began_at=START - MINUTE, host_came_at=START - MINUTE)
OVER = Facts(START, END, ClassState.ENDED, was_held=True, left_at=END)


def stands(facts: Facts, minutes: int) -> str:
    return str(facts.stand(START + minutes * MINUTE)[0])


@pytest.mark.parametrize(
    ("facts", "minutes", "stand"),
    [
        (BOOKED, -30, "next"),
        (replace(BOOKED, attention=Attention.TOO_FEW_SEATS), -30, "trouble"),
        (replace(BOOKED, state=ClassState.SILENT), -30, "trouble"),
        (replace(LIVE, host_came_at=None), -3, "on"),
        (LIVE, 5, "on"),
        (LIVE, 61, "over_time"),
        # nobody looked, nothing was heard: nothing is known
        (BOOKED, 10, "unknown"),
        (replace(BOOKED, read_at=START - MINUTE), 10, "unknown"),
        (replace(BOOKED, read_at=START + MINUTE), 10, "not_started"),
        (replace(BOOKED, heard_at=START - 30 * MINUTE), 10, "not_started"),
        (replace(BOOKED, heard_at=START - 90 * MINUTE), 10, "unknown"),
        # what can't be held where it is planned is not waited for
        (replace(BOOKED, attention=Attention.GONE, read_at=START + MINUTE), 10, "trouble"),
        (replace(BOOKED, attention=Attention.TIME_DIFFERS, read_at=START + MINUTE), 10, "trouble"),
        (replace(BOOKED, attention=Attention.HOST_LOST, heard_at=START), 10, "trouble"),
        (replace(BOOKED, state=ClassState.BEING_BOOKED, heard_at=START), 10, "trouble"),
        # few seats are no reason not to be there
        (replace(BOOKED, attention=Attention.TOO_FEW_SEATS, read_at=START + MINUTE), 10, "not_started"),
        (replace(BOOKED, is_elsewhere=True, was_elsewhere=True, read_at=START + MINUTE), 10, "elsewhere"),
        (replace(LIVE, is_elsewhere=True, was_elsewhere=True), 10, "elsewhere"),
        (replace(BOOKED, was_held=True, left_at=START + 20 * MINUTE), 30, "paused"),
        (OVER, 61, "ended"),
        (replace(OVER, left_at=END - 4 * MINUTE), 61, "ended"),
        (replace(OVER, left_at=END - 20 * MINUTE), 61, "ended_early"),
        (replace(OVER, was_held=False, left_at=None, read_at=START + MINUTE), 80, "missed"),
        (replace(OVER, was_held=False, left_at=None), 80, "unknown"),
        (replace(OVER, was_held=False, left_at=None, was_elsewhere=True, read_at=START), 80, "elsewhere"),
    ],
)
def test_how_it_stands(facts: Facts, minutes: int, stand: Stand) -> None:
    assert stands(facts, minutes) == stand


@pytest.mark.parametrize(
    ("changes", "stand"),
    [
        ({}, "alone"),
        # a meeting that waits for its host is on only with her, or with who hosts in her place
        ({"opens_alone": False}, "on"),
        # where Zoom tells nobody's coming, nobody can know
        ({"hears_people": False}, "on"),
        ({"host_came_at": START + 2 * MINUTE}, "on"),
        # the substitute who holds it as an alternative host
        ({"teacher_has_come": True}, "on"),
        # who helped has left; its teacher was never there
        ({"led_until": START, "has_others": True}, "alone"),
    ],
)
def test_when_it_is_on_without_its_teacher(changes: dict[str, object], stand: str) -> None:
    alone = replace(LIVE, host_came_at=None, opens_alone=True)
    assert stands(replace(alone, **changes), 5) == stand  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "minutes", "stand"),
    [
        ({}, 24, "left"),
        # who loses the line and finds it again, or changes rooms, has not left
        ({}, 20, "on"),
        ({}, 21, "left"),
        ({"has_others": False}, 24, "on"),
        ({"led_until": None}, 24, "on"),
        ({"host_came_at": None, "opens_alone": True, "teacher_has_come": True}, 24, "left"),
        # students who stay after it miss nobody
        ({}, 61, "over_time"),
        # she looked in early, and is awaited at the start
        ({"led_until": START - 10 * MINUTE}, -5, "on"),
        ({"led_until": START - 10 * MINUTE}, 0, "left"),
    ],
)
def test_when_its_teacher_has_left_it(changes: dict[str, object], minutes: int, stand: str) -> None:
    left = replace(LIVE, led_until=START + 20 * MINUTE, has_others=True)
    assert stands(replace(left, **changes), minutes) == stand  # type: ignore[arg-type]


def test_since_when_she_is_gone() -> None:
    left = replace(LIVE, led_until=START + 20 * MINUTE, has_others=True)
    assert left.stand(START + 30 * MINUTE) == (Stand.LEFT, START + 20 * MINUTE)
    early = replace(left, led_until=START - 3 * MINUTE)
    assert early.stand(START + 30 * MINUTE) == (Stand.LEFT, START)


def test_since_when_it_is_alone_is_not_before_its_start() -> None:
    early = replace(LIVE, host_came_at=None, opens_alone=True, began_at=START - 8 * MINUTE)
    assert early.stand(START + 5 * MINUTE) == (Stand.ALONE, START)
    late = replace(early, began_at=START + 3 * MINUTE)
    assert late.stand(START + 5 * MINUTE) == (Stand.ALONE, START + 3 * MINUTE)
