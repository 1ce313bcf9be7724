"""What tests have teachers state: hours of the week and days off."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from eduraise.accounts.models import User
from eduraise.programs.models import AvailableHours, DayOff, TeacherProfile
from eduraise.programs.stated_times import Hours

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, SUNDAY = 1, 2, 3, 4, 7


def hours(*spans: tuple[int, str, str]) -> tuple[Hours, ...]:
    """Spans of the week: weekday, from, to."""
    return tuple(
        Hours(day, time.fromisoformat(since), time.fromisoformat(until)) for day, since, until in spans
    )


def states(person: User, zone: str = "", *spans: tuple[int, str, str]) -> TeacherProfile:
    """A teacher who can teach then, on the clocks of a zone (empty: her own)."""
    profile = TeacherProfile.objects.get(person=person)
    TeacherProfile.objects.filter(pk=profile.pk).update(hours_zone=zone)
    AvailableHours.objects.bulk_create(
        AvailableHours(profile=profile, weekday=one.weekday, from_time=one.since, to_time=one.until)
        for one in hours(*spans)
    )
    return profile


def off(person: User, first: str, last: str, *, now: datetime, **fields: Any) -> DayOff:
    """A teacher who is off on these days."""
    return DayOff.objects.create(
        profile=TeacherProfile.objects.get(person=person),
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last),
        created_at=now,
        **fields,
    )
