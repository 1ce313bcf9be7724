"""What a new class is likely to be, so that its form opens filled in."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.rules import allows_time
from eduraise.classes.times import WRITTEN, Kind, read_local, zone_named
from eduraise.programs.models import Program

USUAL_MINUTES = 60
# Nobody means a class at midnight who didn't say so
DAY_BEGINS, DAY_ENDS = time(8), time(20)
AHEAD_HOURS = 8 * 24


def suggest_topic(program: Program) -> str:
    """The program's title and the number that this class would have in it."""
    number = ClassSession.objects.not_cancelled().filter(program=program).count() + 1
    title = program.title if len(program.title) <= 120 else program.code
    return _("%(program)s, class %(number)d") % {"program": title, "number": number}


def suggest_start(program: Program, teacher: User, now: datetime) -> tuple[datetime, int]:
    """A wall time in the program's zone and a length: a week after this teacher's latest class there, as
    long as it; without one, the first full hour by day that gives enough notice. Always at a weekday and hour
    that the program allows, if there is one within eight days."""
    asked = program.class_settings
    latest = (
        ClassSession.objects.not_cancelled()
        .filter(program=program, teacher=teacher)
        .order_by("-starts_at")
        .first()
    )
    place = zone_named(program.zone)
    soonest = (now + timedelta(minutes=asked.notice_minutes)).astimezone(place).replace(tzinfo=None)
    minutes = min(
        max(latest.minutes if latest else USUAL_MINUTES, asked.shortest_minutes), asked.longest_minutes
    )
    if latest is not None:
        # by the wall, so that a weekly class keeps its hour through a clock change
        start = datetime.strptime(latest.local_start, WRITTEN) + timedelta(weeks=1)  # noqa: DTZ007
        while start < soonest:
            start += timedelta(weeks=1)
        if _is_allowed(program, start, minutes):
            return start, minutes
    return _first_allowed(program, soonest, minutes), minutes


def _first_allowed(program: Program, soonest: datetime, minutes: int) -> datetime:
    """The first full hour, or opening time, from `soonest` on at which the program has classes: by day, else
    at any hour; the first of all where it has none."""
    first = soonest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    starts = {first + timedelta(hours=number) for number in range(AHEAD_HOURS)}
    opens = program.class_settings.from_time
    if opens is not None:
        starts |= {datetime.combine(start.date(), opens) for start in starts}
    good = [each for each in sorted(starts) if each > soonest and _is_allowed(program, each, minutes)]
    by_day = [each for each in good if DAY_BEGINS <= each.time() < DAY_ENDS]
    return next(iter(by_day + good), first)


def _is_allowed(program: Program, wall: datetime, minutes: int) -> bool:
    reading = read_local(wall, program.zone)
    exists = reading.kind is not Kind.SKIPPED
    return exists and allows_time(program, reading.at, reading.at + timedelta(minutes=minutes))
