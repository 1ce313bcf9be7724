"""What comes while one is being written goes along with the next; nobody is told before it is written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from eduraise.events.gathering import MOST_AT_ONCE, Gathering


class Slow:
    """A writer that holds the first batch until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.go, self.writes = threading.Event(), threading.Event()

    def __call__(self, items: list[int]) -> None:
        self.writes.set()
        self.go.wait(5)
        if any(item < 0 for item in items):
            raise ValueError("unfit")
        self.batches.append(items)


def offer(gathering: Gathering[int], slow: Slow, items: list[int]) -> list[object]:
    """Put the first item, and the others while it is being written; what each putter was told."""

    def put(item: int) -> object:
        try:
            gathering.put(item)
        except ValueError as problem:
            return str(problem)
        return [item in batch for batch in slow.batches].count(True)

    with ThreadPoolExecutor(len(items)) as pool:
        first = pool.submit(put, items[0])
        assert slow.writes.wait(5)
        others = [pool.submit(put, item) for item in items[1:]]
        while len(gathering._queue) < len(items) - 1:
            pass
        slow.go.set()
        return [each.result(5) for each in [first, *others]]


def test_what_came_meanwhile_is_written_at_once_and_everybody_told_after() -> None:
    slow = Slow()
    told = offer(Gathering(slow), slow, list(range(1, 21)))
    assert told == [1] * 20, "each was told when it stood in a batch that was written, once"
    assert [len(batch) for batch in slow.batches] == [1, 19]


def test_one_that_cant_be_written_keeps_no_other_out() -> None:
    slow = Slow()
    told = offer(Gathering(slow), slow, [1, 2, -3, 4])
    assert told == [1, 1, "unfit", 1]
    assert sorted(item for batch in slow.batches for item in batch) == [1, 2, 4]


def test_after_a_failure_the_next_is_written() -> None:
    slow = Slow()
    slow.go.set()
    gathering = Gathering(slow)
    with pytest.raises(ValueError, match="unfit"):
        gathering.put(-1)
    gathering.put(1)
    assert slow.batches == [[1]]


def test_a_batch_has_a_bound() -> None:
    slow = Slow()
    offer(Gathering(slow), slow, list(range(1, MOST_AT_ONCE + 50)))
    assert max(map(len, slow.batches)) == MOST_AT_ONCE
    assert sum(map(len, slow.batches)) == MOST_AT_ONCE + 49
