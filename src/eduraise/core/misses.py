"""How often somebody may try addresses that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

WINDOW_SECONDS = 600


@dataclass(frozen=True)
class Misses:
    """Counts tries in vain, by whoever makes them, in windows of ten minutes. kind: what is tried."""

    kind: str
    allowed: int

    def are_too_many(self, who: str, now: datetime) -> bool:
        """Whether somebody's tries of these ten minutes are spent."""
        return int(cache.get(self._key(who, now)) or 0) >= self.allowed

    def note(self, who: str, now: datetime) -> None:
        """Count one that led nowhere."""
        key = self._key(who, now)
        if not cache.add(key, 1, timeout=WINDOW_SECONDS):
            cache.incr(key)

    def _key(self, who: str, now: datetime) -> str:
        return f"{self.kind}-misses-{who}-{int(now.timestamp()) // WINDOW_SECONDS}"
