"""What the last look at Zoom before a class came to, as long as nothing has changed since."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from eduraise.classes.enums import ClassState
from eduraise.classes.models import ClassSession, Difference


def is_told(session: ClassSession, now: datetime) -> bool:
    """Whether that look says how a class of `with_states` stands: it is ahead and booked, and wasn't changed
    since."""
    occurrence = session.occurrence
    if occurrence is None or occurrence.checked_at is None or now >= session.starts_at:
        return False
    return session.shown_state == ClassState.BOOKED and occurrence.checked_at >= session.changed_at


def found_nothing(session: ClassSession) -> bool:
    """Whether there was nothing to mend."""
    occurrence = session.occurrence
    return occurrence is not None and not (
        occurrence.check_codes or occurrence.meeting.left_open or occurrence.seats_short
    )


def with_settled(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """The same classes with `settled_since`: whether what differed at that look was settled after it."""
    since = Difference.objects.filter(session=OuterRef("pk"), at__gt=OuterRef("occurrence__checked_at"))
    added = {"settled_since": Exists(since)}
    return classes.annotate(**added)


def look_of(session: ClassSession, now: datetime) -> bool | None:
    """Of a class of `with_states` and `with_settled`: whether everything is ready at Zoom, None where that
    isn't known, or by now otherwise."""
    if not is_told(session, now) or session.attention:
        return None
    assert session.occurrence is not None
    if found_nothing(session):
        return None if session.occurrence.meeting.missing_reads else True
    return None if session.settled_since else False
