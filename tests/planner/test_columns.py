"""Which column holds what: by its heading, else by what stands in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduraise.core.spreadsheets import read_grid
from eduraise.planner.columns import Column, Guess, Known, guess, likeness
from eduraise.ui.written_dates import Order

KNOWN = Known(frozenset({"tariq", "tove", "tariq@school.example"}), Order.DAY_FIRST, date(2026, 11, 26))
D, S, E, L, W, T, N = "date", "start", "end", "length", "teacher", "title", ""


def columns_of(text: str) -> Guess:
    rows = read_grid(text, likeness(KNOWN), most_lines=1000).rows
    return guess([row.cells for row in rows], KNOWN)


@pytest.mark.parametrize(
    ("text", "columns", "has_heading"),
    [
        ("Date,Start,Length,Teacher,Title\n2027-03-04,18:00,90,Tariq,Sets", (D, S, L, W, T), True),
        ("Title;Teacher;Until;From;Date\nSets;Tariq;19:30;18:00;4.3.2027", (T, W, E, S, D), True),
        ("2027-03-04\t18:00\t19:30\tTariq\tSets", (D, S, E, W, T), False),
        ("1;Thu;4.3.2027;18:00;90;Sets\n2;Fri;5.3.2027;18:00;90;Logic", (N, N, D, S, L, T), False),
        ("2027-03-04 18:00;90 min;Sets\n2027-03-11 18:00;90 min;Logic", (D, L, T), False),
        ("4/3/2027,6-7:30 pm,tariq@school.example", (D, S, W), False),
        ("18:00;1:30;4 March 2027\n19:00;1:30;5 March 2027", (S, L, D), False),
        ("Day,When,Who,Room\nThu,2027-03-04 18:00,Tariq,12b", (N, D, W, T), True),
    ],
)
def test_columns_are_guessed(text: str, columns: tuple[str, ...], has_heading: bool) -> None:
    found = columns_of(text)
    assert (found.columns, found.has_heading) == (columns, has_heading)


def test_the_order_of_day_and_month_is_seen_in_the_dates() -> None:
    assert columns_of("3/4/2027,18:00\n3/25/2027,18:00").order == Order.MONTH_FIRST
    assert columns_of("3/4/2027,18:00").order == Order.DAY_FIRST


@given(
    st.permutations([D, S, L, W, T]),
    st.sampled_from([",", ";", "\t"]),
    st.booleans(),
    st.integers(2, 20),
)
def test_however_the_columns_stand_they_are_found(
    order: list[str], delimiter: str, has_heading: bool, number: int
) -> None:
    first = date(2027, 1, 4)
    values = [
        {D: f"{first + timedelta(weeks=turn)}", S: "18:00", L: "90", W: "Tariq", T: f"On sets {turn} of many"}
        for turn in range(number)
    ]
    lines = [delimiter.join(row[name] for name in order) for row in values]
    heading = [delimiter.join(str(Column(name).label) for name in order)] if has_heading else []
    found = columns_of("\n".join([*heading, *lines]))
    assert (found.columns, found.has_heading) == (tuple(order), has_heading)


@given(st.lists(st.lists(st.text(max_size=20), max_size=8), max_size=8))
def test_whatever_the_rows_are_there_is_a_guess(rows: list[list[str]]) -> None:
    found = guess(rows, KNOWN)
    named = [column for column in found.columns if column]
    assert len(named) == len(set(named))
    assert len(found.columns) == max((len(row) for row in rows), default=0)
