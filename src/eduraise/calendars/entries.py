"""What a calendar shows, as plain facts: entries, and series of entries that follow a rule.

Nothing here knows a database or how a calendar is written; `describing` makes entries of classes, `writing`
makes iCalendar of entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing at one time.

    uid: stays the same whatever changes. version: rises with each change. starts_at, ends_at: aware; zone:
    in whose clocks they are written. door: the one link, absolute. description: may have several lines.
    """

    uid: str
    version: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    description: str
    door: str
    category: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class WeeklyRule:
    """Every so many weeks at the same wall time. starts_on, ends_on: the first date and the last one
    possible, in the zone."""

    zone: str
    local_start: time
    every_weeks: int
    starts_on: date
    ends_on: date

    def dates(self) -> list[date]:
        """Its dates, in order."""
        weeks = (self.ends_on - self.starts_on).days // 7
        return [self.starts_on + timedelta(weeks=turn) for turn in range(0, weeks + 1, self.every_weeks)]

    def start_on(self, on: date) -> datetime:
        """The start on one date, in the zone. A time that comes twice is the first one, as in RFC 5545."""
        return datetime.combine(on, self.local_start.replace(fold=0), ZoneInfo(self.zone))

    def meets_a_clock_change(self, length: timedelta) -> bool:
        """Whether clocks change within one of its dates' hours, or skip its start: programs differ in how
        they read such a date of a rule."""
        return any(_changes_within(self.start_on(on), length) for on in self.dates())


@dataclass(frozen=True, kw_only=True)
class DatedEntry:
    """An entry of a series. original_on: its date by the rule, wherever it lies now; None if it has none.
    shared: its description with the series' door in the place of its own, where that differs."""

    original_on: date | None
    entry: Entry
    shared: str | None = None

    @property
    def look(self) -> tuple[str, str]:
        """What it would say as one of many."""
        return self.entry.title, self.entry.description if self.shared is None else self.shared


@dataclass(frozen=True, kw_only=True)
class SeriesEntry:
    """Entries that are written as one, with a rule.

    pattern: what all regular ones look like, at the first date. until: the last start. excluded: starts of
    the rule on which there is nothing. exceptions: by the rule's start, what lies elsewhere or looks
    different. All aware, in the zone.
    """

    pattern: Entry
    every_weeks: int
    until: datetime
    excluded: tuple[datetime, ...] = ()
    exceptions: tuple[tuple[datetime, Entry], ...] = ()

    def start_on(self, on: date) -> datetime | None:
        """The rule's start on a date, also on one that is left out; None where the rule has no such date."""
        first = self.pattern.starts_at
        days = (on - first.date()).days
        if days % (7 * self.every_weeks) or not first.date() <= on <= self.until.date():
            return None
        return datetime.combine(on, first.time(), first.tzinfo)


@dataclass(frozen=True, kw_only=True)
class SeriesDate:
    """One date of a series without the others: what it is beside the series' own entry, in its place.

    entry: with the series' uid and version. start: by the rule, aware. zone: the series'.
    """

    entry: Entry
    start: datetime
    zone: str


type Written = Entry | SeriesEntry | SeriesDate


def written_as_series(*, pattern: Entry, rule: WeeklyRule, dated: Sequence[DatedEntry]) -> list[Written]:
    """One entry that says exactly what these say, and stays the same one whatever becomes of its dates: who
    has it in a calendar finds it moved, not gone and another there.

    pattern: the series' own uid, version, title, description and door; its hours are those of the first date.
    Dates of the rule without an entry, and cancelled ones, are left out; what was moved or looks different is
    an exception, as is each date where all are cancelled; what stands on no date of the rule stays alone. All
    stay alone where the rule has one date, or where clocks change within the hours of a date.
    """
    on_rule = set(rule.dates())
    every = {on: one for one in dated if (on := one.original_on) in on_rule}
    length = pattern.ends_at - pattern.starts_at
    if not every or len(on_rule) == 1 or rule.meets_a_clock_change(length):
        return [one.entry for one in dated]
    apart = [one.entry for one in dated if one.original_on not in on_rule]
    held = {on: one for on, one in every.items() if not one.entry.is_cancelled} or every
    regular = {on for on, one in held.items() if _is_regular(one, pattern, rule.start_on(on), length)}
    first, last = min(held), max(held)
    starts_at = rule.start_on(first)
    between = [on for on in rule.dates() if first <= on <= last]
    return [
        SeriesEntry(
            pattern=replace(pattern, starts_at=starts_at, ends_at=(starts_at.astimezone(UTC) + length)),
            every_weeks=rule.every_weeks,
            until=rule.start_on(last),
            excluded=tuple(rule.start_on(on) for on in between if on not in held),
            exceptions=tuple((rule.start_on(on), held[on].entry) for on in sorted(held) if on not in regular),
        ),
        *apart,
    ]


def _is_regular(one: DatedEntry, pattern: Entry, starts_at: datetime, length: timedelta) -> bool:
    """Whether an entry is what the pattern says of its date; each has a door of its own, and the series'
    leads to it."""
    entry = one.entry
    return (
        entry.starts_at.astimezone(UTC) == starts_at.astimezone(UTC)
        and entry.ends_at - entry.starts_at == length
        and not entry.is_cancelled
        and (*one.look, entry.zone) == (pattern.title, pattern.description, pattern.zone)
    )


def _changes_within(starts_at: datetime, length: timedelta) -> bool:
    """A skipped start reads, by the clocks, as another one."""
    there = starts_at.astimezone(UTC).astimezone(starts_at.tzinfo)
    ends_at = (starts_at.astimezone(UTC) + length).astimezone(starts_at.tzinfo)
    return there.replace(tzinfo=None) != starts_at.replace(tzinfo=None) or (
        there.utcoffset() != ends_at.utcoffset()
    )
