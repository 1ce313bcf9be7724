"""Writing several deliveries in one commit: what comes while one is written goes along with the next.

A commit costs far more than a row. Whoever finds nobody writing writes, for all who wait; then one of those
who came meanwhile does. Nobody waits for others to come, and nobody is told before the commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

MOST_AT_ONCE = 200


class _Waiting[Item]:
    """One who waits: for the outcome, or for the turn to write."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.called = threading.Event()
        self.is_done = False
        self.problem: BaseException | None = None


class Gathering[Item]:
    """Items that are written together. write: commits all of them, or raises and has written none."""

    def __init__(self, write: Callable[[list[Item]], Any]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Item]] = []
        self._is_writing = False

    def put(self, item: Item) -> None:
        """Write one item; committed when this returns. Raises what writing it raised.

        Where a batch fails, each of its items is written alone, so that one keeps no other out.
        """
        mine = _Waiting(item)
        with self._lock:
            self._queue.append(mine)
            writes = not self._is_writing
            self._is_writing = True
        if not writes:
            mine.called.wait()
        if not mine.is_done:
            self._write_for_all()
        if mine.problem is not None:
            raise mine.problem

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
            if len(batch) == 1:
                batch[0].problem = problem
                return
            for one in batch:
                self._settle([one])

    def _hand_on(self, batch: list[_Waiting[Item]]) -> None:
        for one in batch:
            one.is_done = True
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._is_writing = following is not None
        for one in batch:
            one.called.set()
        if following is not None:
            following.called.set()
