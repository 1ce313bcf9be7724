"""How times are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from eduraise.ui import times

MADRID = ZoneInfo("Europe/Madrid")
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2025, 11, 27, 16, 48, tzinfo=UTC)
START = datetime(2025, 11, 27, 17, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def test_a_class_is_written_with_weekday_and_span_in_the_readers_zone() -> None:
    assert times.day_and_span(START, START + timedelta(minutes=90), MADRID, NOW) == "Thu 27 Nov, 18:00–19:30"


def test_an_end_on_another_day_is_named() -> None:
    assert times.span(after(400), after(520), MADRID) == "00:28–02:28"
    assert times.span(after(300), after(420), MADRID) == "22:48–Fri 00:48"


def test_what_begins_and_ends_within_a_minute_is_a_moment() -> None:
    assert times.span(START, START + timedelta(seconds=40), MADRID) == "18:00"
    assert times.span(START, START + timedelta(days=1), MADRID) == "18:00–Fri 18:00"


AUTUMN, SPRING = datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)


def hours(day: datetime, began: float, ended: float, zone: ZoneInfo = MADRID) -> str:
    return times.span(day + timedelta(hours=began), day + timedelta(hours=ended), zone)


def test_an_hour_that_comes_twice_is_told_with_its_offset() -> None:
    assert times.clock_time(AUTUMN + timedelta(hours=0.5), MADRID) == "02:30 (UTC+02:00)"
    assert times.clock_time(AUTUMN + timedelta(hours=1.5), MADRID) == "02:30 (UTC+01:00)"
    assert times.clock_time(AUTUMN + timedelta(hours=2), MADRID) == "03:00"
    assert times.clock_time(AUTUMN + timedelta(hours=0.5), LONDON) == "01:30 (UTC+01:00)"
    assert times.clock_time(SPRING + timedelta(hours=1), MADRID) == "03:00"


def test_a_span_over_a_change_of_clocks_says_so_at_both_ends() -> None:
    assert hours(AUTUMN, 0.5, 2) == "02:30 (UTC+02:00)–03:00 (UTC+01:00)"
    assert hours(AUTUMN, 0.75, 1.5) == "02:45 (UTC+02:00)–02:30 (UTC+01:00)"
    assert hours(AUTUMN, 0.5, 1.5) == "02:30 (UTC+02:00)–02:30 (UTC+01:00)"
    assert hours(AUTUMN, -0.5, 3) == "01:30 (UTC+02:00)–04:00 (UTC+01:00)"
    assert hours(SPRING, 0.5, 1.5) == "01:30 (UTC+01:00)–03:30 (UTC+02:00)"
    # within one of the two
    assert hours(AUTUMN, 0.25, 0.75) == "02:15–02:45 (UTC+02:00)"
    assert hours(AUTUMN, 1.5, 2.5) == "02:30–03:30 (UTC+01:00)"
    # for a reader whose clocks stay, and over days
    assert hours(AUTUMN, 0.5, 2, ZoneInfo("Asia/Kathmandu")) == "06:15–07:45"
    assert hours(AUTUMN, -30, 20) == "20:00–Sun 21:00"


def test_offsets_are_written_as_the_form_asks_for_them() -> None:
    assert times.written_offset(timedelta(hours=5, minutes=45)) == "UTC+05:45"
    assert times.written_offset(timedelta(hours=-3, minutes=-30)) == "UTC-03:30"


def test_the_year_is_said_only_where_the_date_would_be_in_doubt() -> None:
    today = date(2025, 11, 27)

    assert times.day(date(2026, 6, 25), today) == "Thu 25 Jun"
    assert times.day(date(2026, 11, 26), today) == "Thu 26 Nov 2026"
    assert times.long_day(date(2024, 11, 27), today) == "Wednesday 27 November 2024"


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(45, "45 min"), (90, "90 min"), (119, "119 min"), (120, "2 h"), (150, "2 h 30"), (125, "2 h 05")],
)
def test_lengths(minutes: int, written: str) -> None:
    assert times.length(timedelta(minutes=minutes)) == written


def test_the_near_future_and_past_are_relative_within_the_hour_only() -> None:
    assert [times.until(after(m), NOW) for m in (-1, 0, 0.5, 12, 60, 61)] == [
        "",
        "",
        "in 1 min",
        "in 12 min",
        "in 60 min",
        "",
    ]
    assert [times.since(after(m), NOW) for m in (1, 0, -24, -59.5, -60)] == [
        "",
        "for 0 min",
        "for 24 min",
        "for 59 min",
        "",
    ]


def test_an_age_becomes_a_time_after_an_hour_and_a_date_after_its_day() -> None:
    assert times.age(NOW - timedelta(seconds=5), MADRID, NOW) == "5 s ago"
    assert times.age(after(-12), MADRID, NOW) == "12 min ago"
    assert times.age(after(-61), MADRID, NOW) == "16:47"
    assert times.age(after(-24 * 60), MADRID, NOW) == "Wed 26 Nov, 17:48"
    assert times.age(after(1), MADRID, NOW) == "0 s ago"  # a clock that runs ahead


def test_another_zone_is_named_by_its_city_only_where_its_clocks_differ() -> None:
    assert times.elsewhere(START, "Europe/London", MADRID) == "17:00 in London"
    assert times.elsewhere(START, "Europe/Paris", MADRID) == ""
    assert times.elsewhere(START, LONDON, LONDON) == ""
    assert (
        times.elsewhere(START + timedelta(hours=8), "America/Los_Angeles", MADRID)
        == "Thu 17:00 in Los Angeles"
    )
    assert times.city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_zones_that_agree_in_winter_may_differ_in_summer() -> None:
    july = datetime(2026, 7, 1, 17, 0, tzinfo=UTC)

    assert times.elsewhere(START, "Africa/Algiers", MADRID) == ""
    assert times.elsewhere(july, "Africa/Algiers", MADRID) == "18:00 in Algiers"


def test_a_board_says_how_long_until_its_class() -> None:
    states = [times.state_of_start(after(m), MADRID, NOW) for m in (-1, 12, 61, 960, 96 * 60)]

    assert states == ["Ready to start", "Starts in 12 min", "Today", "Tomorrow", "Mon 1 Dec"]


def test_the_clock_follows_the_language() -> None:
    with translation.override("en-us"):
        assert times.clock_time(START, MADRID) == "6:00 pm"
    with translation.override("es"):
        assert times.day(date(2025, 11, 27), date(2025, 11, 27)) == "jue 27 Nov"
