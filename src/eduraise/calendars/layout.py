"""Where a class stands in a day's column: rows of a quarter of an hour, and lanes where several overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from eduraise.calendars.spans import midnight

QUARTERS = 96
# Shorter than this nothing can be read in it
SHORTEST = 2
MOST_LANES = 3
# What is drawn of a week without classes; of others, at least so many hours, towards that one
USUAL_HOURS = (8, 18)
FEWEST_HOURS, EVENING = 8, 22


@dataclass(frozen=True)
class Piece:
    """A class's part of one day: `thing` from quarter `start` up to, not including, `end`, by the clocks."""

    thing: object
    start: int
    end: int


@dataclass(frozen=True)
class Block:
    """A piece with its lane, the first being 1, of so many; or, without a thing, how many more there are."""

    thing: object | None
    start: int
    length: int
    lane: int
    lanes: int
    more: int = 0


def piece_of(thing: object, starts_at: datetime, ends_at: datetime, on: date, zone: tzinfo) -> Piece | None:
    """What of some hours lies on a day; None if nothing does."""
    begins, ends = midnight(on, zone), midnight(on + timedelta(days=1), zone)
    if ends_at <= begins or starts_at >= ends:
        return None
    start = _quarter(starts_at, zone) if starts_at > begins else 0
    end = -(-_minute(ends_at, zone) // 15) if ends_at < ends else QUARTERS
    start = min(start, QUARTERS - SHORTEST)
    return Piece(thing, start, max(end, start + SHORTEST))


def lay_out(pieces: Iterable[Piece]) -> list[Block]:
    """Pieces side by side where they overlap: at most three lanes. Of more, two are shown and the third says
    how many are left."""
    return [block for group in _overlapping(pieces) for block in _in_lanes(group)]


def hours_of(pieces: Iterable[Piece], *, all_day: bool = False) -> tuple[int, int]:
    """The hours that are drawn, from and until: those of every piece and the one before the first, and a few
    more where that is a short time; all of a day if asked for."""
    if all_day:
        return 0, QUARTERS // 4
    found = list(pieces)
    if not found:
        return USUAL_HOURS
    first = max(0, min(piece.start for piece in found) // 4 - 1)
    last = max(-(-max(piece.end for piece in found) // 4), min(first + FEWEST_HOURS, EVENING))
    return min(first, last - FEWEST_HOURS) if last >= FEWEST_HOURS else first, last


def _overlapping(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Groups of which no piece overlaps one of another group."""
    group: list[Piece] = []
    until = 0
    for piece in sorted(pieces, key=lambda piece: (piece.start, -piece.end)):
        if group and piece.start >= until:
            yield group
            group = []
        group.append(piece)
        until = max(until, piece.end) if len(group) > 1 else piece.end
    if group:
        yield group


def _in_lanes(group: list[Piece]) -> list[Block]:
    free_from: list[int] = []
    lane_of: list[int] = []
    for piece in group:
        lane = next((n for n, free in enumerate(free_from) if free <= piece.start), len(free_from))
        free_from[lane : lane + 1] = [piece.end]
        lane_of.append(lane)
    lanes = len(free_from)
    most = MOST_LANES if lanes <= MOST_LANES else MOST_LANES - 1
    shown = [(piece, lane) for piece, lane in zip(group, lane_of, strict=True) if lane < most]
    blocks = [
        Block(piece.thing, piece.start, piece.end - piece.start, lane + 1, min(lanes, MOST_LANES))
        for piece, lane in shown
    ]
    left = [piece for piece, lane in zip(group, lane_of, strict=True) if lane >= most]
    if left:
        start, end = min(piece.start for piece in left), max(piece.end for piece in left)
        blocks.append(Block(None, start, end - start, MOST_LANES, MOST_LANES, more=len(left)))
    return blocks


def _minute(at: datetime, zone: tzinfo) -> int:
    there = at.astimezone(zone)
    return there.hour * 60 + there.minute


def _quarter(at: datetime, zone: tzinfo) -> int:
    return _minute(at, zone) // 15
