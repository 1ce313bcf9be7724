"""Stays of people in sittings, made of what each source told: the halves of events paired, the sources of a
sitting weighed. Pure, on plain values: instants are whole seconds since the class's planned start.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eduraise.attendance.enums import Room, Source, Verdict
from eduraise.attendance.spans import Span, total, united, within

#: What a better source may say less than a weaker one before it is noticed
NOTICED = 60
BEST_FIRST = (Source.REPORT, Source.PAST, Source.WEBHOOK)
RANK = {source.value: rank for rank, source in enumerate(BEST_FIRST)}
#: Sources that tell a whole sitting at once
LISTS = frozenset({Source.REPORT, Source.PAST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One sitting as Zoom held it. is_estimate: its end was noticed, not named; host_came: when its host was
    first seen; is_teachers: whether that host is the class's teacher; lists: of which sources a complete list
    was read."""

    key: int
    began: int | None = None
    ended: int | None = None
    is_estimate: bool = False
    host_came: int | None = None
    is_teachers: bool = True
    lists: frozenset[str] = frozenset()


class Seen(NamedTuple):
    """Somebody as one source names them. person: whom they were taken for; link_shared: their personal link
    was in use at two places at once."""

    key: int
    sitting: int
    source: str
    person: int | None = None
    verdict: str = ""
    link_shared: bool = False


class Fact(NamedTuple):
    """A stay as told, or of an event its one end."""

    seen: int
    room: str
    join_key: str
    joined: int | None
    left: int | None


class Stay(NamedTuple):
    """Somebody in a room from–until. who: the participant, those that share a join being one."""

    who: int
    person: int | None
    sitting: int
    source: str
    room: str
    began: int
    ended: int
    is_estimate: bool

    @property
    def span(self) -> Span:
        """From–until."""
        return self.began, self.ended


def stays_of(
    known: Mapping[int, Seen], who: Mapping[int, int], facts: Sequence[Fact], ends: Mapping[int, Bounds]
) -> list[Stay]:
    """Every stay, in no order. who: as `as_one` gives it; ends: of each sitting, as `bounds_of` does.

    What misses an end has it estimated. Facts told twice, or in another order, give the same.
    """
    groups: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for number, fact in enumerate(facts):
        one = known[fact.seen]
        is_half = one.source not in LISTS and bool(fact.join_key)
        groups[(one.sitting, fact.room, fact.join_key) if is_half else (number,)].append(fact)
    people = _people(known.values(), who)
    runs = [run for group in groups for run in _runs(groups[group], _waits(groups, group))]
    return _estimated([_paired(run, known, who, people) for run in runs], ends)


def _waits(groups: Mapping[tuple[object, ...], list[Fact]], group: tuple[object, ...]) -> list[int]:
    """When somebody of this stay in the meeting was sent to the waiting room: they had left it by then."""
    if len(group) == 1 or group[1] != Room.MAIN:
        return []
    waiting = groups.get((group[0], Room.WAITING, group[2]), ())
    return [fact.joined for fact in waiting if fact.joined is not None]


#: Two leavings of one stay so close are one, told twice
SAME_LEAVING = 60


def _runs(group: list[Fact], waits: Sequence[int]) -> list[list[Fact]]:
    """What is told under one id, as one run for each time in the room: who is sent to the waiting room and
    let in again, or goes to a breakout room twice, keeps the id. waits: when they had left for certain.
    """
    if len(group) == 1:
        return [group]
    if len(group) == 2 and not waits and _came_and_went(*group):
        return [group]
    if all(fact.joined is not None and fact.left is not None for fact in group):
        return [[fact] for fact in group]
    # of what happens in one second the coming goes first: else a stay of no length would never end
    told = sorted([(_at(fact), fact.joined is None, fact) for fact in group], key=lambda one: one[:2])
    cuts = sorted(waits)
    runs: list[list[Fact]] = []
    run: list[Fact] = []
    for at, leaves, fact in told:
        gone = next((cut for cut in cuts if run and _at(run[0]) < cut < at), None)
        if gone is not None:
            runs.append([*run, run[0]._replace(joined=None, left=gone)])
            run = []
        if not leaves:
            run.append(fact)
        elif run:
            runs.append([*run, fact])
            run = []
        elif runs and at - max(_at(one) for one in runs[-1]) <= SAME_LEAVING:
            runs[-1].append(fact)
        elif gone is None:
            runs.append([fact])
    return [*runs, run] if run else runs


def _came_and_went(one: Fact, other: Fact) -> bool:
    """Whether two facts are the coming and the going of one stay: nearly all are."""
    came, went = (one, other) if one.left is None else (other, one)
    if came.left is not None or went.joined is not None or came.joined is None or went.left is None:
        return False
    return came.joined <= went.left


def _at(fact: Fact) -> int:
    at = fact.joined if fact.left is None else fact.left
    assert at is not None
    return at


def as_one(known: Mapping[int, Seen], facts: Iterable[Fact]) -> dict[int, int]:
    """For each participant the one that stands for all who are the same: what was told of one join may come
    under two names, as a leaving may lack what the joining had."""
    root = {key: key for key in known}

    def find(key: int) -> int:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    first: dict[tuple[int, str], int] = {}
    for fact in facts:
        one = known[fact.seen]
        if not fact.join_key or one.source in LISTS:
            continue
        other = first.setdefault((one.sitting, fact.join_key), one.key)
        if other != one.key:
            mine, other = find(one.key), find(other)
            root[max(mine, other)] = min(mine, other)
    return {key: find(key) for key in known}


class Bounds(NamedTuple):
    """From when until when a sitting lasted, or lasts as far as is known. is_open: its end isn't known;
    goes_on: nor can it have ended."""

    began: int
    ended: int
    is_open: bool
    goes_on: bool = False


def bounds_of(sitting: Sitting, facts: Iterable[Fact], latest: int) -> Bounds | None:
    """When a sitting was, by what was told of it and of those in it; None where nothing was.

    latest: now, or when a sitting whose end nobody saw is taken to have ended.
    """
    inside = [fact for fact in facts if fact.room != Room.WAITING]
    told = [fact.joined for fact in inside if fact.joined is not None]
    told += [fact.left for fact in inside if fact.left is not None]
    ended = max(told, default=None)
    began = min(told if sitting.began is None else [*told, sitting.began], default=None)
    if began is None:
        return None
    last = began if ended is None else ended
    if sitting.ended is not None and not sitting.is_estimate:
        return Bounds(began, max(sitting.ended, began), False)
    if sitting.lists and ended is not None:
        return Bounds(began, last, False)
    if sitting.ended is not None:
        return Bounds(began, max(sitting.ended, last), False)
    return Bounds(began, max(last, latest), True)


class _Half(NamedTuple):
    who: int
    person: int | None
    sitting: int
    source: str
    room: str
    joined: int | None
    left: int | None


def _people(seen: Iterable[Seen], who: Mapping[int, int]) -> dict[int, int]:
    """Whom each participant was taken for, by whichever of its names that was clear."""
    found: dict[int, int] = {}
    for one in sorted(seen):
        if one.person is not None and one.verdict not in (Verdict.GUEST, Verdict.IGNORED):
            found.setdefault(who[one.key], one.person)
    return found


def _paired(
    group: list[Fact], known: Mapping[int, Seen], who: Mapping[int, int], people: Mapping[int, int]
) -> _Half:
    one = known[group[0].seen]
    joined: int | None = None
    left: int | None = None
    for fact in group:
        if fact.joined is not None and (joined is None or fact.joined < joined):
            joined = fact.joined
        if fact.left is not None and (left is None or fact.left > left):
            left = fact.left
    root = who[one.key]
    return _Half(root, people.get(root), one.sitting, one.source, group[0].room, joined, left)


def _estimated(halves: list[_Half], ends: Mapping[int, Bounds]) -> list[Stay]:
    """A missing end is where the same person was told of next, else the sitting's; while it goes on nobody is
    taken to have left. A missing beginning likewise."""
    lacking = {_same(half) for half in halves if half.joined is None or half.left is None}
    told: dict[tuple[object, ...], list[int]] = {same: [] for same in lacking}
    for half in halves if lacking else []:
        if (same := _same(half)) in told:
            told[same] += [at for at in (half.joined, half.left) if at is not None]
    for instants in told.values():
        instants.sort()
    return [_stay(half, told, ends[half.sitting]) for half in halves if half.sitting in ends]


def _same(half: _Half) -> tuple[object, ...]:
    """Whose next or last word counts: the person's in that room, or of somebody unknown the participant's."""
    # rooms within a meeting say nothing of having left it, nor does a door in front of it
    return half.person is None, half.person or half.who, half.sitting, half.source, half.room


def _stay(half: _Half, told: Mapping[tuple[object, ...], list[int]], sitting: Bounds) -> Stay:
    who, person, at, source, room, began, ended = half
    # who came and has not left a sitting that goes on is in it: nothing is missing
    is_estimate = began is None or (ended is None and not sitting.goes_on)
    if began is None:
        assert ended is not None
        known = told[_same(half)]
        earlier = bisect_left(known, ended)
        began = known[earlier - 1] if earlier else min(sitting.began, ended)
    elif ended is None:
        known = told[_same(half)]
        later = bisect_right(known, began)
        is_known = later < len(known) and not sitting.is_open
        ended = known[later] if is_known else max(sitting.ended, began)
    return Stay(who, person, at, source, room, began, max(began, ended), is_estimate)


class Best(NamedTuple):
    """The stays of somebody in a sitting by which they are marked. is_shorter: a better source told less than
    a weaker one, whose stays were kept."""

    stays: list[Stay]
    is_shorter: bool


def best_of(stays: Iterable[Stay], lists: frozenset[str]) -> Best:
    """Of what several sources tell of one person in one sitting, what holds.

    The best one does. What a weaker one saw for certain and the better lacks stays too, so that nobody loses
    time by a list with a hole. lists: of which sources a complete list was read.
    """
    by_source: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_source[stay.source].append(stay)
    chosen: list[Stay] = []
    is_shorter, has_better = False, False
    for source in BEST_FIRST:
        told = by_source.get(source, [])
        if chosen:
            spans = united(stay.span for stay in chosen)
            told = [stay for stay in told if not stay.is_estimate and _lacks(spans, stay)]
        is_shorter |= has_better and total(united(stay.span for stay in told)) > NOTICED
        chosen += told
        has_better |= source in lists or bool(told)
    return Best(chosen, is_shorter)


def _lacks(spans: list[Span], stay: Stay) -> bool:
    return stay.ended - stay.began - total(within(spans, [stay.span])) > NOTICED
