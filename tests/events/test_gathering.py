"""What comes while one is being written goes along with the next; nobody is told before it is written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from eduraise.events.gathering import MOST_AT_ONCE, Gathering, NotWritten


class Slow:
    """A writer that holds the first batch until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.has_no_room = False
        self.go, self.writes = threading.Event(), threading.Event()

    def all_wait(self, gathering: Gathering[int], number: int) -> bool:
        """Whether so many have come to wait, looked for with pauses."""
        pause = threading.Event()
        return any(len(gathering._queue) >= number or pause.wait(0.01) for _look in range(500))

    def __call__(self, items: list[int]) -> None:
        self.writes.set()
        self.go.wait(5)
        if self.has_no_room:
            raise LookupError("no room")
        if any(item < 0 for item in items):
            raise ValueError("unfit")
        self.batches.append(items)


def offer(gathering: Gathering[int], slow: Slow, items: list[int]) -> list[object]:
    """Put the first item, and the others while it is being written; what each putter was told."""
    others_came = threading.Barrier(len(items))

    def put(item: int) -> object:
        try:
            gathering.put(item)
        except (ValueError, LookupError, NotWritten) as problem:
            return str(problem) or type(problem).__name__
        return [item in batch for batch in slow.batches].count(True)

    def put_later(item: int) -> object:
        others_came.wait(5)
        return put(item)

    with ThreadPoolExecutor(len(items)) as pool:
        first = pool.submit(put, items[0])
        assert slow.writes.wait(5)
        others = [pool.submit(put_later, item) for item in items[1:]]
        others_came.wait(5)
        assert slow.all_wait(gathering, len(items) - 1)
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


def test_where_there_is_no_room_everybody_is_told_at_once() -> None:
    """Not one after the other, each after the database's patience."""
    slow, tries = Slow(), []
    slow.has_no_room = True

    def write(items: list[int]) -> None:
        tries.append(len(items))
        slow(items)

    told = offer(Gathering(write, holds_for_all=(LookupError,)), slow, list(range(1, 9)))
    assert told == ["no room"] * 8
    assert tries == [1, 7]


def test_whose_turn_does_not_come_in_time_is_told_so_and_not_written() -> None:
    slow = Slow()
    gathering = Gathering(slow, seconds=0.05)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(gathering.put, 1)
        assert slow.writes.wait(5)
        late = pool.submit(gathering.put, 2)
        assert isinstance(late.exception(5), NotWritten)
        slow.go.set()
        first.result(5)
    gathering.put(3)
    assert slow.batches == [[1], [3]]


def test_nobody_is_told_that_it_stands_when_whoever_writes_is_ended() -> None:
    slow = Slow()

    def write(items: list[int]) -> None:
        slow(items)
        if len(items) > 1:
            raise SystemExit

    told = []
    gathering = Gathering(write)

    def put(item: int) -> None:
        try:
            gathering.put(item)
        except (NotWritten, SystemExit) as problem:
            told.append(type(problem).__name__)

    threads = [threading.Thread(target=put, args=(item,)) for item in (1, 2, 3)]
    threads[0].start()
    assert slow.writes.wait(5)
    for thread in threads[1:]:
        thread.start()
    assert slow.all_wait(gathering, 2)
    slow.go.set()
    for thread in threads:
        thread.join(5)
    assert sorted(told) == ["NotWritten", "SystemExit"]
    gathering.put(4)
    assert slow.batches[-1] == [4]
