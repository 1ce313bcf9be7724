"""What is written is what other programs read: every instant, in every zone, whatever people typed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import example, given
from hypothesis import strategies as st

from eduraise.calendars.entries import Entry
from eduraise.calendars.writing import write_calendar
from eduraise.calendars.zones import zone_rules
from tests.calendars.made import entry
from tests.calendars.reading import hours, raw, shape, shown, values

ZONES = (
    *("Europe/London", "Europe/Madrid", "Europe/Dublin", "America/New_York", "America/Asuncion"),
    *("Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "UTC"),
)
HOSTILE = (
    "Sets\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Another",
    "Sets\nURL:https://elsewhere.example",
    "\x00\x07\x1b[31m red",
    "a\u2028b\u2029c",
    "right \u202e to left \u2066",
    "half \ud800 a character",
    "; , \\ \\n \" ' : =",
    "=cmd|' /C calc'!A1",
    "{{7*7}} <script>alert(1)</script>",
    "👩\u200d👩\u200d👧 نون\u200cنون",
    "x" * 10_000,
    " ",
)


def written(*entries: Entry) -> bytes:
    return write_calendar(name="Escola Oberta", entries=entries)


@given(
    zone=st.sampled_from(ZONES),
    minute=st.integers(min_value=0, max_value=7 * 366 * 24 * 12),
    minutes=st.integers(min_value=1, max_value=1440),
)
@example(zone="Europe/London", minute=0, minutes=60)
def test_every_hour_of_the_years_is_read_back(zone: str, minute: int, minutes: int) -> None:
    starts_at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=5 * minute)
    body = written(entry(starts_at, minutes=minutes, zone=zone))

    assert hours(body) == [("Sets", starts_at, starts_at + timedelta(minutes=minutes))]


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe"])
def test_an_hour_that_comes_twice_is_read_as_the_one_it_is(zone: str) -> None:
    there = ZoneInfo(zone)
    changes = [
        at
        for at in (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * n) for n in range(365 * 48))
        if at.astimezone(there).fold
    ]
    assert changes
    for at in (changes[0] - timedelta(minutes=30), changes[0]):
        assert hours(written(entry(at, zone=zone))) == [("Sets", at, at + timedelta(hours=1))]


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "UTC"])
def test_a_zones_rules_are_those_of_the_zone_database(zone: str) -> None:
    """Read by dateutil, which takes nothing but the rules as they are written."""
    text = zone_rules(zone, 2026, 2027).to_ical().decode()
    read, true = tzical(io.StringIO(text)).get(zone), ZoneInfo(zone)

    assert read is not None
    for at in instants_that_matter(true):
        there = at.astimezone(true)
        if there.fold:
            continue  # dateutil takes the first of the two
        assert there.replace(tzinfo=read).utcoffset() == there.utcoffset(), at


def test_rules_of_each_year_are_written_as_rules() -> None:
    found = {zone: values(zone_rules(zone, 2026, 2027).to_ical(), "RRULE") for zone in ZONES}

    assert found["Europe/Madrid"] == ["FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"]
    assert found["America/New_York"] == [
        "FREQ=YEARLY;BYDAY=2SU;BYMONTH=3",
        "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11",
    ]
    # Ramadan moves through the year
    assert found["Africa/Casablanca"] == found["Asia/Kathmandu"] == []


def instants_that_matter(zone: ZoneInfo) -> Iterator[datetime]:
    """One each day of two years, and on days when clocks change one each quarter of an hour."""
    for day in range(2 * 365):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
        after = at + timedelta(days=1)
        changes = at.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
        yield from (at + timedelta(minutes=15 * quarter) for quarter in range(96 if changes else 1))


def test_each_zone_is_written_once_and_utc_needs_none() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    zones = ("Europe/Madrid", "UTC", "Europe/London", "Europe/Madrid")
    body = written(*(entry(at, uid=str(n), zone=zone) for n, zone in enumerate(zones)))

    assert values(body, "TZID") == ["Europe/London", "Europe/Madrid"]
    assert values(body, "DTSTART")[-4:] == [
        *("20260302T100000", "20260302T090000Z", "20260302T090000", "20260302T100000"),
    ]


def test_an_entry_says_all_that_a_calendar_needs() -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    door = "https://school.example/j/7F3K-2Q"
    body = written(entry(at, version=3, category="Algebra II, evenings"))
    lines = dict(raw(body))

    assert [lines["UID"], lines["SEQUENCE"], lines["STATUS"]] == ["one@localhost", "3", "CONFIRMED"]
    assert [lines["URL"], lines["LOCATION"]] == [door, door]
    assert lines["LAST-MODIFIED"] == lines["DTSTAMP"] == "20260301T120000Z"
    assert lines["CATEGORIES"] == r"Algebra II\, evenings"
    assert values(body, "PRODID") + values(body, "VERSION") == ["-//EduRaise//EduRaise//EN", "2.0"]


def test_lines_are_folded_at_75_octets_and_end_as_they_should() -> None:
    body = written(entry(datetime(2026, 3, 2, 17, tzinfo=UTC), title="نوننون " * 20, description="ü" * 500))

    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert body.endswith(b"END:VCALENDAR\r\n")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["title", "description", "category"])
def test_what_people_type_adds_no_entry_and_no_property(text: str, field: str) -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    harmless, hostile = (written(entry(at, **{"category": "x", field: given})) for given in ("Sets", text))

    assert shape(hostile) == shape(harmless)
    assert len(shown(hostile)) == 1
    assert shown(hostile)[0].url == "https://school.example/j/7F3K-2Q"
    assert not set(hostile.decode()) & set("\x00\x07\x1b\u2028\u202e\u2066")


def test_text_is_read_back_as_it_was_typed() -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    title, description = 'a, b; c \\ d: "e" 👩\u200d👩\u200d👧', "One;\n\ntwo, three \\n\nنون\u200cنون"
    (one,) = shown(written(entry(at, title=title, description=description)))

    assert (one.title, one.description) == (title, description)


@given(title=st.text(max_size=80), description=st.text(max_size=200))
def test_any_text_leaves_one_entry(title: str, description: str) -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)
    plain, typed = written(entry(at)), written(entry(at, title=title, description=description))

    assert shape(typed) == shape(plain)


def test_the_same_entries_are_the_same_bytes() -> None:
    at = datetime(2026, 3, 2, 17, tzinfo=UTC)

    assert written(entry(at)) == written(entry(at))
