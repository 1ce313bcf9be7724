"""A typed local time means one instant, in every zone, on every day."""

# ruff: noqa: DTZ001 (wall times without a zone are what is tested)
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduraise.classes.times import (
    Kind,
    UnknownZone,
    local_written,
    read_local,
    tzdata_version,
    zone_names,
)

FIRST, LAST = datetime(2020, 1, 1), datetime(2040, 12, 31, 23, 59)
zones = st.sampled_from(sorted(zone_names()))
walls = st.datetimes(min_value=FIRST, max_value=LAST).map(lambda at: at.replace(second=0, microsecond=0))


@settings(max_examples=1500, deadline=None)
@given(wall=walls, zone=zones, fold=st.sampled_from([0, 1]))
def test_every_wall_time_of_every_zone_is_kept_or_told(wall: datetime, zone: str, fold: int) -> None:
    reading = read_local(wall, zone, fold)

    assert reading.at.tzinfo is UTC
    if reading.kind is Kind.SKIPPED:
        assert reading.wall > wall
    else:
        assert reading.wall == wall
    assert reading.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == reading.wall


def changes_of(zone: str, year: int) -> list[tuple[datetime, timedelta]]:
    """Each clock change of a year: its instant (to the minute) and by how much clocks went on."""
    place = ZoneInfo(zone)
    found = []
    at = datetime(year, 1, 1, tzinfo=UTC)
    while at.year == year:
        following = at + timedelta(days=1)
        before, after = (moment.astimezone(place).utcoffset() for moment in (at, following))
        if before != after:
            low, high = at, following
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                middle = middle.replace(second=0, microsecond=0)
                low, high = (
                    (middle, high) if middle.astimezone(place).utcoffset() == before else (low, middle)
                )
            found.append((high, after - before))  # type: ignore[operator]
        at = following
    return found


@settings(max_examples=120, deadline=None)
@given(zone=zones, year=st.integers(2020, 2040))
def test_at_each_clock_change_a_gap_moves_later_and_a_repeated_hour_is_the_first(
    zone: str, year: int
) -> None:
    place = ZoneInfo(zone)
    for instant, step in changes_of(zone, year):
        if step > timedelta():
            # clocks jump from `edge` to `edge + step`: what lies between does not exist
            edge = instant.astimezone(place).replace(tzinfo=None, fold=0) - step
            inside = edge + step / 2
            inside = inside.replace(second=0, microsecond=0)
            reading = read_local(inside, zone)
            assert reading.kind is Kind.SKIPPED
            assert reading.wall == inside + step
            assert reading.at == instant + (inside - edge)
        else:
            # clocks fall back by -step: what they show from now on, they showed before
            again = instant.astimezone(place).replace(tzinfo=None, fold=0)
            first, second = (read_local(again, zone, fold) for fold in (0, 1))
            assert first.kind is second.kind is Kind.TWICE
            assert second.at - first.at == -step
            assert second.at == instant
            assert first.offsets == second.offsets == (first.offsets[0], first.offsets[0] + step)


@pytest.mark.parametrize(
    ("wall", "zone", "meant"),
    [
        # spring gaps: north, south, half an hour, at midnight
        ("2026-03-29T02:30", "Europe/Madrid", "2026-03-29T03:30+02:00"),
        ("2026-10-04T02:30", "Australia/Sydney", "2026-10-04T03:30+11:00"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-04T02:45+11:00"),
        ("2026-04-24T00:30", "Africa/Cairo", "2026-04-24T01:30+03:00"),
    ],
)
def test_a_time_that_clocks_skip_is_later_by_the_gap(wall: str, zone: str, meant: str) -> None:
    reading = read_local(datetime.fromisoformat(wall), zone)

    assert reading.kind is Kind.SKIPPED
    assert reading.at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("wall", "zone", "first", "second"),
    [
        ("2026-10-25T02:30", "Europe/Madrid", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"),
        ("2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30"),
        ("2026-11-01T01:00", "America/New_York", "2026-11-01T01:00-04:00", "2026-11-01T01:00-05:00"),
    ],
)
def test_a_time_that_comes_twice_is_the_first_unless_the_second_is_asked_for(
    wall: str, zone: str, first: str, second: str
) -> None:
    typed = datetime.fromisoformat(wall)

    assert read_local(typed, zone).at == datetime.fromisoformat(first)
    assert read_local(typed, zone, fold=1).at == datetime.fromisoformat(second)
    assert read_local(typed, zone).kind is Kind.TWICE


def test_leap_day_and_new_year_are_ordinary() -> None:
    assert read_local(datetime(2028, 2, 29, 9), "Asia/Tokyo").at == datetime(2028, 2, 29, 0, tzinfo=UTC)
    assert read_local(datetime(2026, 12, 31, 23, 30), "America/Lima").at == datetime(
        2027, 1, 1, 4, 30, tzinfo=UTC
    )


def test_a_day_that_a_zone_skipped_whole_comes_a_day_later() -> None:
    # Samoa had no 30 December 2011
    reading = read_local(datetime(2011, 12, 30, 10), "Pacific/Apia")

    assert (reading.kind, reading.wall) == (Kind.SKIPPED, datetime(2011, 12, 31, 10))


@pytest.mark.parametrize("name", ["", "Madrid", "Europe/Atlantis", "../../etc/passwd", "localtime"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        read_local(datetime(2026, 3, 2, 9), name)


def test_an_instant_is_written_as_clocks_show_it() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert local_written(second, "Europe/Madrid") == ("2026-10-25T02:30", 1)
    assert local_written(second - timedelta(hours=1), "Europe/Madrid") == ("2026-10-25T02:30", 0)


def test_the_edition_of_the_zone_database_is_known() -> None:
    year = tzdata_version()[:4]
    assert year.isdigit()
    assert 2020 <= int(year) <= 2100
