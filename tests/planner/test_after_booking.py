"""What came in the way of a plan's classes after they were booked: listed with its reason, tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.models import ClassSession
from eduraise.planner.models import Plan
from tests.classes.pages import signed_in
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of
from tests.planner.test_pages import address, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(linked: LinkedZoom) -> Client:
    linked.connect(linked.school.tariq)
    return signed_in(linked.school.tariq)


def refused(linked: LinkedZoom, number: int) -> Plan:
    """Classes of no series, each of which Zoom refuses."""
    linked.sim.fault("status", operation="meetingCreate", status=400, code=300, message="No.", times=None)
    days = thursdays(linked.school, number)
    found = candidates(linked.school, [on + timedelta(days=turn) for turn, on in enumerate(days)])
    plan = plan_of(linked.school, found)
    begin(linked.school, plan)
    return carry_out(linked, plan)


def test_what_zoom_refused_stands_first_with_its_reason_and_is_asked_for_again(
    linked: LinkedZoom, lead: Client
) -> None:
    plan = refused(linked, 3)
    page = text(lead.get(address(plan)))
    assert "3 need attention." in page
    assert "Need attention 3" in page
    assert "It isn’t booked at Zoom. Zoom doesn’t take something in this class." in page
    assert page.count("Needs attention") == 3
    assert "Ask Zoom again for 3 classes" in page
    # where only one is meant, only it is asked for
    linked.sim.control("DELETE", "faults")
    answer = lead.post(address(plan, "again/"), {"of": "zoom", "row": "2", "show": "troubled"}, follow=True)
    assert "Zoom is being asked again." in text(answer)
    linked.push()
    page = text(lead.get(address(plan)))
    assert "Zoom has 1 of 3. 2 need attention." in page
    lead.post(address(plan, "again/"), {"of": "zoom"})
    linked.push()
    page = text(lead.get(address(plan)))
    assert "Zoom has 3 of 3." in page
    assert "attention" not in page


def test_of_who_may_not_change_the_classes_nobody_asks_zoom_again(linked: LinkedZoom, lead: Client) -> None:
    plan = refused(linked, 1)
    linked.sim.control("DELETE", "faults")
    assert signed_in(linked.school.tove).post(address(plan, "again/"), {"of": "zoom"}).status_code == 404
    linked.push()
    assert linked.numbers() == []


def test_a_class_that_was_cancelled_since_is_not_shown_as_scheduled(linked: LinkedZoom, lead: Client) -> None:
    plan = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 1)))
    begin(linked.school, plan)
    carry_out(linked, plan)
    [session] = ClassSession.objects.all()
    cancel_class(session=session, seen_version=session.version, by=linked.school.ada, now=linked.now)
    rows = text(lead.get(address(plan))).split("Classes of the plan")[-1]
    assert "Cancelled" in rows


def test_the_page_takes_the_same_queries_for_one_refusal_or_many(linked: LinkedZoom, lead: Client) -> None:
    counts = []
    for number in (1, 6):
        plan = refused(linked, number)
        lead.get(address(plan))
        with CaptureQueriesContext(connection) as captured:
            lead.get(address(plan))
        counts.append(len(captured))
        ClassSession.objects.update(
            starts_at=linked.now - timedelta(days=9), ends_at=linked.now - timedelta(days=8)
        )
    assert counts[0] == counts[1]
