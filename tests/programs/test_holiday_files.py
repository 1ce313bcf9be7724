"""Holidays out of calendar files, as the world's calendars write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from eduraise.programs.holiday_files import MOST_BYTES, CalendarFile, read_calendar
from eduraise.programs.holiday_rules import HolidaysUnreadable

FIRST, LAST = date(2026, 9, 1), date(2027, 6, 30)


def calendar(*entries: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN"]
    for number, entry in enumerate(entries, 1):
        lines += ["BEGIN:VEVENT", f"UID:{number}", *entry.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*(line.lstrip(" ") for line in lines), "END:VCALENDAR", ""]).encode()


def brought(*entries: str) -> CalendarFile:
    return read_calendar(calendar(*entries), first_on=FIRST, last_on=LAST)


def read(*entries: str) -> list[str]:
    return [f"{one.starts_on} {one.ends_on} {one.name}" for one in brought(*entries).holidays]


def problems(*entries: str, content: bytes | None = None) -> list[str]:
    with pytest.raises(HolidaysUnreadable) as refused:
        read_calendar(calendar(*entries) if content is None else content, first_on=FIRST, last_on=LAST)
    assert refused.value.field == "file"
    return refused.value.problems


def entry(name: str, start: str, *more: str) -> str:
    return "\n".join([f"SUMMARY:{name}", f"DTSTART;VALUE=DATE:{start}", *more])


CHRISTMAS = entry("Christmas", "20261224", "DTEND;VALUE=DATE:20270107")


def test_the_end_of_a_calendars_entry_is_the_day_after_its_last() -> None:
    assert read(CHRISTMAS) == ["2026-12-24 2027-01-06 Christmas"]


def test_single_days_in_the_ways_in_which_they_are_written() -> None:
    assert read(
        entry("No end", "20261012"),
        entry("Next day", "20261013", "DTEND;VALUE=DATE:20261014"),
        entry("Same day", "20261014", "DTEND;VALUE=DATE:20261014"),
        entry("Lasting", "20261015", "DURATION:P2D"),
        entry("Lasting\\, and more\\;", "20261020"),
    ) == [
        "2026-10-12 2026-10-12 No end",
        "2026-10-13 2026-10-13 Next day",
        "2026-10-14 2026-10-14 Same day",
        "2026-10-15 2026-10-16 Lasting",
        "2026-10-20 2026-10-20 Lasting, and more;",
    ]


def test_what_comes_every_year_is_written_out_for_the_term() -> None:
    assert read(
        entry("All Saints", "20100101", "RRULE:FREQ=YEARLY").replace("0101", "1101"),
        entry("May", "20200501", "RRULE:FREQ=YEARLY;UNTIL=20260501"),
        entry("Nativity", "20201224", "DTEND;VALUE=DATE:20201227", "RRULE:FREQ=YEARLY;COUNT=7"),
        entry("New Year", "20200101", "RRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=1;BYMONTHDAY=1"),
        entry("Fair", "20200310", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20270310"),
        CHRISTMAS,
    ) == [
        "2026-11-01 2026-11-01 All Saints",
        "2026-12-24 2026-12-26 Nativity",
        "2026-12-24 2027-01-06 Christmas",
        "2027-01-01 2027-01-01 New Year",
    ]


def test_a_year_that_has_an_entry_of_its_own_is_taken_from_there() -> None:
    yearly = entry("Fair", "20200310", "RRULE:FREQ=YEARLY")
    own = entry("Fair, moved", "20270312", "RECURRENCE-ID;VALUE=DATE:20270310")
    content = calendar(yearly, own).replace(b"UID:2", b"UID:1")
    found = read_calendar(content, first_on=FIRST, last_on=LAST)
    assert [(one.name, one.starts_on.day) for one in found.holidays] == [("Fair, moved", 12)]


def test_a_leap_day_comes_in_leap_years() -> None:
    content = calendar(entry("Leap", "20200229", "RRULE:FREQ=YEARLY;COUNT=3"))
    found = read_calendar(content, first_on=date(2026, 1, 1), last_on=date(2034, 1, 1))
    assert [one.starts_on for one in found.holidays] == [date(2028, 2, 29)]


def test_what_has_an_hour_or_lies_outside_or_is_cancelled_is_left_out_and_counted() -> None:
    found = brought(
        CHRISTMAS,
        "SUMMARY:Party\nDTSTART:20261224T180000Z\nDTEND:20261224T230000Z",
        entry("Long ago", "20200101"),
        entry("Called off", "20261111", "STATUS:CANCELLED"),
        "SUMMARY:Outlook’s day\nDTSTART:20261123T000000\nDTEND:20261124T000000\n"
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    )
    assert [one.name for one in found.holidays] == ["Outlook’s day", "Christmas"]
    assert (found.timed, found.outside) == (1, 1)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=WEEKLY", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "FREQ=YEARLY;BYDAY=-1MO", "FREQ=YEARLY;INTERVAL=2"],
)
def test_any_other_repetition_is_refused_by_name_and_nothing_is_taken(rule: str) -> None:
    assert problems(CHRISTMAS, entry("Thanks", "20261126", f"RRULE:{rule}")) == [
        "Entry 2, “Thanks”: It repeats, and not simply on the same date each year. Add its dates by hand."
    ]


def test_entries_that_can_not_be_read_are_named() -> None:
    assert problems(
        CHRISTMAS,
        entry("Broken", "20261340"),
        "SUMMARY:Nothing",
        entry("Mixed", "20261224", "DTEND:20261225T100000Z"),
        entry("Backwards", "20261224", "DTEND;VALUE=DATE:20261201"),
        entry("Further", "20261224", "RDATE;VALUE=DATE:20270101"),
        entry("Twice", "20261224", "DTSTART;VALUE=DATE:20261225"),
        entry("Odd end", "20261224", "DTEND;VALUE=DATE:soon"),
        entry("Odd rule", "20261224", "RRULE:FREQ=SOMETIMES"),
    ) == [
        "Entry 2, “Broken”: Its date can’t be read.",
        "Entry 3, “Nothing”: It has no date.",
        "Entry 4, “Mixed”: It begins with a day and ends with an hour.",
        "Entry 5, “Backwards”: The last day must not be before the first.",
        "Entry 6, “Further”: It has further dates of its own. Add them by hand.",
        "Entry 7, “Twice”: It has several dates.",
        "Entry 8, “Odd end”: Its date can’t be read.",
        "Entry 9, “Odd rule”: It repeats, and not simply on the same date each year. Add its dates by hand.",
    ]


def test_files_that_hold_nothing_for_us() -> None:
    assert problems() == ["There is no entry in this file."]
    assert problems(entry("Long ago", "20200101")) == ["No entry of this calendar lies within the term."]
    assert problems("SUMMARY:Party\nDTSTART:20261224T180000Z") == [
        "No entry of this calendar lasts whole days."
    ]
    unreadable = ["This is no calendar file that can be read. Export it again, as .ics."]
    for content in (b"PK\x03\x04 a workbook", b"<html></html>", b"\xff\xfe\x00", b"END:VEVENT\r\n"):
        assert problems(content=content) in (unreadable, ["There is no entry in this file."])


def test_files_that_are_too_large_are_not_even_parsed() -> None:
    assert problems(content=b" " * (MOST_BYTES + 1)) == ["A calendar file can have 1 MB at most."]
    assert problems(content=b"begin:vevent\r\n" * 2001) == ["This calendar has more than 2000 entries."]
    days = [entry(f"Day {number}", "20261224") for number in range(501)]
    assert problems(*days) == ["These are more than 500 holidays. Bring them in parts."]


def test_names_stay_on_one_line_and_a_missing_one_is_made_up() -> None:
    assert read(entry("One\\ntwo " + "x" * 200, "20261224"), "DTSTART;VALUE=DATE:20261225") == [
        f"2026-12-24 2026-12-24 One two {'x' * 92}",
        "2026-12-25 2026-12-25 Holiday",
    ]


LINES = some.sampled_from(
    [
        *("BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VTIMEZONE", "DTSTART:"),
        *("DTSTART;VALUE=DATE:20261224", "DTSTART;TZID=Nowhere:20261224T100000", "DTEND:20261224T100000"),
        *("DTEND;VALUE=DATE:20261226", "DURATION:P1D", "DURATION:-P9D", "DURATION:PT1H", "EXDATE:never"),
        *("RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY;COUNT=", "RRULE:FREQ=YEARLY;UNTIL=x", "RRULE:;;"),
        *("RRULE:FREQ=YEARLY;BYMONTH=5L", "RDATE:20261224", "RECURRENCE-ID:20261224", "SUMMARY", "SUMMARY:a"),
        *("DTSTART;VALUE=PERIOD:20261224T100000Z/PT1H", "DTSTART;VALUE=TIME:100000", "STATUS:", ":", " "),
        *("DTSTART;VALUE=DATE:00010101", "DTSTART;VALUE=DATE:99991231", "EXDATE;VALUE=DATE:20261224"),
    ]
)


@given(some.lists(LINES, max_size=14))
def test_any_file_is_read_or_refused_in_words(lines: list[str]) -> None:
    content = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])
    said, found = [""], []
    try:
        found = read_calendar(content.encode(), first_on=FIRST, last_on=LAST).holidays
    except HolidaysUnreadable as refused:
        said = refused.problems
    assert said
    assert all(one.ends_on >= FIRST and one.starts_on <= LAST for one in found)
