"""Dates, hours and lengths as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from eduraise.planner import cells
from eduraise.ui.written_dates import Order, order_for

TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
TIMES = st.times().map(lambda at: time(at.hour, at.minute))


@pytest.mark.parametrize(
    ("written", "day_first", "month_first"),
    [
        ("2027-03-04", date(2027, 3, 4), date(2027, 3, 4)),
        ("2027/3/4", date(2027, 3, 4), date(2027, 3, 4)),
        ("4.3.2027", date(2027, 3, 4), date(2027, 3, 4)),
        ("03/04/2027", date(2027, 4, 3), date(2027, 3, 4)),
        ("3/4/27", date(2027, 4, 3), date(2027, 3, 4)),
        ("13/4/2027", date(2027, 4, 13), None),
        ("Thu 4 March 2027", date(2027, 3, 4), date(2027, 3, 4)),
        ("Thursday, March 4, 2027", date(2027, 3, 4), date(2027, 3, 4)),
        ("1st May 2027", date(2027, 5, 1), date(2027, 5, 1)),
        ("4 Dec", date(2026, 12, 4), date(2026, 12, 4)),
        ("12.1.", date(2027, 1, 12), date(2027, 1, 12)),
        ("26 Nov", date(2026, 11, 26), date(2026, 11, 26)),  # today
        ("25 Nov", date(2027, 11, 25), date(2027, 11, 25)),  # yesterday is next year's
        ("29 Feb", date(2028, 2, 29), date(2028, 2, 29)),
        ("29/02/2027", None, None),
        ("31.4.2027", None, None),
        ("1.5", None, None),
        ("May", None, None),
        ("=1+1", None, None),
        ("", None, None),
    ],
)
def test_a_date_is_read_or_not(written: str, day_first: date | None, month_first: date | None) -> None:
    assert cells.read_date(written, Order.DAY_FIRST, TODAY) == day_first
    assert cells.read_date(written, Order.MONTH_FIRST, TODAY) == month_first


def test_months_are_read_in_the_readers_language_too() -> None:
    with override("es"):
        assert cells.read_date("jue 4 de marzo de 2027", Order.DAY_FIRST, TODAY) == date(2027, 3, 4)
        assert cells.read_date("4 March 2027", Order.DAY_FIRST, TODAY) == date(2027, 3, 4)


@pytest.mark.parametrize(
    ("accepted", "zone", "order"),
    [
        ("en-US,en;q=0.9", "Europe/Madrid", Order.MONTH_FIRST),
        ("en-GB,en-US;q=0.9", "America/New_York", Order.DAY_FIRST),
        ("en", "America/New_York", Order.MONTH_FIRST),
        ("es", "Europe/Madrid", Order.DAY_FIRST),
        ("", "UTC", Order.DAY_FIRST),
    ],
)
def test_the_order_of_a_date_follows_its_bringer(accepted: str, zone: str, order: Order) -> None:
    assert order_for(accepted, zone) == order


def test_a_column_that_shows_its_order_decides_it() -> None:
    assert cells.order_in(["1/2/2027", "13/2/2027"], Order.MONTH_FIRST) == Order.DAY_FIRST
    assert cells.order_in(["1/2/2027", "2/13/2027"], Order.DAY_FIRST) == Order.MONTH_FIRST
    assert cells.order_in(["1/2/2027", "14.2.2027"], Order.MONTH_FIRST) == Order.MONTH_FIRST


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("18:00", (time(18), None)),
        ("18.30", (time(18, 30), None)),
        ("18h30", (time(18, 30), None)),
        ("0930", (time(9, 30), None)),
        ("18:00:00", (time(18), None)),
        ("6 pm", (time(18), None)),
        ("6:30 p.m.", (time(18, 30), None)),
        ("12 am", (time(0), None)),
        ("12pm", (time(12), None)),
        ("24:00", (time(0), None)),
        ("18:00–19:30", (time(18), time(19, 30))),
        ("6-7:30 pm", (time(18), time(19, 30))),
        ("11-1 pm", (time(11), time(13))),
        ("9 to 10", (time(9), time(10))),
        ("18", None),
        ("25:00", None),
        ("13 pm", None),
        ("18:00Z", None),
        ("18:00+01:00", None),
        ("noon", None),
    ],
)
def test_an_hour_is_read_or_not(written: str, span: tuple[time, time | None] | None) -> None:
    assert cells.read_span(written) == span


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("90", 90),
        ("1:30", 90),
        ("01:30:00", 90),
        ("1h30", 90),
        ("1 h 30 min", 90),
        ("1.5 h", 90),
        ("1,5", 90),
        ("2", 120),
        ("45 min", 45),
        ("1 hour", 60),
        ("24:00", 1440),
        ("1441", None),
        ("0:03", None),
        ("0", None),
        ("-90", None),
        ("long", None),
        ("9" * 400, None),
    ],
)
def test_a_length_is_read_or_not(written: str, minutes: int | None) -> None:
    assert cells.read_minutes(written) == minutes


@given(DAYS, st.sampled_from(Order))
def test_a_date_written_plainly_comes_back(on: date, order: Order) -> None:
    slashed = f"{on:%d/%m/%Y}" if order is Order.DAY_FIRST else f"{on:%m/%d/%Y}"
    for written in (on.isoformat(), slashed, f"{on:%d.%m.%Y}", f"{on:%a %d %B %Y}", f"{on:%b %d, %Y}"):
        assert cells.read_date(written, order, TODAY) == on


@given(TIMES)
def test_an_hour_written_plainly_comes_back(at: time) -> None:
    half = "pm" if at.hour >= 12 else "am"
    for written in (f"{at:%H:%M}", f"{at:%H.%M}", f"{at:%H%M}", f"{(at.hour - 1) % 12 + 1}:{at:%M} {half}"):
        assert cells.read_time(written) == at


@given(DAYS, TIMES)
def test_a_date_with_its_hour_is_parted(on: date, at: time) -> None:
    for written in (f"{on} {at:%H:%M}", f"{on}T{at:%H:%M}:00", f"{on:%d/%m/%Y}, {at:%H:%M}"):
        day, hour = cells.parted(written)
        assert cells.read_date(day, Order.DAY_FIRST, TODAY) == on
        assert cells.read_time(hour) == at


@given(TIMES, st.integers(5, 1440))
def test_an_end_says_as_much_as_a_length(start: time, minutes: int) -> None:
    """Past midnight too; a whole day ends when it began."""
    after = start.hour * 60 + start.minute + minutes
    assert cells.minutes_between(start, time(after // 60 % 24, after % 60)) == minutes


@given(st.text(max_size=60))
def test_whatever_stands_in_a_cell_is_read_or_not_and_never_breaks(written: str) -> None:
    for order in Order:
        cells.read_date(written, order, TODAY)
    cells.read_span(written)
    minutes = cells.read_minutes(written)
    assert minutes is None or 5 <= minutes <= 1440
    day, hour = cells.parted(written)
    assert day + hour in written or hour
