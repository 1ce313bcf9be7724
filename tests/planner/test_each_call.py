"""Zoom fails at the k-th of all calls that a plan takes, for every k and in every way: in the end Zoom holds
exactly the plan."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.planner.enums import OnHoliday, RowState
from eduraise.planner.models import Plan
from eduraise.zoom.enums import OPEN_STATES
from eduraise.zoom.models import HostClaim, ZoomOccurrence, ZoomOperation
from tests.classes.series import at, thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of, states

pytestmark = pytest.mark.django_db
# of a plan with a series that skips a day and moves another, a second series and a single class
CALLS = 7
FAILURES: dict[str, dict[str, object]] = {
    "done, and the answer lost": {"do": "do_then_drop"},
    "not done": {"do": "drop_before"},
    "done, and answered 500": {"do": "status", "status": 500, "work": True},
    "answered 503": {"do": "status", "status": 503},
    "answered 429": {"do": "status", "status": 429},
}


def planned(linked: LinkedZoom) -> tuple[Plan, list[datetime]]:
    """The plan, begun, and the instants at which Zoom is to hold its classes."""
    school = linked.school
    linked.connect(school.tariq)
    days = thursdays(school, 6)
    later = [on + timedelta(days=1) for on in days[:4]]
    single = days[5] + timedelta(days=2)
    found = [
        *candidates(school, days, holidays=days[2:3]),
        *candidates(school, later, slot_uid=None, local_start=time(14)),
        *candidates(school, [single], slot_uid=None, local_start=time(16)),
    ]
    plan = plan_of(school, found, on_holiday=OnHoliday.NEXT_FREE)
    plan.rows.filter(row_number=4).update(is_left_out=True)
    begin(school, plan)
    first = [on for place, on in enumerate(days) if place not in (2, 3)] + [days[2] + timedelta(days=1)]
    wanted = [at(on) for on in first]
    wanted += [at(on, time(14)) for on in later]
    return plan, sorted([*wanted, at(single, time(16))])


def at_zoom(linked: LinkedZoom) -> list[datetime]:
    """When Zoom holds meetings, in its own words."""
    token = linked.sim.grant(linked.school.tariq.email)["access_token"]
    found: list[datetime] = []
    with linked.sim.client(token) as client:
        for meeting in linked.sim.meetings:
            answer = client.get(f"/v2/meetings/{meeting['id']}").json()
            held = [one for one in answer.get("occurrences", [answer]) if one["status"] != "deleted"]
            found += [datetime.fromisoformat(one["start_time"]) for one in held]
    return sorted(found)


def calls(linked: LinkedZoom) -> int:
    return sum(call["path"].startswith("/v2/") for call in linked.sim.control("GET", "log")["calls"])


def test_the_plan_takes_as_many_calls_as_are_tried_here(linked: LinkedZoom) -> None:
    plan, wanted = planned(linked)
    before = calls(linked)
    carry_out(linked, plan)
    assert calls(linked) - before == CALLS
    assert at_zoom(linked) == wanted


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_whichever_call_fails_zoom_holds_exactly_the_plan_in_the_end(
    linked: LinkedZoom, call: int, failure: str
) -> None:
    plan, wanted = planned(linked)
    effect = dict(FAILURES[failure])
    linked.sim.fault(str(effect.pop("do")), route="* /v2/*", skip=call - 1, **effect)

    carry_out(linked, plan)
    linked.advance(minutes=5)
    carry_out(linked, plan)

    assert states(plan).count(RowState.BOOKED) == len(wanted)
    assert at_zoom(linked) == wanted
    assert len(linked.sim.meetings) == 3
    assert not ZoomOperation.objects.filter(state__in=OPEN_STATES).exists()
    assert sorted(ClassSession.objects.values_list("starts_at", flat=True)) == wanted
    assert TeacherClaim.objects.count() == HostClaim.objects.count() == len(wanted)
    held = ZoomOccurrence.objects.filter(wanted_gone=False)
    assert sorted(held.values_list("zoom_starts_at", flat=True)) == wanted
