"""Plans as tests want them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from eduraise.core.codes import new_uid
from eduraise.planner import actions
from eduraise.planner.booking import plan_due
from eduraise.planner.candidates import Candidate
from eduraise.planner.drafting import make_plan
from eduraise.planner.models import Plan
from tests.classes.series import ZONE
from tests.linked import LinkedZoom
from tests.school import School

SLOT = new_uid()


def candidates(
    school: School, days: Iterable[date], *, holidays: Iterable[date] = (), **changes: Any
) -> list[Candidate]:
    """An hour at ten by Madrid's clocks on each of these days, of one slot of its teacher's."""
    values: dict[str, Any] = {
        "local_start": time(10),
        "minutes": 60,
        "zone": ZONE,
        "teacher": school.tariq,
        "slot_uid": SLOT,
    }
    off = set(holidays)
    return [
        Candidate(
            on=on,
            topic=f"Class {number}",
            holiday="Christmas" if on in off else "",
            next_free=on + timedelta(days=1) if on in off else None,
            **(values | changes),
        )
        for number, on in enumerate(days, 1)
    ]


def plan_of(school: School, found: list[Candidate], **more: Any) -> Plan:
    """A draft of the admin's."""
    values: dict[str, Any] = {"program": school.program, "by": school.ada, "now": school.now}
    return make_plan(candidates=found, **(values | more))


def begin(school: School, plan: Plan) -> int:
    """Have it scheduled."""
    return actions.begin(plan=plan, by=school.ada, now=school.now)


def carry_out(linked: LinkedZoom, plan: Plan) -> Plan:
    """Let the worker go on until nothing is under way, neither here nor at Zoom."""
    for _turn in range(30):
        plan_due(linked.now)
        linked.push()
        linked.advance(seconds=11)
    plan.refresh_from_db()
    return plan


def states(plan: Plan) -> list[str]:
    """What became of each row."""
    return list(plan.rows.order_by("row_number").values_list("state", flat=True))


def codes(plan: Plan, linked: LinkedZoom) -> list[list[str]]:
    """What was found of each row."""
    rows = actions.look(plan, linked.now).rows
    return [[verdict["code"] for verdict in row.verdicts] for row in rows]
