"""Days without classes, of a program or of the organisation: added, changed.

Classes that are booked stay as they are; what to do about those that a new holiday hits is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.actions import differing
from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_rules import Off
from eduraise.programs.locking import lock_seen, lock_unarchived
from eduraise.programs.models import Holiday, Program

AHEAD = timedelta(days=2 * 365)


class HolidayTwice(DomainError):
    """The same days have this name already."""

    code = "holiday_twice"


@dataclass(frozen=True)
class Added:
    """What adding came to: holidays that are new, and how many were there already."""

    made: list[Holiday]
    known: int


@transaction.atomic
def add_holidays(
    *, program: Program | None, holidays: Sequence[Off], source: HolidaySource, by: User, now: datetime
) -> Added:
    """Add holidays to a program or, without one, to the organisation; what is there already stays as it is.

    All or none. Raises ProgramArchived, Changed if somebody added one of them this very moment.
    """
    if program is not None:
        program = lock_unarchived(program)
    there = set(_of(program).values_list("starts_on", "ends_on", "name"))
    made = [
        Holiday(
            program=program,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            name=one.name,
            source=source,
            created_at=now,
        )
        for one in holidays
        if (one.starts_on, one.ends_on, one.name) not in there
    ]
    try:
        with transaction.atomic():
            Holiday.objects.bulk_create(made)
    except IntegrityError:
        raise Changed(_("Somebody is adding the same at this moment. Look, and try again.")) from None
    uid = program.uid if program else None
    audit.record_all("holiday.added", by=by, at=now, things=made, program_uid=uid)
    return Added(made, len(holidays) - len(made))


@transaction.atomic
def change_holiday(*, holiday: Holiday, draft: Off, seen_version: int, by: User, now: datetime) -> Holiday:
    """Change a holiday's days or name. seen_version: what the person saw.

    Raises ProgramArchived, HolidayTwice, Changed if it was removed, ChangedMeanwhile.
    """
    if holiday.program is not None:
        lock_unarchived(holiday.program)
    current = lock_seen(Holiday.objects.all(), holiday.pk, seen_version)
    if current.removed_at is not None:
        raise Changed(_("This holiday was removed meanwhile."))
    values = {"starts_on": draft.starts_on, "ends_on": draft.ends_on, "name": draft.name}
    before, after = differing(current, values)
    if not after:
        return current
    for name, value in (values | {"version": seen_version + 1}).items():
        setattr(current, name, value)
    try:
        with transaction.atomic():
            current.save()
    except IntegrityError:
        raise HolidayTwice(_("This holiday is there already."), field="name") from None
    uid = holiday.program.uid if holiday.program else None
    audit.record("holiday.changed", by=by, thing=current, at=now, program_uid=uid, before=before, after=after)
    return current


def window_of(program: Program | None, now: datetime) -> tuple[date, date]:
    """The days for which holidays are taken out of a calendar file: the program's term; as far as that isn't
    given, from today two years ahead."""
    zone = program.zone if program else settings.DEFAULT_ZONE
    today = now.astimezone(ZoneInfo(zone)).date()
    first = (program.starts_on if program else None) or today
    return first, max((program.ends_on if program else None) or first + AHEAD, first)


def _of(program: Program | None) -> models.QuerySet[Holiday]:
    found = Holiday.objects.present()
    return found.filter(program__isnull=True) if program is None else found.filter(program=program)
