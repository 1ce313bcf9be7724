"""True histories of who was in a class, how they come to be told, and what they come to: counted second by
second, otherwise than the product does."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from eduraise.attendance.enums import Clip, Of, Room, Source, Status
from eduraise.attendance.marking import Rules
from eduraise.attendance.presence import Facts
from eduraise.attendance.stays import Fact, Seen, Sitting

TEACHER = 1
LISTED = 1000


@dataclass(frozen=True)
class Was:
    """Somebody was in a room from–until. device: a participant of its own in its sitting."""

    person: int
    sitting: int
    device: int
    room: str
    began: int
    ended: int


@dataclass(frozen=True)
class History:
    """What truly happened in a class of so many seconds."""

    planned: int
    sittings: tuple[tuple[int, int], ...]
    stays: tuple[Was, ...]
    spells: dict[int, list[tuple[int, int]]]
    excused: frozenset[int]
    rules: Rules


@st.composite
def histories(draw: Any) -> History:
    """Classes of up to 25 minutes, held once or twice, with up to five people who come and go."""
    planned = 60 * draw(st.integers(5, 25))
    first = draw(st.integers(-400, 500))
    ended = first + draw(st.integers(60, planned + 400))
    sittings = [(first, ended)]
    if draw(st.booleans()):
        again = ended + draw(st.integers(1, 300))
        sittings.append((again, again + draw(st.integers(30, 600))))
    stays = []
    for _each in range(draw(st.integers(0, 12))):
        number = draw(st.integers(0, len(sittings) - 1))
        opened, closed = sittings[number]
        began = draw(st.integers(opened, closed - 1))
        stays.append(
            Was(
                draw(st.integers(TEACHER, 5)),
                number,
                draw(st.integers(0, 1)),
                draw(st.sampled_from([Room.MAIN, Room.MAIN, Room.BREAKOUT, Room.WAITING])),
                began,
                draw(st.integers(began + 1, closed)),
            )
        )
    spells = {student: draw(_spells(planned)) for student in range(2, 6)}
    rules = Rules(
        present_share=draw(st.integers(1, 100)),
        present_minutes=draw(st.none() | st.integers(1, 30)),
        late_minutes=draw(st.integers(0, 10)),
        early_minutes=draw(st.integers(0, 10)),
        grace_minutes=draw(st.integers(0, 3)),
        of=draw(st.sampled_from(Of)),
        clip=draw(st.sampled_from(Clip)),
    )
    excused = draw(st.frozensets(st.integers(2, 5), max_size=2))
    return History(planned, tuple(sittings), tuple(stays), spells, excused, rules)


def _spells(planned: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    whole = [(-(10**6), 10**6)]
    joined = st.integers(1, planned - 1).map(lambda at: [(at, 10**6)])
    left = st.integers(1, planned - 1).map(lambda at: [(-(10**6), at)])
    out_and_in = st.integers(1, planned - 61).map(lambda at: [(-(10**6), at), (at + 60, 10**6)])
    return st.one_of(st.just(whole), st.just(whole), joined, left, out_and_in)


# How it comes to be told


def told(history: History, order: random.Random, *, lost: float = 0.0, report: bool = False) -> Facts:
    """The facts of a class as they came: events in any order and repeated, a share of them lost; of half of
    those who leave it is told without saying who they are. report: Zoom's report came too."""
    seen: dict[int, Seen] = {}
    facts: list[Fact] = []
    for number, was in enumerate(history.stays):
        own = 10 * was.person + was.device + 100 * was.sitting
        nameless = LISTED + number
        seen[own] = Seen(own, was.sitting, Source.WEBHOOK, was.person)
        leaves_as = own
        if order.random() < 0.5:
            seen[nameless], leaves_as = Seen(nameless, was.sitting, Source.WEBHOOK), nameless
        facts += [
            Fact(own, was.room, f"join-{number}", was.began, None),
            Fact(leaves_as, was.room, f"join-{number}", None, was.ended),
        ]
    facts = [fact for fact in facts if order.random() >= lost]
    facts += [fact for fact in facts for _again in range(order.randrange(3))]
    if report:
        for number, was in enumerate(history.stays):
            if was.room != Room.WAITING:
                key = 2 * LISTED + number
                seen[key] = Seen(key, was.sitting, Source.REPORT, was.person)
                facts.append(Fact(key, was.room, "", was.began, was.ended))
    order.shuffle(facts)
    rows = list(seen.values())
    order.shuffle(rows)
    sittings = [
        Sitting(key=key, began=began, ended=ended, lists=frozenset({Source.REPORT} if report else ()))
        for key, (began, ended) in enumerate(history.sittings)
    ]
    return Facts(
        planned=history.planned,
        spells=history.spells,
        sittings=sittings,
        seen=rows,
        facts=facts,
        teacher=TEACHER,
        excused=history.excused,
    )


def without_ends(facts: Facts) -> Facts:
    """The same where nobody told when the sittings were."""
    return replace(facts, sittings=[replace(one, began=None, ended=None) for one in facts.sittings])


# What it comes to, second by second


def truth(history: History) -> dict[int, tuple[str, int]]:
    """Status and whole minutes of each student, as somebody with a watch would have them."""
    return {student: _of(history, student) for student in history.spells}


def _of(history: History, student: int) -> tuple[str, int]:
    rules, planned = history.rules, set(range(history.planned))
    running = {second for began, ended in history.sittings for second in range(began, ended)}
    enrolled = {
        second
        for began, ended in history.spells[student]
        for second in range(max(began, -2000), min(ended, 8000))
    }
    window = planned if rules.clip == Clip.PLANNED and running & planned else running
    counts = window & enrolled
    there = _bridged(_seconds(history, student) & counts, rules.grace_minutes * 60) & counts
    minutes = len(there) // 60
    # of one held wholly outside its time more can count than is written down
    written = min(minutes, history.planned // 60) if rules.clip == Clip.PLANNED else minutes
    if not any(was.room != Room.WAITING for was in history.stays):
        return (Status.EXCUSED if student in history.excused else "", written)
    status = _status(history, there, minutes, window, enrolled, running)
    if status == Status.ABSENT and student in history.excused:
        status = Status.EXCUSED
    return (status, written)


def _seconds(history: History, person: int) -> set[int]:
    own = [was for was in history.stays if was.person == person and was.room != Room.WAITING]
    return {second for was in own for second in range(was.began, was.ended)}


def _bridged(there: set[int], gap: int) -> set[int]:
    found, before = set(there), None
    for second in sorted(there):
        if before is not None and 1 < second - before <= gap + 1:
            found |= set(range(before, second))
        before = second
    return found


def _status(
    history: History,
    there: set[int],
    minutes: int,
    window: set[int],
    enrolled: set[int],
    running: set[int],
) -> str:
    rules, planned = history.rules, set(range(history.planned))
    taught = _seconds(history, TEACHER)
    began = max(min(running), min(taught)) if taught else min(running)
    counts = window & enrolled
    length = len(planned & enrolled)
    if rules.of == Of.HELD:
        length = max(len({second for second in counts & running if second >= began}), length // 2)
    if rules.present_minutes is not None:
        needed = min(rules.present_minutes, len(counts) // 60)
    else:
        needed = min(length, len(counts)) // 60 * rules.present_share // 100
    if not there or minutes < max(1, needed):
        return Status.ABSENT
    outside = not running & planned
    begins = began if outside else max(0, began)
    last = max(running) + 1
    ends = last if outside or 0 < last < history.planned else history.planned
    begins, ends = max(begins, min(counts)), min(ends, max(counts) + 1)
    if max(0, min(there) - begins) // 60 > rules.late_minutes:
        return Status.LATE
    if max(0, ends - max(there) - 1) // 60 > rules.early_minutes:
        return Status.LEFT_EARLY
    return Status.PRESENT
