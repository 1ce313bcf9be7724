"""Booked classes that fall on a holiday: found for whoever may change them, until they were moved, cancelled
or kept there on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession, KeptOnHoliday
from eduraise.classes.queries import changeable_by
from eduraise.classes.times import zone_named
from eduraise.core import audit
from eduraise.core.hooks import OnHoliday
from eduraise.programs.enums import Permission
from eduraise.programs.models import Holiday, Program


def booked_on(holiday: Holiday, reader: User, now: datetime) -> QuerySet[ClassSession]:
    """The coming classes on a holiday's days that the reader may change and that nobody kept there."""
    return _coming(reader, now).filter(_on(holiday, _zones(now)) & ~_is_kept(holiday))


def kept_on(holiday: Holiday, reader: User, now: datetime) -> QuerySet[ClassSession]:
    """Those that were kept there."""
    return _coming(reader, now).filter(_on(holiday, _zones(now)) & _is_kept(holiday))


def on_holidays(holidays: Sequence[Holiday], reader: User, now: datetime) -> list[OnHoliday]:
    """How many there are of each of several holidays, those with none left out; three queries."""
    coming = [one for one in holidays if one.ends_on >= now.date() - timedelta(days=1)]
    if not coming or not reader.is_active:
        return []
    zones = _zones(now)
    numbers = {
        f"on_{one.pk}": Count("pk", filter=_on(one, zones) & ~_is_kept(one), distinct=True) for one in coming
    }
    near = Q(
        starts_at__gte=_midnight(min(one.starts_on for one in coming), "UTC") - timedelta(days=1),
        starts_at__lt=_midnight(max(one.ends_on for one in coming), "UTC") + timedelta(days=2),
    )
    found = _coming(reader, now).filter(near).aggregate(**numbers)
    return [
        OnHoliday(one.uid, number, reverse("classes:on_holiday", args=[one.uid]))
        for one in coming
        if (number := found[f"on_{one.pk}"])
    ]


@transaction.atomic
def keep_on(*, holiday: Holiday, sessions: Iterable[ClassSession], by: User | None, now: datetime) -> int:
    """Keep classes on a holiday: as long as they stay when they are nobody is asked about them again."""
    rows = [
        KeptOnHoliday(holiday=holiday, session=one, starts_at=one.starts_at, by=by, at=now)
        for one in sessions
    ]
    KeptOnHoliday.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record_all("class.kept_on_holiday", by=by, at=now, things=[row.session for row in rows])
    return len(rows)


def ask_again(*, holiday: Holiday, sessions: Iterable[ClassSession]) -> int:
    """Ask about classes again that were kept on a holiday; how many."""
    return KeptOnHoliday.objects.filter(holiday=holiday, session__in=list(sessions)).delete()[0]


def keep_planned(*, sessions: Sequence[ClassSession], by: User | None, now: datetime) -> None:
    """Keep classes on whichever holidays they were planned knowingly; of one program."""
    if not sessions:
        return
    program = sessions[0].program
    zone = zone_named(program.zone)
    days = {one.pk: one.starts_at.astimezone(zone).date() for one in sessions}
    of_program = Q(program__isnull=True) | Q(program=program)
    holidays = Holiday.objects.present().filter(of_program).touching(min(days.values()), max(days.values()))
    for holiday in holidays:
        there = [one for one in sessions if holiday.starts_on <= days[one.pk] <= holiday.ends_on]
        keep_on(holiday=holiday, sessions=there, by=by, now=now)


def _coming(reader: User, now: datetime) -> QuerySet[ClassSession]:
    return changeable_by(reader, Permission.EDIT, now).filter(cancelled_at__isnull=True, starts_at__gt=now)


def _zones(now: datetime) -> list[str]:
    """The zones of programs that have classes to come."""
    coming = ClassSession.objects.coming(now).filter(program=OuterRef("pk"))
    found = Program.objects.unarchived().filter(Exists(coming))
    return list(found.order_by("zone").values_list("zone", flat=True).distinct())


def _on(holiday: Holiday, zones: Iterable[str]) -> Q:
    """Beginning on one of its days, by the clocks of their program."""
    by_zone = Q(pk__in=[])
    for zone in zones:
        by_zone |= Q(
            program__zone=zone,
            starts_at__gte=_midnight(holiday.starts_on, zone),
            starts_at__lt=_midnight(holiday.ends_on + timedelta(days=1), zone),
        )
    return by_zone if holiday.program_id is None else by_zone & Q(program=holiday.program_id)


def _midnight(on: date, zone: str) -> datetime:
    return datetime.combine(on, time(), zone_named(zone)).astimezone(UTC)


def _is_kept(holiday: Holiday) -> Q:
    kept = KeptOnHoliday.objects.filter(
        holiday=holiday, session=OuterRef("pk"), starts_at=OuterRef("starts_at")
    )
    return Q(Exists(kept))
