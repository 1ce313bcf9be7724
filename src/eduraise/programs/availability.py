"""When teachers are there, asked for many at once: the same three queries for one or for hundreds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from eduraise.accounts.models import User
from eduraise.programs.models import AvailableHours, DayOff, TeacherProfile
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
    profiles = list(TeacherProfile.objects.filter(person__in=list(teachers)).select_related("person"))
    keys = [profile.pk for profile in profiles]
    hours: dict[int, list[Hours]] = defaultdict(list)
    rows = AvailableHours.objects.filter(profile__in=keys)
    for key, weekday, since, until in rows.values_list("profile", "weekday", "from_time", "to_time"):
        hours[key].append(Hours(weekday, since, until))
    days: dict[int, list[Off]] = defaultdict(list)
    off = DayOff.objects.present().filter(profile__in=keys).in_order()
    for key, first, last, note in off.values_list("profile", "starts_on", "ends_on", "note"):
        days[key].append(Off(first, last, note))
    return {
        profile.person_id: StatedTimes(
            zone_of(profile), tuple(sorted(hours[profile.pk])), tuple(days[profile.pk])
        )
        for profile in profiles
    }


def zone_of(profile: TeacherProfile) -> str:
    """The zone whose clocks her hours and days off are meant by: the one she gave them in, else her own."""
    return profile.hours_zone or profile.person.zone
