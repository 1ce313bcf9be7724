"""What a new class is likely to be, so that its form opens filled in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.times import WRITTEN, zone_named
from eduraise.programs.models import Program

USUAL_MINUTES = 60


def suggest_topic(program: Program) -> str:
    """The program's title and the number that this class would have in it."""
    number = ClassSession.objects.not_cancelled().filter(program=program).count() + 1
    title = program.title if len(program.title) <= 120 else program.code
    return _("%(program)s, class %(number)d") % {"program": title, "number": number}


def suggest_start(program: Program, teacher: User, now: datetime) -> tuple[datetime, int]:
    """A wall time in the program's zone and a length: a week after this teacher's latest class there, as
    long as it; without one, the first full hour that gives enough notice."""
    asked = program.class_settings
    latest = (
        ClassSession.objects.not_cancelled()
        .filter(program=program, teacher=teacher)
        .order_by("-starts_at")
        .first()
    )
    place = zone_named(program.zone)
    soonest = (now + timedelta(minutes=asked.notice_minutes)).astimezone(place).replace(tzinfo=None)
    if latest is not None:
        # by the wall, so that a weekly class keeps its hour through a clock change
        start = datetime.strptime(latest.local_start, WRITTEN) + timedelta(weeks=1)  # noqa: DTZ007
        while start < soonest:
            start += timedelta(weeks=1)
        return start, latest.minutes
    hour = soonest.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return hour, min(max(USUAL_MINUTES, asked.shortest_minutes), asked.longest_minutes)
