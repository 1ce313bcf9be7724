"""So many at once and no more: what comes in floods takes no thread that somebody waits for.

Places are counted in one process, as threads are. Nobody waits for one: a thread that waits is taken, too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Places:
    """A number of places, which many ask for at once."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._free = threading.BoundedSemaphore(number)

    @contextmanager
    def one(self) -> Iterator[bool]:
        """Take a place for as long as the block runs; False, and nothing is taken, if all are."""
        is_taken = self._free.acquire(blocking=False)
        try:
            yield is_taken
        finally:
            if is_taken:
                self._free.release()
