"""Where classes stand in a week's columns, and which days a view shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduraise.calendars.layout import MOST_LANES, Block, Piece, hours_of, lay_out, piece_of
from eduraise.calendars.spans import AGENDA, DAY, MONTH, WEEK, span_of

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = date(2026, 3, 2)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=MADRID).astimezone(UTC)


def test_a_class_takes_the_quarters_of_its_hours() -> None:
    assert piece_of("x", at(18), at(19, 30), MONDAY, MADRID) == Piece("x", 72, 78)
    assert piece_of("x", at(18, 5), at(18, 50), MONDAY, MADRID) == Piece("x", 72, 76)
    assert piece_of("x", at(18), at(19), MONDAY + timedelta(days=1), MADRID) is None


def test_a_short_one_is_high_enough_to_be_read() -> None:
    assert piece_of("x", at(18), at(18, 5), MONDAY, MADRID) == Piece("x", 72, 74)
    assert piece_of("x", at(23, 55), at(0, 0, day=3), MONDAY, MADRID) == Piece("x", 94, 96)


def test_one_over_midnight_stands_on_both_days() -> None:
    hours = (at(23), at(1, day=3))

    assert piece_of("x", *hours, MONDAY, MADRID) == Piece("x", 92, 96)
    assert piece_of("x", *hours, MONDAY + timedelta(days=1), MADRID) == Piece("x", 0, 4)
    assert piece_of("x", at(22), at(0, day=3), MONDAY + timedelta(days=1), MADRID) is None


def test_on_days_when_clocks_change_hours_are_those_that_clocks_show() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    one = datetime(2026, 3, 29, 16, tzinfo=UTC)
    other = datetime(2026, 10, 25, 17, tzinfo=UTC)

    assert piece_of("x", one, one + timedelta(hours=1), spring, MADRID) == Piece("x", 72, 76)
    assert piece_of("x", other, other + timedelta(hours=1), autumn, MADRID) == Piece("x", 72, 76)


def test_overlapping_ones_share_the_width_and_others_have_it_alone() -> None:
    blocks = lay_out([Piece("a", 40, 44), Piece("b", 42, 46), Piece("c", 44, 48), Piece("d", 60, 64)])

    assert [(one.thing, one.lane, one.lanes) for one in blocks] == [
        *(("a", 1, 2), ("b", 2, 2), ("c", 1, 2), ("d", 1, 1)),
    ]


def test_of_more_than_three_two_are_shown_and_the_rest_is_counted() -> None:
    blocks = lay_out([Piece(name, 40, 44) for name in "abcde"])

    assert [(one.thing, one.lane) for one in blocks] == [("a", 1), ("b", 2), (None, 3)]
    assert blocks[-1] == Block(None, 40, 4, 3, 3, more=3)


@given(
    st.lists(
        st.tuples(st.integers(min_value=0, max_value=90), st.integers(min_value=2, max_value=40)), max_size=30
    )
)
def test_no_two_blocks_cover_each_other_and_none_is_lost(hours: list[tuple[int, int]]) -> None:
    pieces = [Piece(n, start, min(96, start + length)) for n, (start, length) in enumerate(hours)]
    blocks = lay_out(pieces)

    for n, one in enumerate(blocks):
        for other in blocks[n + 1 :]:
            apart = one.start + one.length <= other.start or other.start + other.length <= one.start
            beside = one.lanes == other.lanes and one.lane != other.lane
            assert apart or beside
    assert sum(one.more for one in blocks) + sum(one.thing is not None for one in blocks) == len(pieces)
    assert all(1 <= one.lane <= one.lanes <= MOST_LANES for one in blocks)


def test_the_hours_reach_as_far_as_the_classes() -> None:
    assert hours_of([]) == (8, 18)
    assert hours_of([Piece("x", 30, 32), Piece("y", 78, 81)]) == (6, 21)
    assert hours_of([Piece("x", 40, 44), Piece("y", 72, 78)]) == (9, 20)
    # a few hours around those of a short day, towards the evening
    assert hours_of([Piece("x", 40, 44)]) == (9, 17)
    assert hours_of([Piece("x", 72, 78)]) == (14, 22)
    assert hours_of([Piece("x", 92, 96)]) == (16, 24)
    assert hours_of([Piece("x", 0, 4)]) == (0, 8)
    assert hours_of([Piece("x", 72, 78)], all_day=True) == (0, 24)


def test_a_week_begins_as_its_reader_is_used_to() -> None:
    wednesday = date(2026, 3, 4)
    begins = [span_of(WEEK, wednesday, first).begins_on for first in (0, 6, 5)]

    assert begins == [date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 28)]
    week = span_of(WEEK, wednesday, 0)
    assert (week.earlier, week.later, len(week.days)) == (date(2026, 2, 23), date(2026, 3, 9), 7)


def test_a_month_is_shown_in_whole_weeks() -> None:
    march = span_of(MONTH, date(2026, 3, 15), 0)

    assert (march.begins_on, march.ends_on) == (date(2026, 2, 23), date(2026, 4, 6))
    assert [len(week) for week in march.weeks] == [7] * 6
    assert (march.earlier, march.later) == (date(2026, 2, 1), date(2026, 4, 1))
    assert len(span_of(MONTH, date(2027, 2, 10), 0).weeks) == 4


def test_a_list_goes_on_where_it_ended() -> None:
    ahead, day = span_of(AGENDA, MONDAY, 0), span_of(DAY, MONDAY, 0)

    assert (ahead.begins_on, ahead.ends_on, ahead.later) == (MONDAY, date(2026, 3, 30), date(2026, 3, 30))
    assert day.days == [MONDAY]


@pytest.mark.parametrize("view", [WEEK, MONTH, AGENDA, DAY])
@pytest.mark.parametrize("on", [date.min, date.max, date(2028, 2, 29), date(2026, 12, 31)])
def test_any_day_can_be_asked_for(view: str, on: date) -> None:
    span = span_of(view, on, 6)

    assert span.earlier < span.on < span.later or view == WEEK
    assert span.begins_on <= span.on < span.ends_on
