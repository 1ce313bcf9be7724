"""Which days without classes hold in a program: its own and the organisation's, and nobody else's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from eduraise.programs.models import Holiday, Program, Slot
from eduraise.programs.timetable_queries import dated_of, holidays_of
from tests.school import School


def off(school: School, name: str, first: str, last: str = "", *, program: Program | None = None) -> Holiday:
    return Holiday.objects.create(
        program=program,
        name=name,
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last or first),
        created_at=school.now,
    )


def names(school: School, **bounds: Any) -> list[str]:
    return [one.name for one in holidays_of(school.program, **bounds)]


def test_its_own_and_the_organisations_by_date(school: School) -> None:
    off(school, "Fair", "2026-05-05", program=school.program)
    off(school, "Labour day", "2026-05-01")
    off(school, "Easter", "2026-03-29", "2026-04-05")
    off(school, "Theirs", "2026-05-02", program=school.other_program)
    gone = off(school, "Gone", "2026-05-03")
    Holiday.objects.filter(pk=gone.pk).update(removed_at=school.now)

    assert names(school) == ["Easter", "Labour day", "Fair"]


def test_only_those_that_touch_the_days_asked_for(school: School) -> None:
    off(school, "Before", "2026-03-01", "2026-03-09")
    off(school, "Into it", "2026-03-01", "2026-03-10")
    off(school, "Out of it", "2026-03-20", "2026-04-20")
    off(school, "After", "2026-03-21")
    bounds = {"first_on": date(2026, 3, 10), "last_on": date(2026, 3, 20)}

    assert names(school, **bounds) == ["Into it", "Out of it"]
    assert names(school, first_on=date(2026, 3, 21)) == ["Out of it", "After"]


def test_the_same_holiday_stands_once_whosever_it_is(school: School) -> None:
    for program in (None, school.program):
        first = off(school, "Fair", "2026-05-05", program=program)
        with pytest.raises(IntegrityError), transaction.atomic():
            off(school, "Fair", "2026-05-05", program=program)
        Holiday.objects.filter(pk=first.pk).update(removed_at=school.now)
        off(school, "Fair", "2026-05-05", program=program)


def test_a_terms_days_are_asked_in_two_queries(school: School, django_assert_num_queries: Any) -> None:
    program = school.program
    program.starts_on, program.ends_on = date(2026, 4, 1), date(2026, 4, 30)
    for weekday in (1, 3):
        Slot.objects.create(
            program=program,
            weekday=weekday,
            local_start="18:00",
            minutes=60,
            anchor_on=date(2026, 4, 1),
            teacher=school.tariq,
            created_at=school.now,
        )
    off(school, "Easter Monday", "2026-04-06")

    with django_assert_num_queries(2):
        rows = dated_of(program)

    assert [(row.on.day, row.holiday) for row in rows] == [
        (1, ""),
        (6, "Easter Monday"),
        *((day, "") for day in (8, 13, 15, 20, 22, 27, 29)),
    ]
    program.ends_on = None
    assert dated_of(program) == []
