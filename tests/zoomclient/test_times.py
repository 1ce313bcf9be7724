"""A time for Zoom is wall time beside its zone, and means the instant it was made from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoomclient.start_time import series_wall_time, utc, wall_time, zone

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
instants = st.integers(0, 20 * 366 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def as_zoom_reads(sent: dict[str, str]) -> datetime:
    """By Zoom's rule: with a Z it is UTC, the zone for display; else wall time of that zone, first pass."""
    if sent["start_time"].endswith("Z"):
        return datetime.fromisoformat(sent["start_time"])
    wall = datetime.strptime(sent["start_time"], "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007
    return wall.replace(tzinfo=ZoneInfo(sent["timezone"])).astimezone(UTC)


@given(instants, st.sampled_from(ZONES))
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Oslo")  # 02:30, first pass
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Oslo")  # 02:30, second pass
@example(datetime(2026, 4, 4, 15, 15, tzinfo=UTC), "Australia/Lord_Howe")  # half an hour repeated
@example(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Europe/Oslo")  # the moment of the gap
def test_zoom_reads_the_instant_that_was_meant(instant: datetime, timezone: str) -> None:
    assert as_zoom_reads(wall_time(instant, timezone)) == instant


@given(instants, st.sampled_from(ZONES))
def test_utc_digits_never_stand_beside_another_zone(instant: datetime, timezone: str) -> None:
    sent = wall_time(instant, timezone)
    local = instant.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M:%S")

    assert sent in (
        {"start_time": local, "timezone": timezone},
        {"start_time": utc(instant), "timezone": "UTC"},
    )


@given(instants, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_the_zone_in_which_an_instant_was_written_does_not_matter(
    instant: datetime, timezone: str, other: str
) -> None:
    assert wall_time(instant.astimezone(ZoneInfo(other)), timezone) == wall_time(instant, timezone)


def test_nine_in_oslo_is_nine_in_oslo() -> None:
    nine = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Oslo"))

    assert wall_time(nine, "Europe/Oslo") == {"start_time": "2026-07-01T09:00:00", "timezone": "Europe/Oslo"}


def test_a_series_keeps_its_wall_time_even_in_an_hour_that_comes_twice() -> None:
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert series_wall_time(second_pass, "Europe/Oslo") == {
        "start_time": "2026-10-25T02:30:00",
        "timezone": "Europe/Oslo",
    }


@pytest.mark.parametrize("write", [lambda moment: wall_time(moment, "Europe/Oslo"), utc])
@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 7, 1, 9), datetime(2026, 7, 1, 9, microsecond=1, tzinfo=UTC)],  # noqa: DTZ001
)
def test_a_time_without_a_zone_or_with_split_seconds_is_refused(write, moment: datetime) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="A time for Zoom"):
        write(moment)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "\0", "Europe"])
def test_an_unknown_zone_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="No such time zone"):
        zone(name)


def test_an_instant_is_written_with_a_z() -> None:
    assert utc(datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Oslo")) + timedelta(hours=1)) == (
        "2026-07-01T08:00:00Z"
    )
