"""A plan says which of its classes lie where their teacher is not there, and hinders none of them."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.planner import actions
from eduraise.planner.checking import check
from eduraise.planner.enums import Verdict
from eduraise.planner.words import words_of
from tests.classes.series import ZONE, thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, codes, plan_of
from tests.programs.stated import MONDAY, THURSDAY, off, states

pytestmark = pytest.mark.django_db


def test_classes_outside_hours_and_on_days_off_are_said(linked: LinkedZoom) -> None:
    school, days = linked.school, thursdays(linked.school, 3)
    linked.connect(school.tariq)
    states(school.tariq, ZONE, (THURSDAY, "09:00", "13:00"))
    off(school.tariq, f"{days[1]}", f"{days[1]}", note="Dentist", now=school.now)
    monday = date.fromordinal(days[2].toordinal() + 4)

    plan = plan_of(school, candidates(school, [*days, monday]))

    assert codes(plan, linked) == [[], [Verdict.NOT_THERE], [], [Verdict.NOT_THERE]]
    said = [words_of(row) for row in actions.look(plan, linked.now).rows if row.verdicts]
    assert said == [
        ["Tariq is off on Thu 19 Mar."],
        ["Outside Tariq’s hours (none on Mon, Madrid time)."],
    ]
    assert begin(school, plan) == 4


def test_it_takes_no_more_queries_for_many_rows(linked: LinkedZoom) -> None:
    school = linked.school
    linked.connect(school.tariq)
    states(school.tariq, ZONE, (MONDAY, "09:00", "13:00"))
    counts = []
    for number in (2, 30):
        plan = plan_of(school, candidates(school, thursdays(school, number)))
        with CaptureQueriesContext(connection) as captured:
            check(plan, linked.now)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 25
