"""A program's numbers mean the same wherever they stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.classes.numbers import ProgramNumbers, numbers_of
from tests.classes.rows import make_class, sit
from tests.school import School


def test_each_number_counts_what_its_name_says(school: School) -> None:
    hour = timedelta(hours=1)

    def class_at(hours: float, **fields: Any) -> Any:
        return make_class(school.program, school.tariq, school.now + hours * hour, now=school.now, **fields)

    held = class_at(-48, minutes=90)
    sit(held, held.starts_at, ended_at=held.ends_at)
    sit(held, held.starts_at + hour, ended_at=held.ends_at)  # a restart is not a second class
    class_at(-24)  # nothing is known of it: it counts as held
    class_at(-22, at_zoom=False, operation=None)
    class_at(-23, cancelled_at=school.now)
    class_at(24, cancelled_at=school.now)
    live = class_at(-0.5, minutes=60)
    sit(live, live.starts_at)
    class_at(72)
    other = make_class(school.other_program, school.olu, school.now - 5 * hour, now=school.now)
    sit(other, other.starts_at, ended_at=other.ends_at)

    found = numbers_of([school.program, school.other_program], school.now)

    assert found[school.program.pk] == ProgramNumbers(
        planned=5,
        held=2,
        missed=1,
        cancelled=2,
        hours=timedelta(minutes=90 + 60),
        next_at=live.starts_at,
    )
    assert found[school.program.pk].to_come == 2
    assert found[school.program.pk].next_number == 4
    assert found[school.other_program.pk].held == 1


def test_a_program_without_classes_has_zeros(school: School) -> None:
    assert numbers_of([school.program], school.now) == {school.program.pk: ProgramNumbers()}


def test_the_numbers_of_many_programs_take_as_many_queries_as_those_of_one(school: School) -> None:
    many = [school.make_program(f"P-{number}", "Program") for number in range(8)]
    for program in many:
        make_class(program, school.tariq, school.now + timedelta(hours=1), now=school.now)

    counts = []
    for programs in (many[:1], many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            numbers_of(programs, school.now)
        counts.append(len(queries))

    assert counts == [1, 1]
