"""What a program lets happen by itself when a meeting is changed in Zoom: ours comes back, or Zoom’s time
is taken. What can't be decided so is left to people, as everything is where the program says so.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet

from eduraise.classes import differences
from eduraise.classes.enums import DifferenceField, DifferenceState
from eduraise.classes.models import ClassSession, Difference
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Differences

# Whoever changes it in Zoom again and again means it: then people decide
MOST_A_DAY = 3
ACTS = {
    (Differences.RESTORE, DifferenceField.TIME): differences.restore_ours,
    (Differences.RESTORE, DifferenceField.GONE): differences.book_again,
    (Differences.KEEP, DifferenceField.TIME): differences.take_zooms_time,
}
log = structlog.get_logger(__name__)


def decide_due(now: datetime, limit: int = 20) -> Counter[str]:
    """Settle by their programs' rules what was noticed; what was done, counted. Each is tried once."""
    done: Counter[str] = Counter()
    for difference in list(due(now)[:limit]):
        if Difference.objects.filter(pk=difference.pk, decided_at__isnull=True).update(decided_at=now):
            done[_decide(difference, now)] += 1
    return done


def due(now: datetime) -> QuerySet[Difference]:
    """Differences that a program's rule is still to be tried on; until then nobody is told of them."""
    return (
        Difference.objects.filter(
            state=DifferenceState.OPEN,
            decided_at__isnull=True,
            session__cancelled_at__isnull=True,
            session__ends_at__gt=now,
            session__program__archived_at__isnull=True,
        )
        .exclude(session__program__class_settings__differences_by_itself=Differences.ASK)
        .select_related("session__program__class_settings")
        .order_by("pk")
    )


def settled_since(since: datetime) -> QuerySet[Difference]:
    """What rules have set back since then."""
    return Difference.objects.filter(
        state=DifferenceState.RESTORED, by__isnull=True, decided_at__isnull=False, at__gt=since
    )


def _decide(difference: Difference, now: datetime) -> str:
    session = difference.session
    rule = session.program.class_settings.differences_by_itself
    act = ACTS.get((Differences(rule), DifferenceField(difference.field)))
    if act is None or _often(session, now):
        return "left to people"
    try:
        act(session=session, seen_version=session.version, by=None, now=now)
    except DomainError as problem:
        log.info("left to people", session=str(session.uid), reason=problem.code)
        return "left to people"
    return "settled"


def _often(session: ClassSession, now: datetime) -> bool:
    """Whether it was settled by itself several times within a day."""
    settled = Difference.objects.filter(
        session=session, by__isnull=True, decided_at__gt=now - timedelta(days=1)
    ).exclude(state__in=(DifferenceState.OPEN, DifferenceState.GONE))
    return settled.count() >= MOST_A_DAY
