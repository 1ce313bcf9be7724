"""A clock that tests move by hand."""

from __future__ import annotations

from datetime import datetime, timedelta


class MovingClock:
    """Stands still until moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> datetime:
        """Stand at `at`."""
        self.at = at
        return at

    def advance(self, **step: float) -> datetime:
        """Go on by a timedelta given by its keywords: `advance(minutes=5)`."""
        self.at += timedelta(**step)
        return self.at
