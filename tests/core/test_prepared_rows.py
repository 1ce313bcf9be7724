"""A query that is written once answers as one that is written each time."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from pytest_django import DjangoAssertNumQueries

from eduraise.core.prepared import Given, Hour
from eduraise.core.prepared_rows import PreparedRows
from eduraise.programs.models import Assignment
from tests.school import School

MANY = 2


def taught() -> QuerySet[Assignment]:
    """A person's assignments begun by now, with their programs, and whether others teach there."""
    others = Assignment.objects.filter(program=OuterRef("program")).exclude(person=OuterRef("person"))
    begun = Assignment.objects.filter(person=Given("person"), from_at__lte=Hour())
    return begun.select_related("program").annotate(shared=Exists(others)).order_by("pk")[:MANY]


def codes() -> QuerySet[Assignment, Any]:
    """The codes of their programs alone."""
    return taught().values_list("program__code", flat=True)


TAUGHT, CODES = PreparedRows(taught), PreparedRows(codes)


def test_rows_come_with_what_belongs_to_them_in_one_query(
    school: School, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tariq, _tove = school.tariq, school.tove
    other = school.assign(tariq, school.make_program("OTHER", "Other"))

    with django_assert_num_queries(1):
        rows = TAUGHT.at(school.now, person=tariq.pk)
        found = [(row.program.title, row.shared) for row in rows]  # type: ignore[attr-defined]

    assert found == [(school.program.title, True), (other.program.title, False)]
    assert CODES.at(school.now, person=school.tariq.pk) == [school.program.code, "OTHER"]


def test_each_question_has_its_own_hour_and_person(school: School) -> None:
    tove, olu = school.tove, school.olu
    before = Assignment.objects.earliest("from_at").from_at - timedelta(minutes=1)

    assert CODES.at(before, person=tove.pk) == []
    assert CODES.at(school.now, person=tove.pk) == [school.program.code]
    assert CODES.at(school.now, person=olu.pk) == [school.other_program.code]


def test_what_changed_since_is_seen(school: School) -> None:
    assert CODES.at(school.now, person=school.tove.pk) == [school.program.code]

    Assignment.objects.filter(person=school.tove).delete()

    assert CODES.at(school.now, person=school.tove.pk) == []


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection(school: School) -> None:
    found = []

    def ask() -> None:
        found.append(CODES.at(school.now, person=school.tove.pk))
        connection.close()

    ask()
    thread = Thread(target=ask)
    thread.start()
    thread.join()

    assert found == [[school.program.code]] * 2
