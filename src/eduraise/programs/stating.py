"""A teacher states when she is there; an admin may do it for her. Booked classes stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.models import AvailableHours, DayOff, TeacherProfile
from eduraise.programs.stated_times import Hours

DAY_MINUTES = 24 * 60
MOST_DAYS = 366


class DaysOffUnfit(DomainError):
    """Days in the wrong order, or more of them than anybody is off."""

    code = "days_off_unfit"


@transaction.atomic
def add_hours(
    *, profile: TeacherProfile, weekdays: Iterable[int], since: time, until: time, by: User, now: datetime
) -> None:
    """State that a teacher is there from `since` to `until` on these weekdays, beside what is stated already.

    Spans of a day that touch or overlap become one. The first hours settle whose clocks are meant: those of
    her own zone. until at or before since: on the next day.
    """
    locked = _locked(profile)
    before = _stated(locked)
    if not before:
        locked.hours_zone = locked.person.zone
        locked.save(update_fields=["hours_zone"])
    for weekday in sorted(set(weekdays)):
        there = [one for one in before if one.weekday == weekday]
        _write(locked, weekday, joined(there, Hours(weekday, since, until)))
    _note("hours.changed", locked, before, by, now)


@transaction.atomic
def remove_hours(*, profile: TeacherProfile, hours: Hours, by: User, now: datetime) -> None:
    """Take a span out of what a teacher states. Raises Changed if it isn't there (any more)."""
    locked = _locked(profile)
    before = _stated(locked)
    gone, _rows = AvailableHours.objects.filter(
        profile=locked, weekday=hours.weekday, from_time=hours.since, to_time=hours.until
    ).delete()
    if not gone:
        raise Changed(_("This was removed already."))
    _note("hours.changed", locked, before, by, now)


@transaction.atomic
def use_own_zone(*, profile: TeacherProfile, by: User, now: datetime) -> None:
    """Read a teacher's hours by the clocks of the zone that she has now, with the same figures."""
    locked = _locked(profile)
    former, locked.hours_zone = locked.hours_zone, locked.person.zone
    locked.save(update_fields=["hours_zone"])
    audit.record(
        "hours.zone_changed",
        by=by,
        thing=locked.person,
        at=now,
        before={"zone": former},
        after={"zone": locked.hours_zone},
    )


@transaction.atomic
def add_days_off(
    *, profile: TeacherProfile, starts_on: date, ends_on: date, note: str, by: User, now: datetime
) -> DayOff:
    """State that a teacher is off, first and last day included. Raises DaysOffUnfit."""
    if starts_on > ends_on:
        raise DaysOffUnfit(_("The last day must not be before the first."), field="ends_on")
    if (ends_on - starts_on).days >= MOST_DAYS:
        raise DaysOffUnfit(_("That is more than a year. Check the dates."), field="ends_on")
    made = DayOff.objects.create(
        profile=profile, starts_on=starts_on, ends_on=ends_on, note=note.strip(), created_at=now
    )
    audit.record("day_off.added", by=by, thing=profile.person, at=now, after=_days(made))
    return made


@transaction.atomic
def remove_days_off(*, days: DayOff, by: User, now: datetime) -> None:
    """Take days off back; it can be undone. Raises Changed if that was done already."""
    if not DayOff.objects.present().filter(pk=days.pk).update(removed_at=now):
        raise Changed(_("This was removed already."))
    audit.record("day_off.removed", by=by, thing=days.profile.person, at=now, before=_days(days))


@transaction.atomic
def bring_back_days_off(*, days: DayOff, by: User, now: datetime) -> None:
    """Undo a removal. Raises Changed if they are there already."""
    if not DayOff.objects.filter(pk=days.pk, removed_at__isnull=False).update(removed_at=None):
        raise Changed(_("This is there already."))
    audit.record("day_off.brought_back", by=by, thing=days.profile.person, at=now, after=_days(days))


def joined(there: Sequence[Hours], new: Hours) -> list[Hours]:
    """The spans of one weekday with a new one, those that touch or overlap made one as far as that is no more
    than a day."""
    since, until = _minutes(new)
    rest = []
    for one in sorted(there):
        first, last = _minutes(one)
        both = (min(first, since), max(last, until))
        if first <= until and since <= last and both[1] - both[0] <= DAY_MINUTES:
            since, until = both
        else:
            rest.append(one)
    return sorted([*rest, Hours(new.weekday, _clock(since), _clock(until))])


def _minutes(hours: Hours) -> tuple[int, int]:
    since = hours.since.hour * 60 + hours.since.minute
    until = hours.until.hour * 60 + hours.until.minute
    return since, until if until > since else until + DAY_MINUTES


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _locked(profile: TeacherProfile) -> TeacherProfile:
    rows = TeacherProfile.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    return rows.get(pk=profile.pk)


def _stated(profile: TeacherProfile) -> list[Hours]:
    rows = AvailableHours.objects.filter(profile=profile)
    return sorted(Hours(*row) for row in rows.values_list("weekday", "from_time", "to_time"))


def _write(profile: TeacherProfile, weekday: int, hours: Iterable[Hours]) -> None:
    AvailableHours.objects.filter(profile=profile, weekday=weekday).delete()
    AvailableHours.objects.bulk_create(
        AvailableHours(profile=profile, weekday=weekday, from_time=one.since, to_time=one.until)
        for one in hours
    )


def _note(verb: str, profile: TeacherProfile, before: Iterable[Hours], by: User, now: datetime) -> None:
    after = _stated(profile)
    audit.record(
        verb,
        by=by,
        thing=profile.person,
        at=now,
        before={"hours": [_written(one) for one in before]},
        after={"hours": [_written(one) for one in after]},
    )


def _written(hours: Hours) -> str:
    return f"{hours.weekday} {hours.since:%H:%M}-{hours.until:%H:%M}"


def _days(days: DayOff) -> dict[str, str]:
    # without the note: the log is read by more people than it is for
    return {"starts_on": days.starts_on.isoformat(), "ends_on": days.ends_on.isoformat()}
