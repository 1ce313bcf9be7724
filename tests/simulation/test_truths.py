"""What the runs are asked is noticed when it doesn't hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.db import transaction

from eduraise.classes.models import ClassSession
from eduraise.core.crash import POINTS
from eduraise.events.models import ZoomEvent
from eduraise.zoom.enums import HostState, OperationState, Plan
from eduraise.zoom.models import (
    BusyTime,
    HostClaim,
    Registrant,
    ZoomAccount,
    ZoomInstance,
    ZoomOperation,
    ZoomUser,
)
from eduraise.zoom.push import push_due
from tests.simulation import links, replaying
from tests.simulation.sittings import sittings_known
from tests.simulation.storm import Storm
from tests.simulation.weather import Died
from tests.truths import always_untrue


@pytest.fixture
def run(storm: Callable[[int], Storm]) -> Storm:
    """A run at rest, in which one class is booked and all students are registered."""
    run = storm(1)
    rules = run.scene.school.program.class_settings
    rules.registers_students = True
    rules.save()
    run.people.book()
    at_rest(run)
    return run


def at_rest(run: Storm) -> None:
    run.calm()
    assert run.untrue() == []


def found(run: Storm) -> str:
    """The one thing that doesn't hold."""
    [wrong] = run.untrue()
    return wrong


def test_a_lane_that_the_host_does_not_have(run: Storm) -> None:
    ZoomAccount.objects.update(plan=Plan.PRO)
    HostClaim.objects.update(lane=1)

    assert "holds lane 1, and may hold 1 at once" in always_untrue(run.linked.now)[0]


def test_hours_held_for_no_class(run: Storm) -> None:
    claim = HostClaim.objects.get()
    claim.pk, claim.held_for = None, uuid4()
    claim.starts_at, claim.ends_at = claim.starts_at - timedelta(days=1), claim.ends_at - timedelta(days=1)
    claim.save()

    assert "hosts' claims: too many" in always_untrue(run.linked.now)[0]


def test_a_second_meeting_for_one_class(run: Storm) -> None:
    [meeting] = run.sim.meetings
    run.sim.add_meeting(
        meeting["host_email"],
        agenda=meeting["agenda"],
        topic=meeting["topic"],
        type=2,
        start_time=meeting["start_time"],
        duration=meeting["duration"],
    )

    assert any("has 2 meetings at Zoom" in wrong for wrong in run.untrue())


def test_a_meeting_of_a_host_of_which_nobody_knows(run: Storm) -> None:
    run.zoom.plan()
    assert "busy times: not at Zoom [], not known [" in found(run)

    at_rest(run)
    assert BusyTime.objects.count() == 1


def test_somebody_registered_at_zoom_otherwise_than_here(run: Storm) -> None:
    row = Registrant.objects.all()[0]
    Registrant.objects.filter(pk=row.pk).delete()

    assert f"registered here [], at Zoom ['{row.email}']" in found(run)


def test_an_operation_that_is_left(run: Storm) -> None:
    ZoomOperation.objects.update(state=OperationState.PENDING)

    assert "is pending" in found(run)


def test_a_call_in_the_middle_of_a_transaction(run: Storm) -> None:
    with transaction.atomic(), httpx.Client(transport=run.witness, base_url=run.sim.base_url) as client:
        client.get("/v2/users/me")

    assert list(run.witness.untrue()) == ["GET /v2/users/me within a transaction"]


@pytest.mark.parametrize(
    ("effect", "pauses", "wrong"),
    [
        ("", timedelta(hours=1), "a refresh token was spent again that Zoom had answered"),
        ("do_then_drop", timedelta(seconds=4), "a refresh token was spent again after 0:00:04, not 0:00:05"),
        ("do_then_drop", timedelta(seconds=5), ""),
    ],
)
def test_a_refresh_token_that_is_spent_twice(run: Storm, effect: str, pauses: timedelta, wrong: str) -> None:
    host = ZoomUser.objects.filter(refresh_token__isnull=False)[0]
    if effect:
        run.sim.fault(effect, operation="oauthToken")
    for _time in range(2):
        spend(run, host.refresh_token or "")
        run.linked.advance(seconds=pauses.total_seconds())

    assert [line[: len(wrong)] for line in run.witness.untrue()] == ([wrong] if wrong else [])


def test_a_refresh_token_that_was_never_stored(run: Storm) -> None:
    spend(run, "made up")

    assert list(run.witness.untrue()) == ["a refresh token was spent that isn't stored"]


def spend(run: Storm, token: str) -> None:
    data = {"grant_type": "refresh_token", "refresh_token": token}
    auth = ("sim-client", "sim-secret")
    try:
        with httpx.Client(transport=run.witness, base_url=run.sim.base_url) as client:
            client.post("/oauth/token", data=data, auth=auth)
    except httpx.TransportError:
        pass


def test_a_connection_given_up_without_need(run: Storm) -> None:
    ZoomUser.objects.filter(teacher=run.scene.school.tariq).update(state=HostState.LOST)

    [wrong] = links.lost_without_need(run.sim, run.witness, run.people)
    assert wrong.endswith("is held to be lost, and Zoom takes its pair")
    [told] = links.untold()
    assert told.endswith("and nobody told its teacher")


def test_a_webhook_that_was_answered_and_is_not_there(run: Storm) -> None:
    run.zoom.sit()
    at_rest(run)
    ZoomEvent.objects.all()[0].delete()

    [wrong] = run.witness.untrue()
    assert wrong.startswith("stored are")


def test_a_sitting_known_otherwise_than_it_was(run: Storm) -> None:
    run.zoom.sit()
    at_rest(run)
    assert ZoomInstance.objects.count() == 1
    ZoomInstance.objects.update(started_at=run.linked.now)

    [wrong] = sittings_known(run.sim)
    assert "and was" in wrong


def test_events_that_come_out_otherwise_in_another_order(run: Storm) -> None:
    run.zoom.sit()
    at_rest(run)
    before = replaying.standing()
    ZoomInstance.objects.all().delete()
    replaying.again(run.chance, run.linked.now)

    assert replaying.standing() == before
    ClassSession.objects.update(topic="Otherwise")
    assert replaying.standing() != before


@pytest.mark.parametrize("point", [point for point in POINTS if point.startswith("zoom.push")])
def test_a_process_dies_where_it_is_doomed_and_others_carry_on(run: Storm, point: str) -> None:
    run.people.book()
    run.weather.doom_at(point)
    while not run.weather.died:
        run.act(run.work)

    assert run.trace[-1].endswith(f"dies at {point}")
    assert run.weather.died == [point]
    at_rest(run)


def test_a_death_is_caught_by_nothing_of_ours(run: Storm) -> None:
    assert not issubclass(Died, Exception)
    run.weather.doom_at("zoom.push.claimed")
    run.people.book()
    with pytest.raises(Died):
        push_due(run.linked.now)

    assert any("ZoomOperation" in wrong and "is leased" in wrong for wrong in run.untrue())
