"""Entries for tests that need no class behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from eduraise.calendars.entries import Entry

CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(starts_at: datetime, *, minutes: int = 60, **fields: Any) -> Entry:
    """An entry at some hours."""
    given = {
        "uid": "one",
        "version": 1,
        "changed_at": CHANGED,
        "zone": "Europe/Madrid",
        "title": "Sets",
        "description": "Algebra II",
        "door": "https://school.example/j/7F3K-2Q",
    }
    ends_at = starts_at + timedelta(minutes=minutes)
    return Entry(**(given | {"starts_at": starts_at, "ends_at": ends_at} | fields))
