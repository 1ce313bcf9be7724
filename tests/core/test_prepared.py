"""What is written once answers as what is written for each query, whatever the query calls its tables."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from eduraise.core.prepared import Given, Hour, Prepared
from eduraise.programs.models import Assignment
from tests.school import School


def build(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Whether it began an hour ago or before, its person teaches elsewhere too, and she is somebody."""
    others = Assignment.objects.filter(person=OuterRef("person")).exclude(program=OuterRef("program"))
    added: dict[str, Any] = {
        "is_old": Exists(
            Assignment.objects.filter(pk=OuterRef("pk"), from_at__lte=Hour(-timedelta(hours=1)))
        ),
        "elsewhere": Exists(others),
        "is_of": ExpressionWrapper(Q(person=Given("person")), output_field=BooleanField()),
    }
    return rows.annotate(**added)


WRITTEN = Prepared(Assignment, build, reads=("pk", "person", "program"))


@pytest.fixture
def rows(school: School) -> QuerySet[Assignment]:
    """Tariq in two programs, since now; Tove in one."""
    school.assign(school.tariq, school.make_program("OTHER", "Other"))
    return Assignment.objects.filter(person__in=[school.tariq, school.tove])


def test_the_hour_and_the_columns_are_the_querys_own(school: School, rows: QuerySet[Assignment]) -> None:
    rows.update(from_at=school.now)
    then = rows.annotate(**WRITTEN.at(school.now, "is_old", "elsewhere"))
    later = rows.annotate(**WRITTEN.at(school.now + timedelta(hours=1), "is_old"))

    assert set(then.values_list("person", "is_old", "elsewhere")) == {
        (school.tariq.pk, False, True),
        (school.tove.pk, False, False),
    }
    assert set(later.values_list("is_old", flat=True)) == {True}


def test_it_can_be_filtered_and_counted_by_also_within_another_query(
    school: School, rows: QuerySet[Assignment]
) -> None:
    taught = rows.filter(Q(WRITTEN.one(school.now, "elsewhere")))
    alone = rows.filter(~Q(WRITTEN.one(school.now, "elsewhere")))
    people = Assignment.objects.filter(pk__in=taught.values("pk")).values_list("person", flat=True)

    assert (taught.count(), alone.count(), set(people)) == (2, 1, {school.tariq.pk})


def test_who_is_asked_about_is_filled_in(school: School, rows: QuerySet[Assignment]) -> None:
    numbers = [
        rows.filter(WRITTEN.one(school.now, "is_of", person=who.pk)).count()
        for who in (school.tariq, school.tove, school.olu)
    ]

    assert numbers == [2, 1, 0]


def test_what_reads_more_than_it_says_is_an_error_at_once(school: School) -> None:
    silent = Prepared(Assignment, build, reads=("pk",))

    with pytest.raises(LookupError, match="person_id"):
        silent.one(school.now, "elsewhere")


def within(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """How many of a person's assignments have what was prepared elsewhere."""
    found = Assignment.objects.filter(
        Q(WRITTEN.one(Hour(), "is_old")),
        Q(WRITTEN.one(Hour(), "elsewhere")),
        Q(WRITTEN.one(Hour(), "is_of", person=Given("somebody"))),
    )
    number = Func("pk", function="COUNT", output_field=IntegerField())
    return rows.annotate(number=Subquery(found.annotate(number=number).values("number")))


WITHIN = Prepared(Assignment, within, reads=("pk",))


def test_what_was_prepared_can_be_put_into_another(school: School, rows: QuerySet[Assignment]) -> None:
    rows.update(from_at=school.now)
    later = school.now + timedelta(hours=1)

    numbers = [
        set(rows.annotate(**WITHIN.at(at, "number", somebody=who.pk)).values_list("number", flat=True))
        for at, who in ((school.now, school.tariq), (later, school.tariq), (later, school.tove))
    ]

    assert numbers == [{0}, {2}, {0}]
