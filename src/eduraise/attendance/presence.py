"""The register of a class from what is known of who was in it: one pass, pure, the clock passed in.

All instants are whole seconds since the class's planned start. The order in which facts came, and how often,
means nothing; folding again gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, partial

from eduraise.attendance.enums import Clip, Flag, Room, Status, Verdict
from eduraise.attendance.marking import Held, Rules, Terms, counted, status_of, terms_of
from eduraise.attendance.spans import Span, thinned, united, within
from eduraise.attendance.stays import (
    BEST_FIRST,
    RANK,
    Best,
    Bounds,
    Fact,
    Seen,
    Sitting,
    Stay,
    as_one,
    best_of,
    bounds_of,
    stays_of,
)

#: A sitting whose end nobody saw is taken to have ended so long after the class
RUNS_ON = 4 * 3600
MOST_SPANS = 40


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is known of a class. planned: its length in seconds; teacher: the person who teaches it;
    spells: when each student was enrolled, within or around the class; excused: whose excuse was accepted;
    was_clicked: whether students pressed Join; beside: by whom Zoom tells of, who sat at their device."""

    planned: int
    spells: Mapping[int, Sequence[Span]]
    sittings: Sequence[Sitting] = ()
    seen: Sequence[Seen] = ()
    facts: Sequence[Fact] = ()
    teacher: int | None = None
    excused: Set[int] = field(default_factory=frozenset)
    was_clicked: bool = False
    beside: Mapping[int, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a student's attendance comes to. status: "" as long as it can't be said. spans: their time in the
    meeting, waits: that in the waiting room, both whole, for the strip. terms: by what it was measured."""

    status: str
    minutes: int = 0
    first_in: int | None = None
    last_out: int | None = None
    spans: tuple[Span, ...] = ()
    waits: tuple[Span, ...] = ()
    is_estimate: bool = False
    flags: tuple[str, ...] = ()
    terms: Terms | None = None


@dataclass(frozen=True)
class Folded:
    """A register. marks: by student; teacher_late: seconds after the start, None if never seen; matched of
    expected: how many who were there are known; best_source: the weakest of what the sittings rest on."""

    marks: dict[int, Outcome]
    held: Held
    teacher_late: int | None
    matched: int
    expected: int
    best_source: str


def fold(facts: Facts, rules: Rules, now: int) -> Folded:
    """Who was there, how long, and what it comes to. now: seconds since the class's planned start."""
    seen = {one.key: one for one in facts.seen}
    told = [fact for fact in facts.facts if fact.seen in seen]
    bounds, who = _bounds(facts, seen, told, now), as_one(seen, told)
    stays = stays_of(seen, who, told, bounds)
    by_person = _by_person(stays, facts.beside)
    lists = {sitting.key: sitting.lists for sitting in facts.sittings}
    held, teacher_late = _held(facts, bounds, _best(by_person.get(facts.teacher or 0, []), lists))
    is_judged = _is_judged(facts, rules, bounds, now) and _is_told(facts, stays)
    shared = {who[one.key] for one in facts.seen if one.link_shared}
    terms = cache(partial(terms_of, held, rules))
    marks = {
        student: _outcome(
            by_person.get(student, []),
            terms(_touching(spells, held)),
            held,
            rules,
            lists,
            shared,
            is_judged=is_judged,
            is_excused=student in facts.excused,
        )
        for student, spells in facts.spells.items()
    }
    matched, expected = _matched(seen, who, stays)
    return Folded(marks, held, teacher_late, matched, expected, _rests_on(stays))


def _bounds(facts: Facts, seen: Mapping[int, Seen], told: list[Fact], now: int) -> dict[int, Bounds]:
    latest = min(now, facts.planned + RUNS_ON)
    by_sitting: dict[int, list[Fact]] = defaultdict(list)
    for fact in told:
        by_sitting[seen[fact.seen].sitting].append(fact)
    found = {sitting.key: bounds_of(sitting, by_sitting[sitting.key], latest) for sitting in facts.sittings}
    goes_on = now < facts.planned + RUNS_ON
    return {
        key: bounds._replace(goes_on=bounds.is_open and goes_on)
        for key, bounds in found.items()
        if bounds is not None
    }


def _by_person(stays: Iterable[Stay], beside: Mapping[int, Sequence[int]]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.person is not None:
            for person in (stay.person, *beside.get(stay.person, ())):
                found[person].append(stay)
    return found


def _held(facts: Facts, bounds: Mapping[int, Bounds], teachers: Best) -> tuple[Held, int | None]:
    """When the class was held, and how late its teacher was. It begins when somebody is there to hold it."""
    running = tuple(united((one.began, one.ended) for one in bounds.values()))
    own = [stay.began for stay in teachers.stays]
    came = own + [one.host_came for one in facts.sittings if one.host_came is not None and one.is_teachers]
    hosts = own + [one.host_came for one in facts.sittings if one.host_came is not None]
    begins = min(hosts, default=None)
    if running:
        begins = running[0][0] if begins is None else min(max(begins, running[0][0]), running[-1][1])
    return Held(running, begins if running else None, facts.planned), min(came, default=None)


def _is_judged(facts: Facts, rules: Rules, bounds: Mapping[int, Bounds], now: int) -> bool:
    """Nobody is absent from a class that isn't over."""
    if now < facts.planned:
        return False
    goes_on = any(one.is_open for one in bounds.values())
    return rules.clip == Clip.PLANNED or not goes_on or now >= facts.planned + RUNS_ON


def _is_told(facts: Facts, stays: Iterable[Stay]) -> bool:
    """Whether it is known who was there. Where Zoom tells of nobody but the teacher, though students pressed
    Join, it didn't tell all: nobody is absent by that."""
    there = {stay.person for stay in stays if stay.room != Room.WAITING}
    return bool(there - {facts.teacher}) or (bool(there) and not facts.was_clicked)


def _touching(spells: Iterable[Span], held: Held) -> tuple[Span, ...]:
    """What of the time that somebody was enrolled lies in the class: of nearly all the same."""
    began, ended = (held.running[0][0], held.running[-1][1]) if held.running else (0, held.planned)
    return tuple(within(united(spells), [(min(0, began), max(held.planned, ended))]))


def _outcome(
    stays: Sequence[Stay],
    terms: Terms,
    held: Held,
    rules: Rules,
    lists: Mapping[int, frozenset[str]],
    shared: Set[int],
    *,
    is_judged: bool,
    is_excused: bool,
) -> Outcome:
    best = _best(stays, lists)
    spans = united(stay.span for stay in best.stays)
    there = counted(spans, terms, rules)
    status = status_of(there, terms, rules) if is_judged else ""
    if is_excused and (status == Status.ABSENT or (not status and not there.minutes)):
        status = Status.EXCUSED
    waits = united(stay.span for stay in stays if stay.room == Room.WAITING)
    return Outcome(
        status,
        min(there.minutes, held.planned // 60) if rules.clip == Clip.PLANNED else there.minutes,
        there.first_in,
        there.last_out,
        tuple(thinned(spans, MOST_SPANS)),
        tuple(thinned(waits, MOST_SPANS)),
        any(stay.is_estimate and within([stay.span], terms.window) for stay in best.stays),
        _flags(best, shared),
        terms,
    )


def _best(stays: Iterable[Stay], lists: Mapping[int, frozenset[str]]) -> Best:
    """Over all sittings what holds of one person."""
    by_sitting: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        if stay.room != Room.WAITING:
            by_sitting[stay.sitting].append(stay)
    found = [best_of(some, lists.get(key, frozenset())) for key, some in by_sitting.items()]
    return Best([stay for one in found for stay in one.stays], any(one.is_shorter for one in found))


def _flags(best: Best, shared: Set[int]) -> tuple[str, ...]:
    flags = [Flag.SHORTER] if best.is_shorter else []
    if any(stay.who in shared for stay in best.stays):
        flags.append(Flag.TWO_PLACES)
    return tuple(str(flag) for flag in flags)


def _matched(seen: Mapping[int, Seen], who: Mapping[int, int], stays: Iterable[Stay]) -> tuple[int, int]:
    """How many of those who were there are known, and how many there were. Whom nobody knows is counted as a
    sitting's best source has them."""
    inside = [stay for stay in stays if stay.room != Room.WAITING]
    people = {stay.person for stay in inside if stay.person is not None}
    best = _best_sources(inside)
    unknown = {stay.who for stay in inside if stay.person is None and RANK[stay.source] == best[stay.sitting]}
    verdicts: dict[int, str] = {}
    for key, one in who.items():
        verdicts[one] = verdicts.get(one) or seen[key].verdict
    guests = {one for one in unknown if verdicts[one] not in ("", Verdict.IGNORED)}
    nobody_knows = {one for one in unknown if not verdicts[one]}
    matched = len(people) + len(guests)
    return matched, matched + len(nobody_knows)


def _rests_on(stays: Iterable[Stay]) -> str:
    """The weakest of the best sources of the sittings in which somebody was; "" where nobody was."""
    best = _best_sources(stay for stay in stays if stay.room != Room.WAITING)
    return str(BEST_FIRST[max(best.values())]) if best else ""


def _best_sources(stays: Iterable[Stay]) -> dict[int, int]:
    """The rank of the best source of each sitting, 0 for the best there is."""
    best: dict[int, int] = {}
    for stay in stays:
        rank = RANK[stay.source]
        if rank < best.get(stay.sitting, len(RANK)):
            best[stay.sitting] = rank
    return best
