"""Ids, secrets and throws of dice that look random and come again with the same seed.

Each purpose has its own count, kept with the state, so that one more log line changes no meeting's number,
and a restart goes on where it stopped.
"""

import base64
import hashlib

from zoomsim.records import Tally
from zoomsim.store import Store


class Chance:
    def __init__(self, store: Store, seed: int) -> None:
        self._store = store
        self._seed = seed

    def count(self, purpose: str) -> int:
        """1, 2, 3 … for each purpose."""
        key = f"chance:{purpose}"
        kept = self._store.tallies.get(key)
        number = (kept.count if kept else 0) + 1
        self._store.tallies.put(Tally(key, number))
        return number

    def bytes(self, purpose: str, size: int) -> bytes:
        text = f"{self._seed}|{purpose}|{self.count(purpose)}"
        return hashlib.shake_256(text.encode()).digest(size)

    def number(self, purpose: str, low: int, high: int) -> int:
        """A whole number from `low` up to and including `high`."""
        return low + int.from_bytes(self.bytes(purpose, 8)) % (high - low + 1)

    def share(self, purpose: str) -> float:
        """From 0 up to 1."""
        return int.from_bytes(self.bytes(purpose, 6)) / 2**48

    def urlsafe(self, purpose: str, size: int) -> str:
        """Letters, digits, - and _ , as Zoom's user ids and codes."""
        return base64.urlsafe_b64encode(self.bytes(purpose, size)).rstrip(b"=").decode()

    def digits(self, purpose: str, length: int) -> str:
        return str(self.number(purpose, 0, 10**length - 1)).zfill(length)

    def uuid(self, purpose: str) -> str:
        """Sixteen bytes in base64, so with /, + and = at times, as Zoom's meeting uuids."""
        return base64.b64encode(self.bytes(purpose, 16)).decode()
