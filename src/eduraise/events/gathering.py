"""Writing several deliveries in one commit: what comes while one is written goes along with the next.

A commit costs far more than a row. Whoever finds nobody writing writes, for all who wait; then one of those
who came meanwhile does. Nobody waits for others to come, and nobody is told before the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

MOST_AT_ONCE = 200


class NotWritten(Exception):
    """Nothing says that it was written: it took too long to come to its turn, or whoever wrote was ended."""


class _Waiting[Item]:
    """One who waits, for the outcome or the turn to write. problem: what it is told; None once written."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.called = threading.Event()
        self.writes = False
        self.is_done = False
        self.problem: BaseException | None = NotWritten()


class Gathering[Item]:
    """Items that are written together. write: commits all of them, or raises and has written none.

    holds_for_all: errors that say nothing about an item, such as a database without room: the whole batch
    gets them. seconds: how long one waits for its turn at most.
    """

    def __init__(
        self,
        write: Callable[[list[Item]], Any],
        *,
        holds_for_all: tuple[type[Exception], ...] = (),
        seconds: float = 1.0,
    ) -> None:
        self._write = write
        self._holds_for_all = holds_for_all
        self._seconds = seconds
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Item]] = []
        self._is_writing = False

    def put(self, item: Item) -> None:
        """Write one item; committed when this returns. Raises what writing it raised, or NotWritten.

        Where a batch fails for one of its items, each is written alone, so that one keeps no other out.
        """
        mine = _Waiting(item)
        with self._lock:
            self._queue.append(mine)
            mine.writes = not self._is_writing
            self._is_writing = True
        if not mine.writes and not mine.called.wait(self._seconds):
            self._leave_or_wait(mine)
        if not mine.is_done:
            self._write_for_all()
        if mine.problem is not None:
            raise mine.problem

    def _leave_or_wait(self, mine: _Waiting[Item]) -> None:
        """Too long in the queue: leave it. Who is being written, or has the turn by now, goes on."""
        with self._lock:
            if mine in self._queue and not mine.writes:
                self._queue.remove(mine)
                mine.is_done = True
                return
        mine.called.wait()

    def _write_for_all(self) -> None:
        with self._lock:
            batch, self._queue = self._queue[:MOST_AT_ONCE], self._queue[MOST_AT_ONCE:]
        try:
            self._settle(batch)
        finally:
            self._hand_on(batch)

    def _settle(self, batch: list[_Waiting[Item]]) -> None:
        try:
            self._write([one.item for one in batch])
        except Exception as problem:
            if len(batch) > 1 and not isinstance(problem, self._holds_for_all):
                for one in batch:
                    self._settle([one])
                return
            for one in batch:
                one.problem = problem
        else:
            for one in batch:
                one.problem = None

    def _hand_on(self, batch: list[_Waiting[Item]]) -> None:
        with self._lock:
            for one in batch:
                one.is_done = True
            following = self._queue[0] if self._queue else None
            if following is not None:
                following.writes = True
            self._is_writing = following is not None
        for one in batch:
            one.called.set()
        if following is not None:
            following.called.set()
