"""Taking a plan back: what the page that asks foretells is what is done, and what people are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes.announce import announce_due
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.handing import hand_over
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message
from eduraise.planner import undoing
from eduraise.planner.enums import RowState
from eduraise.planner.models import Plan
from tests.classes.pages import signed_in
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of, states
from tests.planner.test_pages import address, text

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def plan(linked: LinkedZoom) -> Plan:
    """Six Thursdays, booked and told."""
    linked.connect(linked.school.tariq)
    assert linked.school.sana.pk
    made = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 6)))
    begin(linked.school, made)
    return carry_out(linked, made)


def session(number: int) -> ClassSession:
    return ClassSession.objects.select_related("program__class_settings", "teacher").order_by("starts_at")[
        number
    ]


def move(linked: LinkedZoom, number: int, by: timedelta) -> None:
    one = session(number)
    edit = Edit(starts_at=one.starts_at + by)
    change_class(session=one, seen_version=one.version, edit=edit, by=linked.school.ada, now=linked.now)
    linked.advance(seconds=11)


def undo(linked: LinkedZoom, plan: Plan) -> undoing.Cost:
    """Take it back; what was foretold."""
    cost = undoing.cost_of(plan, linked.now)
    undoing.begin_undo(plan=plan, by=linked.school.ada, now=linked.now)
    carry_out(linked, plan)
    return cost


def test_what_was_moved_or_given_away_and_is_back_is_taken_back_with_the_rest(
    linked: LinkedZoom, plan: Plan
) -> None:
    school = linked.school
    move(linked, 0, HOUR)
    move(linked, 0, -HOUR)
    tess = school.teacher("tess")
    school.assign(tess, school.program)
    linked.connect(tess)
    for teacher in (tess, school.tariq):
        one = session(1)
        hand_over(session=one, seen_version=one.version, teacher=teacher, by=school.ada, now=linked.now)
        linked.advance(seconds=11)
    linked.push()
    cost = undo(linked, plan)
    assert (cost.cancelled, cost.kept) == (6, 0)
    assert states(plan) == [RowState.UNDONE] * 6
    assert linked.numbers() == []


def test_another_length_is_a_change_that_stays(linked: LinkedZoom, plan: Plan) -> None:
    one = session(0)
    edit = Edit(duration=2 * HOUR)
    change_class(session=one, seen_version=one.version, edit=edit, by=linked.school.ada, now=linked.now)
    linked.advance(seconds=11)
    cost = undo(linked, plan)
    assert (cost.cancelled, cost.kept) == (5, 1)
    assert states(plan) == [RowState.KEPT] + [RowState.UNDONE] * 5


def test_what_was_cancelled_before_is_neither_kept_nor_told_of_again(linked: LinkedZoom, plan: Plan) -> None:
    for number in range(3):
        one = session(number)
        cancel_class(session=one, seen_version=one.version, by=linked.school.ada, now=linked.now)
    move(linked, 3, HOUR)
    announce_due(linked.now)
    cost = undo(linked, plan)
    assert (cost.cancelled, cost.kept, cost.meetings) == (2, 1, 1)
    assert states(plan) == [RowState.GONE] * 3 + [RowState.KEPT] + [RowState.UNDONE] * 2
    told = Message.objects.filter(kind="plan.undone").values_list("person__name", "data__number")
    assert sorted(told) == [("Sana", 2), ("Tariq", 2)]
    page = text(signed_in(linked.school.ada).get(address(plan)))
    assert "1 class stays: it was moved or given to another since. 3 had been cancelled before." in page


def test_the_page_says_what_it_takes_of_zooms_changes_of_today(linked: LinkedZoom, plan: Plan) -> None:
    move(linked, 5, HOUR)
    page = text(signed_in(linked.school.ada).get(address(plan, "undo/")))
    assert "5 classes are cancelled. 1 meeting is changed or removed at Zoom." in page
    # one date stays in the series, so that each of the others is removed by itself
    assert "It takes 5 of the 84 changes that Zoom still takes today for Tariq." in page


def test_a_meeting_that_zoom_never_had_is_none_to_remove_there(linked: LinkedZoom) -> None:
    linked.connect(linked.school.tariq)
    linked.sim.fault("status", operation="meetingCreate", status=400, code=300, message="No.", times=1)
    days = thursdays(linked.school, 2)
    found = candidates(linked.school, [days[0], days[1] + timedelta(days=1)])
    plan = plan_of(linked.school, found)
    begin(linked.school, plan)
    carry_out(linked, plan)
    cost = undo(linked, plan)
    assert (cost.cancelled, cost.meetings, [taken.calls for taken in cost.taken]) == (2, 1, [1])
