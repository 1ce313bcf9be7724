"""When teachers are there: hours of the week on their own wall clock, days off, many asked at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from eduraise.programs.availability import absence_of, is_available
from eduraise.programs.models import DayOff
from eduraise.programs.stated_times import Absence, Hours, Off, StatedTimes
from tests.programs.stated import MONDAY, SUNDAY, TUESDAY, hours, off, states
from tests.school import School

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/Asuncion",
)
EVERY_DAY = range(1, 8)


def at(text: str, zone: str = "Europe/Madrid") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_there(times: StatedTimes, since: str, until: str) -> bool:
    return times.absence(at(since, times.zone), at(until, times.zone)) is None


def test_who_states_nothing_is_there_at_any_hour() -> None:
    assert is_there(StatedTimes("Europe/Madrid"), "2026-05-04T03:00", "2026-05-04T04:00")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-05-04T09:00", "2026-05-04T13:00", True),
        ("2026-05-04T08:59", "2026-05-04T10:00", False),
        ("2026-05-04T12:30", "2026-05-04T13:01", False),
        ("2026-05-04T12:00", "2026-05-04T15:00", False),
        ("2026-05-04T15:00", "2026-05-04T16:00", True),
        ("2026-05-05T09:00", "2026-05-05T10:00", False),
    ],
)
def test_several_spans_a_day(since: str, until: str, expected: bool) -> None:
    times = StatedTimes("Europe/Madrid", hours((MONDAY, "09:00", "13:00"), (MONDAY, "15:00", "18:00")))

    assert is_there(times, since, until) is expected


def test_spans_that_touch_hold_a_class_across_them() -> None:
    times = StatedTimes("Europe/Madrid", hours((MONDAY, "09:00", "13:00"), (MONDAY, "13:00", "17:00")))

    assert is_there(times, "2026-05-04T12:00", "2026-05-04T14:00")


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    times = StatedTimes("Europe/Madrid", hours((SUNDAY, "22:00", "02:00")))

    assert is_there(times, "2026-05-03T23:00", "2026-05-04T01:30")
    assert is_there(times, "2026-05-04T00:30", "2026-05-04T01:30")
    assert not is_there(times, "2026-05-04T23:00", "2026-05-04T23:30")
    assert not is_there(times, "2026-05-04T01:30", "2026-05-04T02:30")


def test_whole_days_follow_each_other_without_a_gap() -> None:
    times = StatedTimes("Europe/Madrid", hours((MONDAY, "00:00", "00:00"), (TUESDAY, "00:00", "00:00")))

    assert is_there(times, "2026-05-04T22:00", "2026-05-05T03:00")
    assert not is_there(times, "2026-05-05T23:30", "2026-05-06T00:30")


def test_of_an_absence_it_is_known_why() -> None:
    times = StatedTimes(
        "Europe/Madrid",
        hours((MONDAY, "15:00", "18:00"), (MONDAY, "09:00", "13:00")),
        (Off(date(2026, 5, 11), date(2026, 5, 12), "Dentist"),),
    )

    late = times.absence(at("2026-05-04T18:00"), at("2026-05-04T19:00"))
    assert late == Absence(
        date(2026, 5, 4), "Europe/Madrid", hours=hours((MONDAY, "09:00", "13:00"), (MONDAY, "15:00", "18:00"))
    )
    away = times.absence(at("2026-05-11T09:00"), at("2026-05-11T10:00"))
    assert away == Absence(date(2026, 5, 11), "Europe/Madrid", off=times.days_off[0])


def test_a_day_off_begins_and_ends_at_her_own_midnight() -> None:
    times = StatedTimes("Asia/Kathmandu", days_off=(Off(date(2026, 5, 5), date(2026, 5, 5)),))

    assert is_there(times, "2026-05-04T23:00", "2026-05-05T00:00")
    assert not is_there(times, "2026-05-04T23:00", "2026-05-05T00:01")
    assert not is_there(times, "2026-05-05T23:59", "2026-05-06T01:00")
    assert is_there(times, "2026-05-06T00:00", "2026-05-06T01:00")


@given(zone=some.sampled_from(ZONES), day=some.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_hours_stay_on_the_wall_clock_through_every_clock_change(zone: str, day: date) -> None:
    times = StatedTimes(zone, tuple(Hours(each, time(9), time(13)) for each in EVERY_DAY))

    def wall(hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone)).astimezone(UTC)

    assert times.absence(wall(9, 0), wall(13, 0)) is None
    assert times.absence(wall(8, 59), wall(10, 0)) is not None
    assert times.absence(wall(12, 0), wall(13, 1)) is not None


@pytest.mark.parametrize("hour", ["01:00", "01:30", "02:00", "02:30", "03:00"])
def test_the_hour_that_comes_twice_is_hers_both_times(hour: str) -> None:
    """Madrid, 25 October 2026: from 02:00 to 03:00 twice."""
    times = StatedTimes("Europe/Madrid", hours((SUNDAY, "01:00", "03:00")))
    begins = at(f"2026-10-25T{hour}")

    assert times.absence(begins, at("2026-10-25T03:00")) is None
    assert times.absence(begins, at("2026-10-25T03:01")) is not None


def test_an_hour_that_clocks_skip_takes_nothing_else_away() -> None:
    """Madrid, 29 March 2026: 02:00 is 03:00."""
    times = StatedTimes("Europe/Madrid", hours((SUNDAY, "01:00", "05:00")))

    assert is_there(times, "2026-03-29T01:00", "2026-03-29T05:00")
    assert not is_there(times, "2026-03-29T04:30", "2026-03-29T05:30")


spans_of_a_week = some.lists(
    some.builds(
        Hours,
        some.integers(1, 7),
        some.times(timezones=some.none()).map(lambda one: one.replace(second=0, microsecond=0)),
        some.times(timezones=some.none()).map(lambda one: one.replace(second=0, microsecond=0)),
    ),
    min_size=1,
    max_size=6,
)


@given(week=spans_of_a_week, begins=some.integers(0, 7 * 1440 - 1), minutes=some.integers(1, 1440))
def test_a_class_is_within_hours_if_each_of_its_minutes_is(
    week: Sequence[Hours], begins: int, minutes: int
) -> None:
    hers: set[int] = set()
    for one in week:
        since = (one.weekday - 1) * 1440 + one.since.hour * 60 + one.since.minute
        length = ((one.until.hour - one.since.hour) * 60 + one.until.minute - one.since.minute) % 1440 or 1440
        hers |= {minute % (7 * 1440) for minute in range(since, since + length)}
    starts_at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=begins)

    absence = StatedTimes("UTC", tuple(week)).absence(starts_at, starts_at + timedelta(minutes=minutes))

    assert (absence is None) is all(minute % (7 * 1440) in hers for minute in range(begins, begins + minutes))


def test_many_teachers_are_asked_in_two_queries(school: School) -> None:
    people = [school.tariq, school.tove, school.olu, school.sana]
    states(school.tariq, "", (MONDAY, "09:00", "13:00"))
    states(school.tove, "Asia/Kathmandu", (MONDAY, "09:00", "13:00"))
    off(school.olu, "2026-05-04", "2026-05-06", now=school.now)
    span = (at("2026-05-04T09:00", "UTC"), at("2026-05-04T10:00", "UTC"))

    with CaptureQueriesContext(
        connection,
    ) as few:
        is_available(people[:1], *span)
    with CaptureQueriesContext(connection) as many:
        found = is_available(people, *span)

    assert found == {
        school.tariq.pk: True,
        school.tove.pk: False,  # it is afternoon in Kathmandu
        school.olu.pk: False,
        school.sana.pk: True,
    }
    assert len(few) == len(many) == 2


def test_days_off_that_were_taken_back_count_no_more(school: School) -> None:
    row = off(school.tariq, "2026-05-04", "2026-05-04", now=school.now)
    span = (at("2026-05-04T09:00"), at("2026-05-04T10:00"))
    assert absence_of(school.tariq, *span) is not None

    DayOff.objects.filter(pk=row.pk).update(removed_at=school.now)

    assert absence_of(school.tariq, *span) is None
