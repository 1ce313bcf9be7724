"""What the demo's school has of classes that are on: one whose teacher is missing, groups for the next one,
what is said to students before and after."""

from __future__ import annotations

from datetime import datetime, timedelta

from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.live.alarms import alarm_due
from eduraise.live.groups import make_groups
from eduraise.live.handouts import say_to_students
from eduraise.live.models import BreakoutPlan, Handout

ALONE = "Chemistry in the kitchen: what is left of it"
BEFORE = (
    "Have a ruler and squared paper ready. Worth a look before: https://example.org/completing-the-square"
)
AFTER = "Exercises 4 to 7 until the next class. Ask in class what you could not solve."


def is_left_alone(session: ClassSession) -> bool:
    """Whether it is the class that nobody starts."""
    return session.topic == ALONE


def raise_alarms() -> None:
    """What the worker does by itself, so that it shows at once."""
    alarm_due(clock.now())


def prepare(session: ClassSession | None) -> None:
    """Groups for a class to come, and what its students are to bring."""
    if session is None or BreakoutPlan.objects.filter(session=session).exists():
        return
    make_groups(session=session, seen_version=0, number=4, size=0, by=session.teacher, now=clock.now())
    say_to_students(
        session=session,
        place=Handout.Place.BEFORE,
        text=BEFORE,
        seen_version=0,
        by=session.teacher,
        now=clock.now(),
    )


def follow_up(present: datetime) -> None:
    """What stands after the last class that was held."""
    held = ClassSession.objects.filter(
        program__code="ALG-2", ends_at__lt=present - timedelta(minutes=20), cancelled_at__isnull=True
    )
    last = held.select_related("teacher", "program").order_by("-starts_at").first()
    if last is not None and not Handout.objects.filter(session=last).exists():
        say_to_students(
            session=last,
            place=Handout.Place.AFTER,
            text=AFTER,
            seen_version=0,
            by=last.teacher,
            now=clock.now(),
        )
