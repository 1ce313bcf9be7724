"""A series' rule in Zoom's terms, or no rule at all."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoomclient import Recurrence
from zoomclient.recurrence import zoom_weekday

UNTIL = datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        (Recurrence.daily(times=5), {"type": 1, "repeat_interval": 1, "end_times": 5}),
        (
            Recurrence.weekly([5, 1, 1], every=2, until=UNTIL),
            {
                "type": 2,
                "repeat_interval": 2,
                "weekly_days": "2,6",
                "end_date_time": "2026-06-30T22:00:00Z",
            },
        ),
        (
            Recurrence.monthly_on_day(31, times=3),
            {"type": 3, "repeat_interval": 1, "monthly_day": 31, "end_times": 3},
        ),
        (
            Recurrence.monthly_on_weekday(-1, 7, times=3),
            {"type": 3, "repeat_interval": 1, "monthly_week": -1, "monthly_week_day": 1, "end_times": 3},
        ),
    ],
)
def test_a_rule_is_written_as_zoom_wants_it(rule: Recurrence, body: dict[str, Any]) -> None:
    assert rule.body() == body


@given(st.dates())
def test_zoom_counts_weekdays_from_sunday(day: date) -> None:
    assert zoom_weekday(day.isoweekday()) == int(day.strftime("%w")) + 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: Recurrence.daily(),
        lambda: Recurrence.daily(times=1, until=UNTIL),
        lambda: Recurrence.daily(times=0),
        lambda: Recurrence.daily(times=61),
        lambda: Recurrence.daily(times=1, every=0),
        lambda: Recurrence.daily(times=1, every=100),
        lambda: Recurrence.daily(until=datetime(2026, 6, 30)),  # noqa: DTZ001
        lambda: Recurrence.weekly([], times=1),
        lambda: Recurrence.weekly([8], times=1, every=51),
        lambda: Recurrence.monthly_on_day(0, times=1),
        lambda: Recurrence.monthly_on_day(32, times=1),
        lambda: Recurrence.monthly_on_weekday(5, 1, times=1),
        lambda: Recurrence.monthly_on_weekday(0, 1, times=1),
        lambda: Recurrence(type=3, times=1),
        lambda: Recurrence(type=3, times=1, month_day=1, month_week=1, month_weekday=1),
        lambda: Recurrence(type=3, times=1, month_day=1, month_week=1),
        lambda: Recurrence(type=1, times=1, weekdays=(2,)),
        lambda: Recurrence(type=2, times=1, weekdays=(9,)),
        lambda: Recurrence(type=4, times=1),
    ],
)
def test_a_rule_that_zoom_would_refuse_or_guess_is_none(make: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        make()
