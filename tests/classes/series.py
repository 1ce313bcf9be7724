"""Series as tests want them: some weeks of Thursdays at ten by Madrid's clocks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from eduraise.classes.serial import DatedClass, Scheduled, SeriesDraft, schedule_series
from eduraise.classes.times import read_local
from tests.school import School

ZONE = "Europe/Madrid"
TEN = time(10)


def thursdays(school: School, number: int, every_weeks: int = 1) -> list[date]:
    """The next Thursdays, beginning with the one after the next seven days."""
    first = school.now.date() + timedelta(days=7)
    first += timedelta(days=(3 - first.weekday()) % 7)
    return [first + timedelta(weeks=every_weeks * turn) for turn in range(number)]


def at(on: date, hour: time = TEN, zone: str = ZONE) -> datetime:
    """The instant of a local hour."""
    return read_local(datetime.combine(on, hour), zone).at


def draft(school: School, days: list[date], **changes: Any) -> SeriesDraft:
    """A series of hour-long classes on these days."""
    values: dict[str, Any] = {
        "program": school.program,
        "teacher": school.tariq,
        "topic": "Algebra on Thursdays",
        "zone": ZONE,
        "local_start": TEN,
        "duration": timedelta(hours=1),
        "every_weeks": 1,
        "classes": [DatedClass(on, at(on), f"Class {place}") for place, on in enumerate(days, 1)],
    }
    return SeriesDraft(**(values | changes))


def plan(school: School, days: list[date], **changes: Any) -> Scheduled:
    """The same, planned by its teacher."""
    by = changes.get("teacher", school.tariq)
    return schedule_series(by=by, draft=draft(school, days, **changes), now=school.now)
