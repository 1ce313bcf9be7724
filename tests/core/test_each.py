"""Rows that are each given values of their own."""

from __future__ import annotations

from typing import Any

import pytest

from eduraise.attendance.models import Mark
from eduraise.core.each import update_each
from tests.attendance.scene import Scene
from tests.school import School

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_values_and_keeps_the_others(
    school: School, django_assert_num_queries: Any
) -> None:
    school.enrol(school.person("bea"), school.program)
    assert school.sana
    scene = Scene(school)
    scene.was_in(scene.held(), school.sana, (0, 60))
    scene.fold()
    marks = list(Mark.objects.order_by("pk"))
    for number, mark in enumerate(marks, start=1):
        mark.rule_minutes, mark.spans, mark.first_in_at = number, [[0, number]], scene.at(number)
        mark.enrolment = None
        mark.hand_why = "not named, so not stored"

    with django_assert_num_queries(1):
        update_each(Mark, marks, ("rule_minutes", "spans", "first_in_at", "enrolment"))

    stored = Mark.objects.order_by("pk").values_list(
        "rule_minutes", "spans", "first_in_at", "enrolment", "hand_why"
    )
    assert list(stored) == [(1, [[0, 1]], scene.at(1), None, ""), (2, [[0, 2]], scene.at(2), None, "")]


def test_no_rows_are_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        update_each(Mark, [], ("rule_minutes",))
