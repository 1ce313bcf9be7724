"""Classes as pages show them: each list in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, QuerySet

from eduraise.accounts.models import User
from eduraise.classes import states
from eduraise.classes.models import Change, ClassSession
from eduraise.classes.snapshots import read_span
from eduraise.programs.models import Enrolment

WEEK = timedelta(days=7)
MOVES: str = "moves"


def for_list(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """Classes with all that a row shows: state, program, teacher, who cancelled it, when it was before."""
    moves = Change.objects.filter(field="time", undone_at__isnull=True).order_by("-version")
    return (
        states.with_states(classes, now)
        .select_related("program__class_settings", "teacher", "cancelled_by", "occurrence__meeting")
        .prefetch_related(Prefetch("changes", queryset=moves, to_attr=MOVES))
    )


def moved_from(session: ClassSession) -> tuple[datetime, datetime] | None:
    """The hours that a class of `for_list` had before it was last moved; None if it never was."""
    return read_span(session.moves[0].before) if session.moves else None


def coming_for_student(
    user: User, now: datetime, *, within: timedelta | None = None
) -> QuerySet[ClassSession]:
    """What a student's next days hold: under way or to come, cancelled ones too, soonest first."""
    return _soonest_first(ClassSession.objects.attended_by(user, now), now, within)


def coming_for_teacher(
    user: User, now: datetime, *, within: timedelta | None = None, own: bool = False
) -> QuerySet[ClassSession]:
    """The same for a teacher's programs; `own`: only those that she teaches herself."""
    classes = ClassSession.objects.taught_in_programs_of(user, now)
    return _soonest_first(classes.filter(teacher=user) if own else classes, now, within)


def coming_for_all(now: datetime, *, within: timedelta | None = None) -> QuerySet[ClassSession]:
    """The same for the whole organisation."""
    return _soonest_first(ClassSession.objects.all(), now, within)


def live_now(now: datetime) -> QuerySet[ClassSession]:
    """All classes in which somebody is at this moment."""
    return for_list(states.live(ClassSession.objects.all(), now), now).order_by("starts_at", "pk")


def next_class(classes: QuerySet[ClassSession]) -> ClassSession | None:
    """The first of a `coming_…` that was not cancelled."""
    return classes.filter(cancelled_at__isnull=True).first()


def needing_attention(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """Those of some classes that can't be held as they stand, soonest first."""
    coming = states.upcoming(classes, now)
    return for_list(coming, now).filter(states.NEEDS_ATTENTION).order_by("starts_at", "pk")


def enrolled_counts(programs: Iterable[int], now: datetime) -> dict[int, int]:
    """How many people are enrolled in each program at present; one query."""
    rows = Enrolment.objects.active(now).filter(program__in=programs, person__is_active=True)
    return dict(rows.values_list("program").annotate(Count("person", distinct=True)))


def _soonest_first(
    classes: QuerySet[ClassSession], now: datetime, within: timedelta | None
) -> QuerySet[ClassSession]:
    coming = states.upcoming(classes, now)
    if within is not None:
        coming = coming.filter(starts_at__lt=now + within)
    return for_list(coming, now).order_by("starts_at", "pk")
