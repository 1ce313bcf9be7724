"""Two admins plan overlapping terms at once: no teacher and no host is ever in two classes."""

from __future__ import annotations

from datetime import time
from itertools import pairwise

import pytest

from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.core.codes import new_uid
from eduraise.planner.booking import book_group
from eduraise.planner.enums import RowState
from eduraise.planner.models import Plan
from eduraise.zoom.models import HostClaim
from tests.at_once import at_once
from tests.classes.rows import make_host
from tests.classes.series import thursdays
from tests.planner.plans import begin, candidates, plan_of
from tests.school import School

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_plans_for_the_same_hours_each_date_goes_to_one(school: School) -> None:
    make_host(school.tariq, school.now)
    other = school.other_program
    school.assign(school.tariq, other)
    days = thursdays(school, 8)
    first = plan_of(school, candidates(school, days))
    second = plan_of(
        school, candidates(school, days[2:], slot_uid=new_uid(), local_start=time(10, 30)), program=other
    )
    # both were looked at while nothing was booked
    for plan in (first, second):
        begin(school, plan)

    at_once(
        lambda: book_group(Plan.objects.get(pk=first.pk), school.now),
        lambda: book_group(Plan.objects.get(pk=second.pk), school.now),
    )

    booked = {
        plan.pk: set(plan.rows.filter(state=RowState.BOOKED).values_list("on", flat=True))
        for plan in (first, second)
    }
    assert booked[first.pk] | booked[second.pk] == set(days)
    assert not booked[first.pk] & booked[second.pk]
    number = ClassSession.objects.count()
    assert number == len(days) == TeacherClaim.objects.count() == HostClaim.objects.count()
    hours = sorted(ClassSession.objects.values_list("starts_at", "ends_at"))
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(hours))
