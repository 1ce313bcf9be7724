"""Times that are taken, asked which of them share some time with another. Touching is not sharing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from eduraise.classes.models import LONGEST_CLASS

type Span = tuple[datetime, datetime]


class Spans:
    """Times that are taken: asked which of them share some time with a span."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _end in self._spans]

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> list[Span]:
        """Those that share some time with it, earliest first; touching is not sharing. None lasts longer than
        a day, so few are looked at."""
        first = bisect_left(self._starts, starts_at - LONGEST_CLASS)
        last = bisect_right(self._starts, ends_at)
        return [span for span in self._spans[first:last] if span[0] < ends_at and span[1] > starts_at]


class Held:
    """Times that classes that are looked at together take, asked in any order."""

    def __init__(self) -> None:
        self._by_day: dict[tuple[int, int], list[Span]] = defaultdict(list)

    def add(self, owner: int, span: Span) -> None:
        """Let somebody have this time."""
        self._by_day[owner, span[0].toordinal()].append(span)

    def overlapping(self, owner: int, span: Span) -> list[Span]:
        """Those of hers that share some time with it; none lasts longer than a day."""
        day = span[0].toordinal()
        near = (one for turn in (-1, 0, 1) for one in self._by_day.get((owner, day + turn), ()))
        return [one for one in near if one[0] < span[1] and one[1] > span[0]]
