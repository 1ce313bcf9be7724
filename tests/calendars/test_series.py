"""A series is one entry with a rule, and shows exactly what its classes are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduraise.calendars.entries import DatedEntry, Entry, SeriesEntry, WeeklyRule, Written, written_as_series
from eduraise.calendars.writing import write_calendar
from tests.calendars.made import entry
from tests.calendars.reading import hours, rules, shown, values

ZONES = (
    *("Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"),
    *("Asia/Kathmandu", "America/Asuncion"),
)
MONDAY = date(2026, 3, 2)


def weekly(weeks: int, *, every: int = 1, zone: str = "Europe/Madrid", at: time = time(18)) -> WeeklyRule:
    return WeeklyRule(
        zone=zone,
        local_start=at,
        every_weeks=every,
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(weeks=(weeks - 1) * every),
    )


def as_series(rule: WeeklyRule, dated: list[DatedEntry], **fields: Any) -> list[Written]:
    start = rule.start_on(rule.starts_on)
    pattern = entry(start.astimezone(UTC), zone=rule.zone, uid="series", **fields)
    return written_as_series(pattern=pattern, rule=rule, dated=dated)


def classes(rule: WeeklyRule, without: tuple[int, ...] = ()) -> dict[int, DatedEntry]:
    """A class on each date of the rule, by its number."""
    return {
        number: DatedEntry(
            original_on=on,
            entry=entry(rule.start_on(on).astimezone(UTC), zone=rule.zone, uid=f"class-{number}"),
        )
        for number, on in enumerate(rule.dates())
        if number not in without
    }


def changed(one: DatedEntry, **fields: Any) -> DatedEntry:
    return replace(one, entry=replace(one.entry, **fields))


def body_of(written: list[Written]) -> bytes:
    return write_calendar(name="x", entries=written)


def facts(entries: list[Entry]) -> list[tuple[str, datetime, datetime]]:
    held = [one for one in entries if not one.is_cancelled]
    return sorted(
        ((one.title, one.starts_at, one.ends_at) for one in held), key=lambda each: (each[1], each[0])
    )


def test_regular_classes_are_one_entry_with_its_rule() -> None:
    rule = weekly(10, every=2)
    body = body_of(as_series(rule, list(classes(rule).values())))

    assert rules(body) == ["FREQ=WEEKLY;UNTIL=20260706T160000Z;INTERVAL=2"]
    assert values(body, "EXDATE") == values(body, "RECURRENCE-ID") == []
    assert values(body, "UID") == ["series@localhost"]
    assert hours(body) == facts([one.entry for one in classes(rule).values()])
    # 18:00 in Madrid before and after the clocks change
    assert {one.starts_at.hour for one in shown(body)} == {17, 16}


def test_a_cancelled_class_is_a_date_left_out_as_is_a_holiday() -> None:
    rule = weekly(6)
    term = classes(rule, without=(1,))
    term[3] = changed(term[3], is_cancelled=True)
    body = body_of(as_series(rule, list(term.values())))

    assert values(body, "EXDATE") == ["20260309T180000", "20260323T180000"]
    assert len(shown(body)) == 4


def test_a_moved_class_is_an_exception_under_the_same_uid() -> None:
    rule = weekly(4)
    term = classes(rule)
    later = term[2].entry.starts_at + timedelta(days=1, hours=2)
    term[2] = changed(term[2], starts_at=later, ends_at=later + timedelta(minutes=90), version=4)
    body = body_of(as_series(rule, list(term.values()), version=7))

    assert values(body, "RECURRENCE-ID") == ["20260316T180000"]
    assert values(body, "UID") == ["series@localhost"] * 2
    assert values(body, "SEQUENCE") == ["7", "7"]
    assert hours(body) == facts([one.entry for one in term.values()])


def test_a_date_that_looks_different_is_an_exception_with_its_own_door() -> None:
    rule = weekly(4)
    term = classes(rule)
    term[1] = changed(term[1], title="Graphs", door="https://school.example/j/OWN")
    found = shown(body_of(as_series(rule, list(term.values()), door="https://school.example/j/ALL")))

    ends = [one.url.rsplit("/", 1)[-1] for one in found]
    assert list(zip((one.title for one in found), ends, strict=True)) == [
        *(("Sets", "ALL"), ("Graphs", "OWN"), ("Sets", "ALL"), ("Sets", "ALL")),
    ]


def test_what_goes_first_and_last_moves_the_rules_ends() -> None:
    rule = weekly(6)
    term = classes(rule, without=(0, 5))
    body = body_of(as_series(rule, list(term.values())))

    assert values(body, "DTSTART")[-1] == "20260309T180000"
    assert rules(body) == ["FREQ=WEEKLY;UNTIL=20260330T160000Z;INTERVAL=1"]
    assert values(body, "EXDATE") == []


def test_a_class_on_no_date_of_the_rule_stands_alone() -> None:
    rule = weekly(4)
    extra = DatedEntry(
        original_on=date(2026, 3, 5), entry=entry(datetime(2026, 3, 5, 9, tzinfo=UTC), uid="extra")
    )
    written = as_series(rule, [*classes(rule).values(), extra])

    assert [type(one) for one in written] == [SeriesEntry, Entry]
    assert written[1] is extra.entry


def test_whoever_may_see_one_class_alone_gets_that_class_of_the_series() -> None:
    rule = weekly(12)
    only = classes(rule)[5]
    body = body_of(as_series(rule, [only]))

    assert values(body, "UID") == ["series@localhost"]
    assert hours(body) == facts([only.entry])


def test_a_rule_of_one_date_says_no_more_than_its_class() -> None:
    rule = weekly(1)
    [only] = classes(rule).values()

    assert as_series(rule, [only]) == [only.entry]


@pytest.mark.parametrize("weeks", [2, 3, 10])
def test_an_entry_stays_the_same_one_whatever_becomes_of_its_dates(weeks: int) -> None:
    """All moved, all renamed, all but one cancelled, all cancelled: one uid, read back as what they are."""
    rule, hour = weekly(weeks), timedelta(hours=1)
    planned = classes(rule)
    ends = {
        "moved": {
            n: changed(one, starts_at=one.entry.starts_at + hour, ends_at=one.entry.ends_at + hour)
            for n, one in planned.items()
        },
        "renamed": {n: changed(one, title=f"Topic {n}") for n, one in planned.items()},
        "left": {n: changed(one, is_cancelled=n > 0) for n, one in planned.items()},
        "cancelled": {n: changed(one, is_cancelled=True) for n, one in planned.items()},
    }
    for what, dated in ends.items():
        body = body_of(as_series(rule, list(dated.values())))
        assert set(values(body, "UID")) == {"series@localhost"}
        found = [one for one in shown(body) if one.status != "CANCELLED"]
        said = [(one.title, one.starts_at, one.ends_at) for one in found]
        assert said == facts([one.entry for one in dated.values()]), what
    assert len(shown(body)) == weeks  # those that are cancelled say so


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York"])
@pytest.mark.parametrize("at", [time(1, 30), time(2, 30)])
def test_a_date_on_which_clocks_change_meanwhile_needs_no_rule(zone: str, at: time) -> None:
    """Programs read such a date of a rule differently; each entry says its own instants."""
    skipped = {"Europe/Madrid": date(2026, 3, 29), "America/New_York": date(2026, 3, 8)}[zone]
    rule = WeeklyRule(
        zone=zone,
        local_start=at,
        every_weeks=1,
        starts_on=skipped - timedelta(weeks=2),
        ends_on=skipped + timedelta(weeks=2),
    )
    written = as_series(rule, list(classes(rule).values()))

    assert all(isinstance(one, Entry) for one in written)
    assert hours(body_of(written)) == facts([one.entry for one in classes(rule).values()])


def test_in_utc_everything_is_written_in_utc() -> None:
    rule = weekly(4, zone="UTC")
    term = classes(rule)
    term[2] = changed(term[2], title="Graphs")
    body = body_of(as_series(rule, list(term.values())))

    # (the reader takes no exception of a series that is written in UTC)
    assert values(body, "DTSTART") == ["20260302T180000Z", "20260316T180000Z"]
    assert values(body, "RECURRENCE-ID") == ["20260316T180000Z"]


KEPT, CANCELLED, MOVED, RETITLED, MISSING, LONGER = range(6)


@given(
    zone=st.sampled_from(ZONES),
    starts_on=st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 1, 1)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    every=st.integers(min_value=1, max_value=4),
    fates=st.lists(st.integers(min_value=KEPT, max_value=LONGER), min_size=1, max_size=30),
)
def test_any_series_shows_exactly_its_classes(
    zone: str, starts_on: date, at: time, every: int, fates: list[int]
) -> None:
    rule = WeeklyRule(
        zone=zone,
        local_start=at,
        every_weeks=every,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=every * (len(fates) - 1)),
    )
    dated = []
    for number, (on, fate) in enumerate(zip(rule.dates(), fates, strict=True)):
        starts_at = rule.start_on(on).astimezone(UTC)
        if fate == MOVED:
            starts_at += timedelta(days=2, minutes=45)
        one = entry(starts_at, zone=zone, uid=f"class-{number}", minutes=90 if fate == LONGER else 60)
        title = "Graphs" if fate == RETITLED else "Sets"
        if fate != MISSING:
            one = replace(one, title=title, is_cancelled=fate == CANCELLED)
            dated.append(DatedEntry(original_on=on, entry=one))
    written = as_series(rule, dated)
    held = [one.entry for one in dated if not one.entry.is_cancelled]

    found = [one for one in shown(body_of(written)) if one.status != "CANCELLED"]
    assert sorted((one.title, one.starts_at, one.ends_at) for one in found) == sorted(facts(held))
    clocks = rule.meets_a_clock_change(timedelta(hours=1))
    assert [type(one) for one in written] == (
        [SeriesEntry] if dated and len(fates) > 1 and not clocks else [Entry] * len(dated)
    )
