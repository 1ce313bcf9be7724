"""Where several classes go when they are moved by one rule: each by its own clocks. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from eduraise.classes.models import ClassSession
from eduraise.classes.times import read_local, zone_named


class Shift(Protocol):
    """A rule by which classes are moved."""

    def start_of(self, session: ClassSession) -> datetime:
        """When a class begins by it, in UTC; as before where the rule doesn't move it."""


@dataclass(frozen=True)
class By:
    """So many days on or back by the class's own clocks, and so many minutes of the hour."""

    days: int = 0
    minutes: int = 0

    def start_of(self, session: ClassSession) -> datetime:
        """The same hour of the wall on another day, then so many minutes on."""
        local = local_of(session)
        moved = local + timedelta(days=self.days)
        at = read_local(moved, session.zone).at if self.days else session.starts_at
        return at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class To:
    """A day of the same week (from Monday, 1), an hour of the wall, or both."""

    weekday: int | None = None
    hour: time | None = None

    def start_of(self, session: ClassSession) -> datetime:
        """That day and hour in the class's own zone."""
        local = local_of(session)
        days = (self.weekday or local.isoweekday()) - local.isoweekday()
        hour = self.hour or local.time()
        if not days and hour == local.time():
            return session.starts_at
        return read_local(datetime.combine(local.date() + timedelta(days=days), hour), session.zone).at


def local_of(session: ClassSession) -> datetime:
    """A class's start as clocks in its own zone show it, naive."""
    return session.starts_at.astimezone(zone_named(session.zone)).replace(tzinfo=None)
