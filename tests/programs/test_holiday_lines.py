"""Holidays as people paste them: each line read, or named with what would be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from eduraise.programs.holiday_lines import NAMED, read_lines
from eduraise.programs.holiday_rules import HolidaysUnreadable


def read(text: str) -> list[str]:
    return [f"{one.starts_on} {one.ends_on} {one.name}" for one in read_lines(text)]


def problems(text: str) -> list[str]:
    with pytest.raises(HolidaysUnreadable) as refused:
        read_lines(text)
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
    ],
)
def test_first_day_last_day_name(line: str) -> None:
    assert read(line) == ["2026-12-24 2027-01-06 Christmas"]


def test_single_days_empty_lines_and_the_same_twice() -> None:
    text = "\n2027-03-19 Saint Joseph\r\n\r\n2028-02-29, 29 February\n2027-03-19   Saint  Joseph\n"
    assert read(text) == ["2027-03-19 2027-03-19 Saint Joseph", "2028-02-29 2028-02-29 29 February"]


def test_every_bad_line_is_named_with_its_number() -> None:
    text = "\n".join(
        [
            "2026-12-24 - 2027-01-06 Christmas",
            "24.12.2026 Christmas",
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


@given(some.text(max_size=300) | some.from_regex(r"\d{4}-\d\d-\d\d( - \d{4}-\d\d-\d\d)? ?\w*"))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    said, found = [""], []
    try:
        found = read_lines(text)
    except HolidaysUnreadable as refused:
        said = refused.problems
    assert said
    assert all(one.name and one.starts_on <= one.ends_on for one in found)
