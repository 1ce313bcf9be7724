"""How often somebody may try codes that lead nowhere."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache

from eduraise.accounts.models import User

ALLOWED = 30
WINDOW_SECONDS = 600


def has_missed_too_often(person: User, now: datetime) -> bool:
    """Whether a person's tries of these ten minutes are spent."""
    return int(cache.get(_key(person, now)) or 0) >= ALLOWED


def note_miss(person: User, now: datetime) -> None:
    """Count a code that led nowhere. Codes are addresses, not secrets: this keeps them from being listed."""
    key = _key(person, now)
    if not cache.add(key, 1, timeout=WINDOW_SECONDS):
        cache.incr(key)


def _key(person: User, now: datetime) -> str:
    return f"door-misses-{person.pk}-{int(now.timestamp()) // WINDOW_SECONDS}"
