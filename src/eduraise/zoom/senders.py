"""Several operations at a time: Zoom takes more calls a second than one that waits for each answer can make.

A few threads, each with its own connection to the database, as long as there is something to carry. What is
of one meeting goes one after the other, in the order in which it was given.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from queue import Queue
from types import TracebackType
from typing import Self

import structlog
from django.db import connection

log = structlog.get_logger(__name__)


class Senders:
    """Threads that carry operations; leaving the block waits for what is under way.

    carry: carries one operation by its key, and says in a word what came of it. at_most: how many at a time;
    a thread begins only when there is something for it. outcomes: what came of them, counted; complete when
    the block is left.
    """

    def __init__(self, carry: Callable[[int], str], at_most: int) -> None:
        self.outcomes: Counter[str] = Counter()
        self._carry = carry
        self._at_most = at_most
        self._threads: list[threading.Thread] = []
        # one place: whoever gives the next waits until a sender is free for it
        self._next: Queue[tuple[int, int] | None] = Queue(maxsize=1)
        self._lock = threading.Lock()
        self._behind: dict[int, deque[int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _thread in self._threads:
            self._next.put(None)
        for thread in self._threads:
            thread.join()

    def give(self, operation_id: int, meeting_id: int) -> None:
        """Have an operation carried; waits while all senders are busy.

        One sender alone is the caller itself. Raises RuntimeError where the system gives not even one thread.
        """
        if self._at_most <= 1:
            self.outcomes[self._carry(operation_id)] += 1
            return
        with self._lock:
            if meeting_id in self._behind:  # another of this meeting is under way
                self._behind[meeting_id].append(operation_id)
                return
        if len(self._threads) < self._at_most:
            self._begin_another()
        with self._lock:
            self._behind[meeting_id] = deque()
        self._next.put((operation_id, meeting_id))

    def _begin_another(self) -> None:
        thread = threading.Thread(target=self._serve, name="zoom-sender", daemon=False)
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
            log.warning("no more senders", senders=len(self._threads))
            return
        self._threads.append(thread)

    def _serve(self) -> None:
        try:
            while (given := self._next.get()) is not None:
                self._carry_all(*given)
        finally:
            connection.close()

    def _carry_all(self, operation_id: int, meeting_id: int) -> None:
        """This operation, then those of its meeting that came meanwhile."""
        following: int | None = operation_id
        while following is not None:
            outcome = self._carry_safely(following)
            with self._lock:
                self.outcomes[outcome] += 1
                behind = self._behind[meeting_id]
                following = behind.popleft() if behind else None
                if following is None:
                    del self._behind[meeting_id]

    def _carry_safely(self, operation_id: int) -> str:
        """A sender outlives whatever happens in one operation, a lost database too."""
        try:
            return self._carry(operation_id)
        except Exception:
            log.exception("a sender failed", operation=operation_id)
            return "broken"
        finally:
            connection.close_if_unusable_or_obsolete()
