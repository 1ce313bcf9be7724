"""A student's time in a class, and in front of it, as spans of a strip: percent of its length.

The strip begins a little before the class and ends a little after it; what lies outside is drawn at its edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eduraise.attendance.spans import Span, united, within

MARGIN = timedelta(minutes=10)
#: Somebody who looked in for a second is still to be seen
THINNEST = 0.5


@dataclass(frozen=True)
class Bar:
    """One span. start, width: percent; kind: "b" in the meeting, "w" in the waiting room, "r" in a breakout
    room."""

    start: float
    width: float
    kind: str


@dataclass(frozen=True)
class Strip:
    """The time that a strip shows, and where on it the class starts and ends."""

    starts_at: datetime
    ends_at: datetime

    @property
    def shows_from(self) -> datetime:
        """Where it begins."""
        return self.starts_at - MARGIN

    @property
    def shows_until(self) -> datetime:
        """Where it ends."""
        return self.ends_at + MARGIN

    @property
    def ticks(self) -> tuple[float, float]:
        """Where the class's planned start and end are."""
        planned = self._planned
        return self._percent(0), self._percent(planned)

    def bars(self, spans: Iterable[Sequence[int]], kind: str = "b") -> list[Bar]:
        """Seconds since the class's start as bars, cut to what is shown."""
        margin, planned = int(MARGIN.total_seconds()), self._planned
        shown: list[Span] = [(-margin, planned + margin)]
        inside = within(united((int(one), int(two)) for one, two in spans), shown)
        return [self._bar(began, ended, kind) for began, ended in inside]

    def _bar(self, began: int, ended: int, kind: str) -> Bar:
        start, end = self._percent(began), self._percent(ended)
        width = max(end - start, THINNEST)
        return Bar(round(min(start, 100 - width), 2), round(width, 2), kind)

    @property
    def _planned(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds())

    def _percent(self, second: int) -> float:
        margin = int(MARGIN.total_seconds())
        return round((second + margin) * 100 / (self._planned + 2 * margin), 2)
