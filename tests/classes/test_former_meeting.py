"""A meeting that another one is to take the place of stays at Zoom until that one stands there."""

from __future__ import annotations

import pytest

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.handing import hand_over
from eduraise.classes.handing_together import give_together
from eduraise.classes.models import ClassSession
from eduraise.classes.series_parts import Scope
from eduraise.zoom import wanting
from eduraise.zoom.models import ZoomOperation
from tests.classes.series import plan, thursdays
from tests.classes.test_together import again
from tests.linked import LinkedZoom, silence_over
from tests.substitutes.scene import hosts_at_zoom, schedule
from tests.truths.meetings import meetings_stand
from tests.truths.zoom import seen_at
from tests.zoom.test_series import work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wim(linked: LinkedZoom) -> User:
    wim = linked.school.teacher("wim")
    linked.school.assign(wim, linked.school.program, preset="lead")
    linked.connect(wim)
    return wim


@pytest.fixture
def session(linked: LinkedZoom) -> ClassSession:
    linked.connect(linked.school.tariq)
    session = schedule(linked, linked.school.tariq)
    linked.push()
    return again(session)


def give(linked: LinkedZoom, session: ClassSession, to: User) -> ClassSession:
    session = again(session)
    return hand_over(
        session=session, seen_version=session.version, teacher=to, by=linked.school.ada, now=linked.now
    )


def makes_none(linked: LinkedZoom, *, refused: bool = False) -> None:
    """From now on Zoom makes no meetings: for the time being, or it refuses them for good."""
    if refused:
        linked.sim.fault("status", operation="meetingCreate", status=400, code=300, message="No.", times=None)
    else:
        linked.sim.fault("status", operation="meetingCreate", status=429, times=None)


def makes_again(linked: LinkedZoom) -> None:
    linked.sim.control("DELETE", "faults")
    silence_over()


def hours_pass(linked: LinkedZoom, hours: int = 3) -> None:
    for _turn in range(4 * hours):
        linked.push()
        linked.advance(minutes=15)
        silence_over()
    linked.push()


@pytest.mark.parametrize("refused", [False, True])
def test_without_the_new_meeting_the_former_stays(
    linked: LinkedZoom, session: ClassSession, wim: User, refused: bool
) -> None:
    makes_none(linked, refused=refused)
    given = give(linked, session, wim)
    hours_pass(linked)
    assert hosts_at_zoom(linked) == ["tariq"]
    makes_again(linked)
    if refused:
        assert given.occurrence
        assert wanting.retry(meeting=again(given).occurrence.meeting, now=linked.now, by=linked.school.ada)  # type: ignore[union-attr]
    hours_pass(linked, 1)

    assert hosts_at_zoom(linked) == ["wim"]
    assert list(meetings_stand(seen_at(linked.sim))) == []


def test_it_goes_as_soon_as_the_new_one_stands_and_nothing_can_be_undone(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    give(linked, session, wim)
    linked.push()
    assert hosts_at_zoom(linked) == ["tariq", "wim"]
    linked.advance(seconds=11)
    linked.push()

    assert hosts_at_zoom(linked) == ["wim"]


def test_given_on_before_that_it_waits_for_the_last(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    ida = linked.school.teacher("ida")
    linked.school.assign(ida, linked.school.program, preset="lead")
    linked.connect(ida)
    makes_none(linked)
    give(linked, session, wim)
    hours_pass(linked, 1)
    give(linked, session, ida)
    hours_pass(linked, 1)
    assert hosts_at_zoom(linked) == ["tariq"]
    makes_again(linked)
    hours_pass(linked, 1)

    assert hosts_at_zoom(linked) == ["ida"]
    assert linked.sim.called("meetingDelete") == 1


@pytest.mark.parametrize("refused", [False, True])
def test_cancelled_or_over_it_goes_without(
    linked: LinkedZoom, session: ClassSession, wim: User, refused: bool
) -> None:
    makes_none(linked, refused=refused)
    given = give(linked, session, wim)
    cancel_class(session=given, seen_version=given.version, by=linked.school.ada, now=linked.now)
    hours_pass(linked, 1)
    assert hosts_at_zoom(linked) == []


def test_over_it_goes_too(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    makes_none(linked)
    give(linked, session, wim)
    linked.advance(days=2, hours=-1)
    linked.push()
    assert hosts_at_zoom(linked) == ["tariq"]
    linked.advance(hours=3)
    silence_over()
    linked.push()

    assert hosts_at_zoom(linked) == []


def test_a_series_ends_before_what_goes_on_only_once_that_stands(linked: LinkedZoom, wim: User) -> None:
    linked.connect(linked.school.tariq)
    classes = [one for _on, one in sorted(plan(linked.school, thursdays(linked.school, 4)).booked.items())]
    work(linked)
    makes_none(linked)
    give_together(
        session=again(classes[1]),
        seen_version=1,
        scope=Scope.FOLLOWING,
        teacher=wim,
        by=linked.school.ada,
        now=linked.now,
    )
    hours_pass(linked)
    [former] = linked.sim.meetings
    assert [one["status"] for one in former["occurrences"]] == ["available"] * 4
    makes_again(linked)
    hours_pass(linked, 1)

    assert hosts_at_zoom(linked) == ["tariq", "wim"]
    assert list(meetings_stand(seen_at(linked.sim))) == []
    assert not ZoomOperation.objects.filter(state="pending").exists()
