"""What somebody's time in a class comes to by its program's rules. Pure, on plain values: seconds since the
class's planned start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eduraise.attendance.enums import Clip, Of, Status
from eduraise.attendance.spans import FOREVER, Span, bridged, total, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of a program, as `AttendanceRules` has them; the defaults are a program's without a row."""

    present_share: int = 50
    present_minutes: int | None = None
    late_minutes: int = 10
    early_minutes: int = 10
    grace_minutes: int = 2
    of: str = Of.HELD
    clip: str = Clip.PLANNED
    lock_days: int = 14
    excuse_days: int = 7
    version: int = 1


@dataclass(frozen=True, slots=True)
class Held:
    """When a class was held. running: while there was a sitting; begins: when its host or teacher was there,
    else when the first sitting began; planned: how long it was to last."""

    running: tuple[Span, ...]
    begins: int | None
    planned: int

    @property
    def ends(self) -> int | None:
        """When the last sitting ended."""
        return self.running[-1][1] if self.running else None

    def window(self, rules: Rules) -> list[Span]:
        """The time that counts. A class held wholly outside its planned time counts as it was held."""
        planned = [(0, self.planned)]
        if not self.running or (rules.clip == Clip.PLANNED and within(self.running, planned)):
            return planned
        return list(self.running)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of one student: the time that counts, from when lateness and until when leaving is
    measured, and how many whole minutes are enough. length: the whole minutes of which a share is taken;
    is_half: they are half of the planned ones, because it was held shorter."""

    window: tuple[Span, ...]
    begins: int
    ends: int
    needed: int
    length: int = 0
    is_half: bool = False

    @property
    def most(self) -> int:
        """The whole minutes that somebody can have at most."""
        return total(self.window) // 60


@dataclass(frozen=True, slots=True)
class Counted:
    """How long somebody was there in the time that counts. first_in, last_out: within it."""

    minutes: int
    first_in: int | None
    last_out: int | None


def terms_of(held: Held, rules: Rules, spells: Sequence[Span]) -> Terms:
    """What is asked of somebody who was enrolled in these spells (as `united` gives them)."""
    window = within(held.window(rules), spells)
    begins = max(0, held.begins or 0)
    ends = min(held.planned, held.ends) if held.ends is not None and held.ends > 0 else held.planned
    if held.running and not within(held.running, [(0, held.planned)]):
        begins, ends = held.begins or 0, held.running[-1][1]
    if window:
        begins, ends = max(begins, window[0][0]), min(ends, window[-1][1])
    length, is_half = _length(held, rules, spells, total(window))
    needed = _needed(rules, length, total(window) // 60)
    return Terms(tuple(window), begins, ends, needed, length, is_half)


def _needed(rules: Rules, length: int, most: int) -> int:
    """Never more than there is, never nothing; a share of whole minutes is rounded down."""
    if rules.present_minutes is not None:
        return max(1, min(rules.present_minutes, most))
    return max(1, length * rules.present_share // 100)


def _length(held: Held, rules: Rules, spells: Sequence[Span], most: int) -> tuple[int, bool]:
    """The whole minutes of which a share is taken, and whether they are half of the planned ones."""
    planned = total(within([(0, held.planned)], spells))
    if rules.of == Of.PLANNED or held.begins is None:
        return min(planned, most) // 60, False
    window = within(held.window(rules), held.running)
    taught = total(within(within(window, [(held.begins, FOREVER)]), spells))
    return min(max(taught, planned // 2), most) // 60, taught < planned // 2


def counted(spans: Sequence[Span], terms: Terms, rules: Rules) -> Counted:
    """Somebody's stays within the time that counts, short gaps filled. spans: as `united` gives them."""
    inside = bridged(within(spans, terms.window), rules.grace_minutes * 60)
    if not inside:
        return Counted(0, None, None)
    # a filled gap may lie where nothing counts
    minutes = total(within(inside, terms.window)) // 60
    return Counted(minutes, inside[0][0], inside[-1][1])


def status_of(there: Counted, terms: Terms, rules: Rules) -> str:
    """Present, late, left early or absent; late outweighs leaving early."""
    if there.first_in is None or there.last_out is None or there.minutes < terms.needed:
        return Status.ABSENT
    if minutes_late(there, terms) > rules.late_minutes:
        return Status.LATE
    if minutes_early(there, terms) > rules.early_minutes:
        return Status.LEFT_EARLY
    return Status.PRESENT


def minutes_late(there: Counted, terms: Terms) -> int:
    """How many whole minutes after the beginning somebody came."""
    return max(0, (there.first_in or 0) - terms.begins) // 60


def minutes_early(there: Counted, terms: Terms) -> int:
    """How many whole minutes before the end somebody left."""
    return max(0, terms.ends - (there.last_out or 0)) // 60
