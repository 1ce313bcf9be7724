"""Holidays as people paste them: each line read, or named with what would be right."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from eduraise.programs.holiday_lines import NAMED, read_lines
from eduraise.programs.holiday_rules import HolidaysUnreadable
from eduraise.ui.written_dates import Order


def read(text: str, order: Order = Order.DAY_FIRST) -> list[str]:
    return [f"{one.starts_on} {one.ends_on} {one.name}" for one in read_lines(text, order)]


def problems(text: str, order: Order = Order.DAY_FIRST) -> list[str]:
    with pytest.raises(HolidaysUnreadable) as refused:
        read_lines(text, order)
    assert refused.value.field == "text"
    return refused.value.problems


@pytest.mark.parametrize(
    "line",
    [
        "2026-12-24 - 2027-01-06 Christmas",
        "2026-12-24 – 2027-01-06: Christmas",
        "2026-12-24—2027-01-06, Christmas",
        "2026-12-24\t2027-01-06\tChristmas",
        "2026-12-24;2027-01-06;Christmas",
        "2026-12-24 to 2027-1-6 Christmas",
        "  2026-12-24 bis 2027-01-06   Christmas  ",
        "2026-12-24..2027-01-06 - Christmas",
        "24.12.2026 - 6.1.2027 Christmas",
        "24. 12. 2026 bis 06. 01. 2027: Christmas",
        "24/12/2026 - 6/1/2027 Christmas",
        "24 December 2026 to 6 January 2027 Christmas",
        "24th Dec 2026 – 6 Jan. 2027, Christmas",
        "December 24, 2026 - Jan 6th, 2027 Christmas",
        "24 DECEMBER 2026\t2027-01-06\tChristmas",
    ],
)
def test_first_day_last_day_name(line: str) -> None:
    assert read(line) == ["2026-12-24 2027-01-06 Christmas"]


def test_single_days_empty_lines_and_the_same_twice() -> None:
    text = "\n2027-03-19 Saint Joseph\r\n\r\n2028-02-29, 29 February\n2027-03-19   Saint  Joseph\n"
    assert read(text) == ["2027-03-19 2027-03-19 Saint Joseph", "2028-02-29 2028-02-29 29 February"]


def test_slashes_are_read_as_the_text_shows_else_as_the_reader_writes() -> None:
    assert read("3/4/2027 A") == ["2027-04-03 2027-04-03 A"]
    assert read("3/4/2027 A", Order.MONTH_FIRST) == ["2027-03-04 2027-03-04 A"]
    assert read("3/4/2027 A\n25/12/2027 B", Order.MONTH_FIRST)[0] == "2027-04-03 2027-04-03 A"
    assert read("3/4/2027 A\n12/25/2027 B", Order.DAY_FIRST)[0] == "2027-03-04 2027-03-04 A"
    assert problems("13/12/2027 A\n12/25/2027 B") == ["Line 2: There is no day 12/25/2027."]
    # dots part days from months in that order everywhere
    assert read("3.4.2027 A", Order.MONTH_FIRST) == ["2027-04-03 2027-04-03 A"]


def test_months_have_their_names_in_english_and_the_readers_language() -> None:
    for language, line in (("es", "1 de mayo de 2027"), ("fr", "1er mai 2027"), ("es", "1 May 2027")):
        with override(language):
            assert read(f"{line} Day of work") == ["2027-05-01 2027-05-01 Day of work"]
    assert read("1 May 2027 Mayday 2027") == ["2027-05-01 2027-05-01 Mayday 2027"]
    assert problems("1 Mai 2027 A\n31 April 2027 B\n1 May A") == [
        "Line 1: Begin with a date, such as 2026-12-24.",
        "Line 2: There is no day 31 April 2027.",
        "Line 3: Begin with a date, such as 2026-12-24.",
    ]


def test_every_bad_line_is_named_with_its_number() -> None:
    text = "\n".join(
        [
            "2026-12-24 - 2027-01-06 Christmas",
            "24.12.26 Christmas",
            "2027-02-29 Leap day",
            "",
            "2027-05-02 - 2027-05-01 May",
            "2027-05-01",
            "0226-05-01 May",
            "2027-01-01 - 2029-01-01 Away",
            "2027-05-01 " + "a" * 101,
        ]
    )
    assert problems(text) == [
        "Line 2: Begin with a date, such as 2026-12-24.",
        "Line 3: There is no day 2027-02-29.",
        "Line 5: The last day must not be before the first.",
        "Line 6: Give it a name, such as Christmas.",
        "Line 7: Look at the year again.",
        "Line 8: This is longer than a year. Look at the dates again.",
        "Line 9: A name has 100 letters at most.",
    ]


def test_of_many_bad_lines_the_rest_is_counted() -> None:
    found = problems("\n".join(["nonsense"] * 50))
    assert len(found) == NAMED + 1
    assert found[-1] == "And 30 more lines that can’t be read."


def test_nothing_and_too_much() -> None:
    assert problems(" \n \n") == ["There is no line with a holiday in it."]
    assert problems("\n".join(f"2027-01-01 Day {number}" for number in range(501))) == [
        "These are more than 500 holidays. Bring them in parts."
    ]


def test_control_characters_do_not_stay_in_a_name() -> None:
    assert read("2027-01-01 New\u0085 \x1bYear\u2028x") == ["2027-01-01 2027-01-01 New Year x"]


@given(
    some.text(max_size=300)
    | some.from_regex(r"\d{4}-\d\d-\d\d( - \d{4}-\d\d-\d\d)? ?\w*")
    | some.from_regex(r"\d{1,2}(/\d{1,2}/|\.\d{1,2}\.|[a-z]{0,2} May )\d{4} ?\w*"),
    some.sampled_from(Order),
)
def test_any_text_is_read_or_refused_in_words(text: str, order: Order) -> None:
    said, found = [""], []
    try:
        found = read_lines(text, order)
    except HolidaysUnreadable as refused:
        said = refused.problems
    assert said
    assert all(one.name and one.starts_on <= one.ends_on for one in found)
