"""A meeting that was handed on is handed back with its class, and a move meanwhile is carried through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from eduraise.accounts.models import User
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession
from eduraise.classes.starting import start
from eduraise.core.codes import new_uid
from eduraise.substitutes.returning import give_back
from eduraise.substitutes.settling import settle_due
from eduraise.zoom import api
from eduraise.zoom.claims import HostBusy, claim_host, let_go, release_all
from eduraise.zoom.models import ZoomMeeting, ZoomOperation, ZoomUser
from tests.classes.test_together import again
from tests.classes.test_together_interrupted import LosesAnswer, come_to_rest
from tests.linked import LinkedZoom
from tests.substitutes.scene import claims, hosts_at_zoom, taken
from tests.substitutes.test_ways import account, ben, served
from tests.truths.claims import nobody_held_twice
from tests.truths.meetings import meetings_stand
from tests.truths.substitutes import nothing_half_handed
from tests.truths.zoom import seen_at

__all__ = ["account", "ben", "served"]
pytestmark = pytest.mark.django_db(transaction=True)
HOURS = timedelta(hours=3)


@pytest.fixture
def both(linked: LinkedZoom, ben: User) -> None:
    """At Zoom each of the two lets the other schedule."""
    tariq = linked.school.tariq
    linked.sim.user(tariq.email, schedules_for=[ben.email])
    linked.sim.user(ben.email, schedules_for=[tariq.email])


def back(linked: LinkedZoom, session: ClassSession) -> ClassSession:
    session = again(session)
    return give_back(session=session, seen_version=session.version, by=linked.school.tariq, now=linked.now)


def move(linked: LinkedZoom, session: ClassSession) -> ClassSession:
    session = again(session)
    edit = Edit(starts_at=session.starts_at + HOURS)
    return change_class(
        session=session, seen_version=session.version, edit=edit, by=linked.school.ada, now=linked.now
    )


def rest(linked: LinkedZoom) -> None:
    come_to_rest(linked)
    settle_due(linked.now)
    come_to_rest(linked)


def true(linked: LinkedZoom) -> None:
    assert list(meetings_stand(seen_at(linked.sim))) == []
    assert list(nobody_held_twice(linked.now)) == []
    assert list(nothing_half_handed()) == []
    assert not ZoomOperation.objects.filter(state__in=("pending", "calling", "unknown")).exists()


def test_it_goes_back_with_its_number_and_link(
    linked: LinkedZoom, served: ClassSession, ben: User, both: None
) -> None:
    numbers = linked.numbers()
    taken(linked, served, ben)
    linked.push()
    assert hosts_at_zoom(linked) == ["ben"]
    back(linked, served)
    assert claims(linked) == (["Tariq"], ["ben", "tariq"])  # until Zoom has done it
    rest(linked)

    assert (linked.numbers(), hosts_at_zoom(linked)) == (numbers, ["tariq"])
    assert claims(linked) == (["Tariq"], ["tariq"])
    assert again(served).occurrence == served.occurrence
    true(linked)
    linked.advance(days=2, minutes=-45)
    assert "zak=" in start(session=again(served), by=linked.school.tariq, now=linked.now)


def test_where_zoom_refuses_that_it_is_held_in_another_meeting(
    linked: LinkedZoom, served: ClassSession, ben: User
) -> None:
    linked.sim.user(linked.school.tariq.email, schedules_for=[ben.email])  # and ben lets nobody
    numbers = linked.numbers()
    taken(linked, served, ben)
    linked.push()
    back(linked, served)
    linked.push()
    assert hosts_at_zoom(linked) == ["ben"]
    assert settle_due(linked.now)["brought_home"] == 1
    rest(linked)

    assert hosts_at_zoom(linked) == ["tariq"]
    assert linked.numbers() != numbers
    assert claims(linked) == (["Tariq"], ["tariq"])
    assert settle_due(linked.now)["brought_home"] == 0
    true(linked)


@pytest.fixture
def losing(linked: LinkedZoom, place: int) -> Iterator[LosesAnswer]:
    yield LosesAnswer(linked.sim.transport, place)
    api.install(None)


ORDERS = {
    "taken, moved": ("taken", "moved"),
    "moved, taken": ("moved", "taken"),
    "taken, done, moved, back": ("taken", "done", "moved", "back"),
    "taken, done, back, moved": ("taken", "done", "back", "moved"),
    "taken, moved, done, back": ("taken", "moved", "done", "back"),
    "taken, back, moved": ("taken", "back", "moved"),
}


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_a_move_on_the_way_is_carried_through_whichever_answer_gets_lost(
    linked: LinkedZoom,
    served: ClassSession,
    ben: User,
    both: None,
    order: tuple[str, ...],
    losing: LosesAnswer,
) -> None:
    numbers = linked.numbers()
    api.install(losing)
    for step in order:
        match step:
            case "taken":
                taken(linked, again(served), ben)
            case "moved":
                move(linked, served)
            case "back":
                back(linked, served)
            case _:
                rest(linked)
    rest(linked)

    whose = "tariq" if "back" in order else "ben"
    [meeting] = linked.sim.meetings
    assert hosts_at_zoom(linked) == [whose]
    assert meeting["start_time"] == f"{served.starts_at + HOURS:%Y-%m-%dT%H:%M:%SZ}"
    assert claims(linked)[1] == [whose]
    assert linked.numbers() == numbers
    true(linked)


def goes_to(session: ClassSession) -> ZoomUser:
    """The host to whom the class's meeting is on its way."""
    row = again(session).occurrence
    assert row
    host = ZoomMeeting.objects.get(pk=row.meeting_id).wanted_host
    assert host
    return host


def test_a_move_to_an_hour_that_is_taken_where_it_goes_is_refused(
    linked: LinkedZoom, served: ClassSession, ben: User, both: None
) -> None:
    taken(linked, served, ben)
    hours = {"starts_at": served.starts_at + HOURS, "ends_at": served.ends_at + HOURS}
    claim_host(host=goes_to(served), held_for=new_uid(), now=linked.now, **hours)
    with pytest.raises(HostBusy):
        move(linked, served)
    assert again(served).starts_at == served.starts_at


def test_one_that_went_over_to_a_host_who_is_taken_by_then_is_held_elsewhere(
    linked: LinkedZoom, served: ClassSession, ben: User, both: None
) -> None:
    taken(linked, served, ben)
    host, other = goes_to(served), new_uid()
    let_go(host=host, held_for=served.uid)
    hours = {"starts_at": served.starts_at, "ends_at": served.ends_at}
    claim_host(host=host, held_for=other, now=linked.now, **hours)
    linked.push()
    assert hosts_at_zoom(linked) == ["ben"]
    assert settle_due(linked.now)["brought_home"] == 0  # nobody's Zoom can, yet
    release_all([other])
    linked.connect(ben)
    assert settle_due(linked.now)["brought_home"] == 1
    rest(linked)
    assert hosts_at_zoom(linked) == ["ben"]
    true(linked)
