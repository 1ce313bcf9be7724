"""Whatever happened in a class, and however it came to be told: the marks are those of the truth."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from eduraise.attendance.enums import Of, Room
from eduraise.attendance.marking import Rules
from eduraise.attendance.presence import Folded, fold
from tests.attendance.histories import History, Was, histories, told, truth, without_ends

SOON_AFTER = 10_000


def _marks(folded: Folded) -> dict[int, tuple[str, int]]:
    return {student: (mark.status, mark.minutes) for student, mark in folded.marks.items()}


@settings(max_examples=120)
@given(histories(), st.randoms(use_true_random=False))
def test_all_events_give_the_truth_in_any_order_and_however_often(
    history: History, order: random.Random
) -> None:
    folded = fold(told(history, order), history.rules, SOON_AFTER)

    assert _marks(folded) == truth(history)


@settings(max_examples=120)
@given(histories(), st.randoms(use_true_random=False), st.floats(0, 1))
def test_the_report_gives_the_truth_whatever_of_the_events_was_lost(
    history: History, order: random.Random, lost: float
) -> None:
    folded = fold(told(history, order, lost=lost, report=True), history.rules, SOON_AFTER)

    assert _marks(folded) == truth(history)
    assert not any(mark.flags for mark in folded.marks.values())


@settings(max_examples=80)
@given(histories(), st.randoms(use_true_random=False), st.floats(0, 1), st.integers(-1000, SOON_AFTER))
def test_no_minutes_beyond_the_class_and_the_same_again(
    history: History, order: random.Random, lost: float, now: int
) -> None:
    facts = without_ends(told(history, order, lost=lost))
    folded = fold(facts, history.rules, now)
    again = told(history, random.Random(1), lost=1)

    assert fold(facts, history.rules, now) == folded
    held = max(history.planned, sum(ended - began for began, ended in folded.held.running))
    assert all(0 <= mark.minutes <= held // 60 for mark in folded.marks.values())
    assert all(mark.minutes == 0 for mark in fold(again, history.rules, now).marks.values())


def test_in_a_class_held_after_its_time_all_minutes_count_though_fewer_are_written_down() -> None:
    """Nine of twelve minutes are enough for three in five, of a class that was planned for six."""
    history = History(
        planned=360,
        sittings=((360, 1120),),
        stays=tuple(Was(person, 0, 0, Room.MAIN, 400, until) for person, until in ((1, 466), (2, 990))),
        spells={2: [(-10_000, 10_000)]},
        excused=frozenset(),
        rules=Rules(present_share=61, late_minutes=1, of=Of.HELD),
    )

    folded = fold(told(history, random.Random(1), report=True), history.rules, SOON_AFTER)

    assert _marks(folded) == truth(history)
    assert _marks(folded)[2][1] == 6
