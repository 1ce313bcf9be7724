"""A plan that isn't done at once: the host's day is spent, its owner stops it, a class is changed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.notifications.models import Message
from eduraise.planner import actions, undoing
from eduraise.planner.booking import book_group, plan_due
from eduraise.planner.candidates import Candidate
from eduraise.planner.enums import PlanState, RowState
from eduraise.planner.models import Plan
from eduraise.zoom.hosts import DAILY_CALLS, KEPT_FOR_REPAIRS
from eduraise.zoom.models import HostDay, ZoomUser
from tests.classes.pages import signed_in
from tests.classes.series import at, thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of, states
from tests.planner.test_each_call import at_zoom
from tests.planner.test_pages import address, text
from tests.school import School

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def singles(school: School, number: int) -> list[Candidate]:
    """Classes of which each is a meeting of its own, since no two are at the same hour of a week."""
    days = [thursdays(school, 1)[0] + timedelta(days=turn) for turn in range(number)]
    return [
        one
        for turn, on in enumerate(days)
        for one in candidates(school, [on], slot_uid=None, local_start=time(8 + turn % 10))
    ]


def instants(school: School, number: int) -> list[datetime]:
    return [at(one.on, one.local_start) for one in singles(school, number)]


def test_what_a_spent_day_leaves_goes_on_after_midnight_the_nearest_first(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    """Five of twelve are left today: all are classes at once, five are at Zoom, seven follow alone."""
    school = linked.school
    HostDay.objects.create(host=host, utc_on=linked.now.date(), used=DAILY_CALLS - KEPT_FOR_REPAIRS - 5)
    plan = plan_of(school, singles(school, 12))
    page = text(signed_in(school.ada).get(address(plan)))
    assert "7 changes wait for Zoom’s next day." in page
    begin(school, plan)
    carry_out(linked, plan)
    assert states(plan) == [RowState.BOOKED] * 12
    assert ClassSession.objects.count() == TeacherClaim.objects.count() == 12
    held = sorted(datetime.fromisoformat(meeting["start_time"]) for meeting in linked.sim.meetings)
    assert held == instants(school, 12)[:5]
    assert "Zoom has 5 of 12." in text(signed_in(school.ada).get(address(plan)))

    midnight = datetime.combine(linked.now.date() + timedelta(days=1), time(), linked.now.tzinfo)
    linked.advance(seconds=(midnight - linked.now).total_seconds() + 1800)
    carry_out(linked, plan)
    assert at_zoom(linked) == instants(school, 12)
    assert HostDay.objects.get(utc_on=linked.now.date()).used == 7


def test_a_plan_stopped_half_way_takes_back_what_was_made_and_makes_no_more(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    """Two of five are made when its owner pauses and takes it back; one of them its teacher has moved."""
    school = linked.school
    plan = plan_of(school, singles(school, 5))
    begin(school, plan)
    for _turn in range(2):
        book_group(Plan.objects.get(pk=plan.pk), linked.now)
    linked.push()
    with pytest.raises(undoing.TooLate):  # not while it is carried out
        undoing.begin_undo(plan=plan, by=school.ada, now=linked.now)
    actions.pause(plan=plan, by=school.ada, now=linked.now)
    mine = ClassSession.objects.order_by("starts_at")[1]
    later = mine.starts_at + timedelta(hours=3)
    change_class(session=mine, seen_version=1, edit=Edit(starts_at=later), by=school.tariq, now=linked.now)
    linked.advance(seconds=11)

    undoing.begin_undo(plan=plan, by=school.ada, now=linked.now)
    carry_out(linked, plan)

    assert plan.state == PlanState.UNDONE
    assert states(plan) == [RowState.UNDONE, RowState.KEPT, *[RowState.SKIPPED] * 3]
    assert at_zoom(linked) == [later]
    assert ClassSession.objects.not_cancelled().get() == mine


def test_a_class_cancelled_while_the_rest_is_booked_stays_cancelled(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    school = linked.school
    days = thursdays(school, 5)
    plan = plan_of(school, candidates(school, days))
    begin(school, plan)
    plan_due(linked.now)  # the classes stand, Zoom hasn't heard of them yet
    third = ClassSession.objects.order_by("starts_at")[2]
    cancel_class(session=third, seen_version=1, by=school.tariq, now=linked.now)
    carry_out(linked, plan)
    assert at_zoom(linked) == [at(on) for on in days if on != days[2]]
    assert ClassSession.objects.not_cancelled().count() == 4
    told = Message.objects.filter(kind="plan.booked").values_list("data__number", flat=True)
    assert set(told) <= {4}


def test_the_last_days_of_a_year_and_its_53rd_week_are_planned_as_any_other(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    """2026 has a week 53, and its last class ends in the next year."""
    school = linked.school
    days = [date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 7)]
    assert days[1].isocalendar().week == 53
    plan = plan_of(school, candidates(school, days, local_start=time(23, 30)))
    begin(school, plan)
    carry_out(linked, plan)
    assert states(plan) == [RowState.BOOKED] * 3
    assert len(linked.sim.meetings) == 1
    assert at_zoom(linked) == [at(on, time(23, 30)) for on in days]
    assert ClassSession.objects.order_by("starts_at")[1].ends_at - at(date(2027, 1, 1), time(0)) == HOUR / 2
