"""Which topic of the syllabus each class of a plan takes, or would take."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import datetime

from eduraise.classes.models import ClassSession
from eduraise.planner.enums import RowState
from eduraise.planner.models import PlannedClass
from eduraise.programs.models import Program
from eduraise.programs.timetable_queries import topics_of


def name_topics(program: Program, rows: Iterable[PlannedClass]) -> None:
    """Give rows their `lesson`: of the program's k-th class that isn't cancelled, those of the plan among
    them, the k-th topic. One query without a syllabus, else two."""
    topics = topics_of(program)
    if not topics:
        return
    given = [(row, at) for row in rows if (at := _held_at(row)) is not None]
    every = list(
        ClassSession.objects.not_cancelled().filter(program=program).values_list("starts_at", flat=True)
    )
    every = sorted([*every, *(at for row, at in given if row.session_id is None)])
    for row, at in given:
        place = bisect_left(every, at)
        row.lesson = topics[place].title if place < len(topics) else ""


def _held_at(row: PlannedClass) -> datetime | None:
    """When a class is or would be held; None of one that isn't."""
    if row.session is not None:
        return None if row.session.cancelled_at else row.session.starts_at
    is_wanted = row.state == RowState.WAITING and not row.is_left_out and not row.is_hindered
    return row.starts_at if is_wanted else None
