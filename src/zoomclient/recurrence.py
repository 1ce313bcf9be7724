"""When a series meets, in Zoom's terms (type 8 only), checked before it is sent.

Zoom regenerates occurrence ids when a recurrence is changed; it is always sent whole.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from zoomclient.start_time import utc

MAX_OCCURRENCES = 60
"""Of `end_times`. Zoom's older pages and its text about occurrences say 50."""


class RecurrenceType(IntEnum):
    DAILY = 1
    WEEKLY = 2
    MONTHLY = 3


LONGEST_INTERVAL = {RecurrenceType.DAILY: 99, RecurrenceType.WEEKLY: 50, RecurrenceType.MONTHLY: 10}


def zoom_weekday(isoweekday: int) -> int:
    """Python's isoweekday (Monday 1 … Sunday 7) as Zoom counts (Sunday 1 … Saturday 7)."""
    return isoweekday % 7 + 1


class Recurrence(BaseModel):
    """Make one with `daily`, `weekly`, `monthly_on_day` or `monthly_on_weekday`.

    It ends after `times` sittings, or with the last one not later than `until` (aware): exactly one of them.
    Raises pydantic's ValidationError (a ValueError) where Zoom would refuse or guess.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: RecurrenceType
    every: int = Field(default=1, ge=1)
    weekdays: tuple[int, ...] = ()
    month_day: int | None = Field(default=None, ge=1, le=31)
    month_week: int | None = None
    month_weekday: int | None = Field(default=None, ge=1, le=7)
    times: int | None = Field(default=None, ge=1, le=MAX_OCCURRENCES)
    until: AwareDatetime | None = None

    @classmethod
    def daily(cls, *, every: int = 1, times: int | None = None, until: datetime | None = None) -> Self:
        return cls(type=RecurrenceType.DAILY, every=every, times=times, until=until)

    @classmethod
    def weekly(
        cls,
        isoweekdays: Iterable[int],
        *,
        every: int = 1,
        times: int | None = None,
        until: datetime | None = None,
    ) -> Self:
        """isoweekdays: Monday 1 … Sunday 7, as `date.isoweekday()` has them."""
        weekdays = tuple(sorted(zoom_weekday(day) for day in set(isoweekdays)))
        return cls(type=RecurrenceType.WEEKLY, every=every, weekdays=weekdays, times=times, until=until)

    @classmethod
    def monthly_on_day(
        cls, day: int, *, every: int = 1, times: int | None = None, until: datetime | None = None
    ) -> Self:
        return cls(type=RecurrenceType.MONTHLY, every=every, month_day=day, times=times, until=until)

    @classmethod
    def monthly_on_weekday(
        cls,
        week: int,
        isoweekday: int,
        *,
        every: int = 1,
        times: int | None = None,
        until: datetime | None = None,
    ) -> Self:
        """week: 1 to 4, or -1 for the last of the month."""
        return cls(
            type=RecurrenceType.MONTHLY,
            every=every,
            month_week=week,
            month_weekday=zoom_weekday(isoweekday),
            times=times,
            until=until,
        )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.times is None) == (self.until is None):
            raise ValueError("A series ends after a number of times or at a moment: one of them.")
        if self.every > LONGEST_INTERVAL[self.type]:
            raise ValueError(f"Zoom's longest interval of this kind is {LONGEST_INTERVAL[self.type]}.")
        if (self.type is RecurrenceType.WEEKLY) != bool(self.weekdays):
            raise ValueError("Weekdays belong to a weekly series, and it needs one.")
        if not set(self.weekdays) <= set(range(1, 8)):
            raise ValueError("Weekdays are 1 to 7.")
        if (self.type is RecurrenceType.MONTHLY) != self._has_month_rule():
            raise ValueError("A day of the month, or a week and a weekday, belong to a monthly series.")
        return self

    def _has_month_rule(self) -> bool:
        by_day = self.month_day is not None
        by_week = self.month_week in (-1, 1, 2, 3, 4) and self.month_weekday is not None
        half = (self.month_week is None) != (self.month_weekday is None)
        return by_day != by_week and not half

    def body(self) -> dict[str, Any]:
        """As Zoom wants it."""
        fields: dict[str, Any] = {
            "type": int(self.type),
            "repeat_interval": self.every,
            "weekly_days": ",".join(str(day) for day in self.weekdays),
            "monthly_day": self.month_day,
            "monthly_week": self.month_week,
            "monthly_week_day": self.month_weekday,
            "end_times": self.times,
            "end_date_time": utc(self.until) if self.until else None,
        }
        return {name: value for name, value in fields.items() if value not in (None, "")}
