"""When teachers are there, asked for many at once: the same two queries for one or for hundreds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from eduraise.accounts.models import User
from eduraise.accounts.reading import named_zone
from eduraise.programs.models import DayOff, TeacherProfile
from eduraise.programs.stated_times import Absence, Hours, Off, StatedTimes


def is_available(teachers: Iterable[User], starts_at: datetime, ends_at: datetime) -> dict[int, bool]:
    """Whether each of these teachers is there for all of the span, by what she states, by her key.

    Whoever states nothing is there. Classes are another question: this says nothing of being busy.
    """
    people = list(teachers)
    away = absences(people, starts_at, ends_at)
    return {person.pk: person.pk not in away for person in people}


def absences(teachers: Iterable[User], starts_at: datetime, ends_at: datetime) -> dict[int, Absence]:
    """Why those are not there that are not, by their keys."""
    found = {person: times.absence(starts_at, ends_at) for person, times in stated_times(teachers).items()}
    return {person: absence for person, absence in found.items() if absence is not None}


def absence_of(teacher: User, starts_at: datetime, ends_at: datetime) -> Absence | None:
    """Why one teacher is not there for all of the span; None if she is, or states nothing."""
    return absences([teacher], starts_at, ends_at).get(teacher.pk)


def stated_times(teachers: Iterable[User]) -> dict[int, StatedTimes]:
    """What each of these people states of her time, by her key; who is no teacher here states nothing.

    For whoever asks of many times: read once, then ask `StatedTimes.absence`.
    """
    people = list(teachers)
    zones: dict[int, str] = {}
    hours: dict[int, list[Hours]] = defaultdict(list)
    rows = TeacherProfile.objects.filter(person__in=people).values_list(
        "person_id", "hours_zone", "person__zone", "hours__weekday", "hours__from_time", "hours__to_time"
    )
    for person, hours_zone, own_zone, weekday, since, until in rows:
        zones[person] = hours_zone or own_zone
        if weekday is not None:
            hours[person].append(Hours(weekday, since, until))
    days: dict[int, list[Off]] = defaultdict(list)
    off = DayOff.objects.present().filter(profile__person__in=people).in_order()
    for person, first, last, note in off.values_list("profile__person", "starts_on", "ends_on", "note"):
        days[person].append(Off(first, last, note))
    return {
        person: StatedTimes(zone, tuple(sorted(hours[person])), tuple(days[person]))
        for person, zone in zones.items()
    }


@dataclass(frozen=True)
class Away:
    """Days off as instants: until_at is the first one after them."""

    person: User
    from_at: datetime
    until_at: datetime


def away_on(days: DayOff) -> Away:
    """From when until when a teacher is off."""
    place = named_zone(zone_of(days.profile))
    first, after = days.starts_on, days.ends_on + timedelta(days=1)
    return Away(
        days.profile.person,
        datetime.combine(first, time(), place),
        datetime.combine(after, time(), place),
    )


def zone_of(profile: TeacherProfile) -> str:
    """The zone whose clocks her hours and days off are meant by: the one she gave them in, else her own."""
    return profile.hours_zone or profile.person.zone
