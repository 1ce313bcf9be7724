"""Weekly slots become dates: on their weekday, in their week, within the term, holidays by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from eduraise.programs.expanding import (
    MOST_ROWS,
    Dated,
    TimetableTooLong,
    expand,
    next_free,
    on_or_after,
    tally,
)

DAY = timedelta(days=1)
TUESDAY, THURSDAY = 2, 4


@dataclass(frozen=True)
class Hour:
    """A slot as the expansion knows it."""

    weekday: int
    local_start: time = time(18)
    minutes: int = 90
    every_weeks: int = 1
    anchor_on: date = date(2026, 12, 1)
    teacher_id: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    uid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Off:
    """A holiday as the expansion knows it."""

    starts_on: date
    ends_on: date
    name: str = "Holiday"


def on(text: str) -> date:
    return date.fromisoformat(text)


def days(rows: Iterable[Dated]) -> list[str]:
    return [f"{row.on:%a %d %b}{f' ({row.holiday})' if row.holiday else ''}" for row in rows]


def test_twice_a_week_over_the_turn_of_the_year() -> None:
    christmas = Off(on("2026-12-24"), on("2027-01-06"), "Christmas")
    rows = expand(
        [Hour(THURSDAY), Hour(TUESDAY)], [christmas], first_on=on("2026-12-15"), last_on=on("2027-01-12")
    )

    assert days(rows) == [
        "Tue 15 Dec",
        "Thu 17 Dec",
        "Tue 22 Dec",
        "Thu 24 Dec (Christmas)",
        "Tue 29 Dec (Christmas)",
        "Thu 31 Dec (Christmas)",
        "Tue 05 Jan (Christmas)",
        "Thu 07 Jan",
        "Tue 12 Jan",
    ]
    assert (tally(rows).classes, tally(rows).minutes, tally(rows).skipped) == (5, 450, 4)


def test_two_hours_of_one_holiday_are_one_day_skipped() -> None:
    morning, evening = Hour(TUESDAY, time(9)), Hour(TUESDAY, time(18))
    rows = expand([evening, morning], [Off(on("2026-12-08"), on("2026-12-08"))], **term("2026-12-01", 14))

    assert [row.local_start for row in rows] == [time(9), time(18)] * 2
    assert (tally(rows).classes, tally(rows).skipped) == (2, 1)


def test_every_second_week_is_counted_from_its_anchor_on_both_sides() -> None:
    slot = Hour(TUESDAY, every_weeks=2, anchor_on=on("2026-12-15"))
    assert days(expand([slot], [], **term("2026-11-30", 35))) == ["Tue 01 Dec", "Tue 15 Dec", "Tue 29 Dec"]


def test_of_two_holidays_on_a_day_the_one_that_began_first_names_it() -> None:
    long, short = Off(on("2026-12-01"), on("2026-12-31"), "Winter"), Off(on("2026-12-08"), on("2026-12-08"))
    assert days(expand([Hour(TUESDAY)], [short, long], **term("2026-12-08", 1))) == ["Tue 08 Dec (Winter)"]


def test_leap_day_is_a_day_like_others() -> None:
    rows = expand([Hour(TUESDAY)], [], first_on=on("2028-02-22"), last_on=on("2028-03-07"))
    assert days(rows) == ["Tue 22 Feb", "Tue 29 Feb", "Tue 07 Mar"]


def test_past_midnight_belongs_to_the_day_of_its_start() -> None:
    late = Hour(TUESDAY, time(23, 30), minutes=90)
    rows = expand([late], [Off(on("2026-12-02"), on("2026-12-02"))], **term("2026-12-01", 1))
    assert (days(rows), rows[0].minutes) == (["Tue 01 Dec"], 90)


def test_what_is_longer_than_a_term_can_be_is_refused_before_it_is_made() -> None:
    with pytest.raises(TimetableTooLong) as long:
        expand([Hour(TUESDAY)], [], first_on=date.min, last_on=date.max)
    assert (long.value.code, long.value.field) == ("timetable_too_long", "ends_on")

    with pytest.raises(TimetableTooLong) as many:
        expand([Hour(day) for day in range(1, 8)] * 3, [], **term("2026-01-01", 732))
    assert many.value.code == "timetable_too_many"
    assert str(MOST_ROWS) in many.value.message

    with pytest.raises(TimetableTooLong) as backwards:
        expand([], [], first_on=on("2026-12-02"), last_on=on("2026-12-01"))
    assert backwards.value.code == "timetable_backwards"


def test_next_free_day_passes_by_holidays_other_weekdays_and_days_that_are_taken() -> None:
    christmas = [Off(on("2026-12-24"), on("2027-01-06"))]
    after = {"holidays": christmas, "last_on": on("2027-06-30")}

    assert next_free(on("2026-12-24"), **after) == on("2027-01-07")  # type: ignore[arg-type]
    assert next_free(on("2026-12-24"), weekdays={1, 2}, **after) == on("2027-01-11")  # type: ignore[arg-type]
    taken = {on("2027-01-07"), on("2027-01-08")}
    assert next_free(on("2026-12-24"), taken=taken, **after) == on("2027-01-09")  # type: ignore[arg-type]


def test_where_no_day_is_free_there_is_none() -> None:
    christmas = [Off(on("2026-12-24"), on("2027-01-06"))]
    assert next_free(on("2026-12-24"), christmas, last_on=on("2027-01-06")) is None
    assert next_free(on("2026-12-24"), [], weekdays=set(), last_on=date.max) is None


def term(first: str, length: int) -> dict[str, date]:
    return {"first_on": on(first), "last_on": on(first) + DAY * (length - 1)}


# What holds for any timetable

DATES = some.dates(date(2023, 1, 1), date(2031, 12, 31))
NEAR = some.integers(-400, 400)


@some.composite
def hours(draw: some.DrawFn, around: date) -> Hour:
    weekday = draw(some.integers(1, 7))
    from_on = draw(some.none() | NEAR.map(lambda n: around + DAY * n))
    return Hour(
        weekday=weekday,
        local_start=draw(some.times()).replace(second=0, microsecond=0),
        minutes=draw(some.integers(5, 1440)),
        every_weeks=draw(some.integers(1, 5)),
        anchor_on=on_or_after(around + DAY * draw(NEAR), weekday),
        from_on=from_on,
        until_on=draw(some.none() | some.integers(0, 300).map(lambda n: (from_on or around) + DAY * n)),
    )


@some.composite
def breaks(draw: some.DrawFn, around: date) -> Off:
    first = around + DAY * draw(NEAR)
    return Off(first, first + DAY * draw(some.integers(0, 40)), draw(some.sampled_from("ABC")))


@some.composite
def timetables(draw: some.DrawFn) -> tuple[Sequence[Hour], Sequence[Off], date, date]:
    first = draw(DATES)
    slots = draw(some.lists(hours(first), max_size=4))
    return (
        slots,
        draw(some.lists(breaks(first), max_size=4)),
        first,
        first + DAY * draw(some.integers(0, 400)),
    )


def is_held(slot: Hour, day: date) -> bool:
    """By the words on the page: this weekday, each n-th week from the anchor, from–until."""
    return (
        day.isoweekday() == slot.weekday
        and (day - slot.anchor_on).days // 7 % slot.every_weeks == 0
        and (slot.from_on is None or slot.from_on <= day)
        and (slot.until_on is None or day <= slot.until_on)
    )


@given(timetables())
def test_each_day_of_the_term_is_asked_and_answered(
    timetable: tuple[Sequence[Hour], Sequence[Off], date, date],
) -> None:
    slots, holidays, first, last = timetable
    rows = expand(slots, holidays, first_on=first, last_on=last)

    wanted = {
        (slot.uid, first + DAY * n)
        for slot in slots
        for n in range((last - first).days + 1)
        if is_held(slot, first + DAY * n)
    }
    assert {(row.slot_uid, row.on) for row in rows} == wanted
    assert len(rows) == len(wanted)
    assert rows == sorted(rows, key=lambda row: (row.on, row.local_start))
    for row in rows:
        names = {one.name for one in holidays if one.starts_on <= row.on <= one.ends_on}
        assert row.holiday in names if names else row.holiday == ""


@given(timetables())
def test_a_slots_days_lie_its_weeks_apart(
    timetable: tuple[Sequence[Hour], Sequence[Off], date, date],
) -> None:
    slots, holidays, first, last = timetable
    rows = expand(slots, holidays, first_on=first, last_on=last)
    for slot in slots:
        own = [row.on for row in rows if row.slot_uid == slot.uid]
        assert {(after - before).days for before, after in pairwise(own)} <= {7 * slot.every_weeks}


@given(timetables(), some.sets(some.integers(1, 7)))
def test_the_next_free_day_is_free_and_none_before_it_is(
    timetable: tuple[Sequence[Hour], Sequence[Off], date, date], weekdays: set[int]
) -> None:
    _slots, holidays, first, last = timetable
    found = next_free(first, holidays, weekdays, last_on=last)

    def is_free(day: date) -> bool:
        return day.isoweekday() in weekdays and not any(
            one.starts_on <= day <= one.ends_on for one in holidays
        )

    free = [first + DAY * n for n in range(1, (last - first).days + 1) if is_free(first + DAY * n)]
    assert found == (free[0] if free else None)
