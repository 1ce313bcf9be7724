"""Spans of time as pairs of whole seconds: united, cut, bridged and counted. Knows nothing but numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

type Span = tuple[int, int]

#: Later than any class
FOREVER: Final = 1 << 40


def united(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, each second once: what overlaps or touches is one; empty spans are none."""
    found: list[Span] = []
    for began, ended in sorted(spans):
        if ended <= began:
            continue
        if found and began <= found[-1][1]:
            if ended > found[-1][1]:
                found[-1] = (found[-1][0], ended)
        else:
            found.append((began, ended))
    return found


def within(spans: Sequence[Span], window: Sequence[Span]) -> list[Span]:
    """What two sets of spans share; both as `united` gives them."""
    found, left, right = [], 0, 0
    while left < len(spans) and right < len(window):
        began = max(spans[left][0], window[right][0])
        ended = min(spans[left][1], window[right][1])
        if began < ended:
            found.append((began, ended))
        if spans[left][1] < window[right][1]:
            left += 1
        else:
            right += 1
    return found


def bridged(spans: Sequence[Span], gap: int) -> list[Span]:
    """The same with gaps of up to `gap` seconds filled; spans as `united` gives them."""
    found: list[Span] = []
    for began, ended in spans:
        if found and began - found[-1][1] <= gap:
            found[-1] = (found[-1][0], ended)
        else:
            found.append((began, ended))
    return found


def total(spans: Iterable[Span]) -> int:
    """How many seconds they are, each counted as often as it stands there."""
    return sum(ended - began for began, ended in spans)


def thinned(spans: Sequence[Span], most: int) -> list[Span]:
    """At most so many, to be drawn: the shortest gaps are filled first; spans as `united` gives them."""
    if len(spans) <= most:
        return list(spans)
    gaps = sorted(later[0] - earlier[1] for earlier, later in pairwise(spans))
    return bridged(spans, gaps[len(spans) - most - 1])
