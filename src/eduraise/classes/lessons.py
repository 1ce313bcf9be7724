"""Which topic of the syllabus classes have: of a program's k-th class that isn't cancelled, the k-th topic.

It is derived, never kept. Lists read it along (`with_lessons`); classes that are at hand are given it
(`name_lessons`); then it stands in their `title`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, IntegerField, OuterRef, Q, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from eduraise.classes.models import ClassSession
from eduraise.classes.texts import BETWEEN_TOPICS, lesson_of
from eduraise.core.prepared import Prepared
from eduraise.programs.timetable_models import SyllabusTopic


def with_lessons(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """The same classes, with what tells their `lesson`."""
    return classes.annotate(**LESSONS.at(now, "held_before", "syllabus"))


def name_lessons(sessions: Iterable[ClassSession], now: datetime) -> None:
    """Give classes that are at hand the same, also where one is there twice; one query."""
    listed = list(sessions)
    found = {pk: (before, topics) for pk, before, topics in _facts({session.pk for session in listed}, now)}
    for session in listed:
        session.held_before, session.syllabus = found.get(session.pk, (0, None))


def lessons_of(keys: Iterable[int], now: datetime) -> dict[int, str]:
    """The topics of classes by their keys, of those that have one; one query."""
    found = {pk: lesson_of(syllabus, held_before) for pk, held_before, syllabus in _facts(keys, now)}
    return {pk: lesson for pk, lesson in found.items() if lesson}


def _facts(keys: Iterable[int], now: datetime) -> Iterable[tuple[int, int, str | None]]:
    held = ClassSession.objects.not_cancelled().filter(pk__in=list(keys))
    found: QuerySet[Any] = with_lessons(held, now)
    return found.values_list("pk", "held_before", "syllabus").order_by()


def _with_lessons(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """syllabus: the topics of its program, each with its place in front: not every database puts them in
    order."""
    program = ClassSession.objects.not_cancelled().filter(program=OuterRef("program"))
    sooner = program.filter(
        Q(starts_at__lt=OuterRef("starts_at")) | Q(pk__lt=OuterRef("pk")),
        starts_at__lte=OuterRef("starts_at"),
    )
    number = sooner.order_by().values("program").annotate(number=Count("pk")).values("number")
    topics = SyllabusTopic.objects.present().filter(program=OuterRef("program")).order_by()
    written = Concat(_text("position"), Value(":"), _text("pk"), Value(":"), "title")
    together = topics.values("program").annotate(all=StringAgg(written, Value(BETWEEN_TOPICS))).values("all")
    added = {
        "held_before": Coalesce(Subquery(number, output_field=IntegerField()), 0),
        "syllabus": Subquery(together, output_field=CharField()),
    }
    return classes.annotate(**added)


def _text(column: str) -> Cast:
    return Cast(column, CharField())


LESSONS = Prepared(ClassSession, _with_lessons, reads=("program", "starts_at", "pk"))
