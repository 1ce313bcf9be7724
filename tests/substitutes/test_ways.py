"""Where somebody has no Zoom that could hold a meeting of its own: handed on, or as alternative host."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.models import ClassSession
from eduraise.classes.starting import start
from eduraise.notifications.models import Message
from eduraise.substitutes.candidates import candidates_of
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.returning import give_back
from eduraise.substitutes.settling import settle_due
from eduraise.zoom import accountlinks, wholeaccount
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.models import ZoomAccount, ZoomUser
from tests.classes.pages import signed_in, text_of
from tests.classes.series import plan, thursdays
from tests.linked import LinkedZoom
from tests.substitutes.scene import claims, hosts_at_zoom, kinds, schedule, state_of, taken
from tests.zoom.test_series import work
from tests.zoom.test_wholeaccount import account
from tests.zoom_simulator import answers_of

__all__ = ["account"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ben(linked: LinkedZoom) -> User:
    """A teacher with a licensed Zoom user in the account, of whom nobody has said yet that it is his."""
    ben = linked.school.teacher("ben")
    linked.sim.user(ben.email, licence="licensed")
    return ben


@pytest.fixture
def served(linked: LinkedZoom, ben: User, account: ZoomAccount) -> ClassSession:
    """A class on tariq's Zoom user, for which the organisation's app answers."""
    assert linked.school.sana.pk
    tariq = linked.school.tariq
    linked.sim.user(tariq.email, licence="licensed")
    wholeaccount.look(account, linked.now)
    host = accountlinks.look_up(account, tariq.email, linked.now)
    accountlinks.link(host=host, teacher=tariq, by=linked.school.ada, now=linked.now)
    session = schedule(linked, tariq)
    announce_due(linked.now)
    Message.objects.all().delete()
    session.refresh_from_db()
    return session


def way(session: ClassSession) -> str:
    return str(Substitution.objects.filter(session=session).latest("pk").way)


def alternates(linked: LinkedZoom) -> list[str]:
    return [meeting["settings"]["alternative_hosts"] for meeting in linked.sim.meetings]


def offered(linked: LinkedZoom, session: ClassSession, person: User) -> Any:
    current = ClassSession.objects.select_related("occurrence__meeting__host__account").get(pk=session.pk)
    [one] = candidates_of(current, linked.now, person=person)
    return one.holding.way


def test_a_meeting_is_handed_on_where_the_account_serves(
    linked: LinkedZoom, served: ClassSession, ben: User
) -> None:
    linked.sim.user(linked.school.tariq.email, schedules_for=[ben.email])
    numbers = linked.numbers()
    assert offered(linked, served, ben) == "transfer"

    given = taken(linked, served, ben)
    assert claims(linked) == (["Ben"], ["ben", "tariq"])  # until Zoom has done it
    linked.push()

    assert linked.numbers() == numbers  # number, and with it the link, stay
    assert hosts_at_zoom(linked) == ["ben"]
    assert (way(served), given.occurrence) == ("transfer", served.occurrence)
    assert claims(linked) == (["Ben"], ["ben"])
    said = text_of(signed_in(ben).get(f"/classes/{served.code}/"))
    assert "The meeting goes to your Zoom user. The students’ link stays the same." in said
    linked.advance(days=2, minutes=-5)
    assert "zak=" in start(session=served, by=ben, now=linked.now)


def test_handed_on_it_comes_back_in_a_meeting_of_its_own(
    linked: LinkedZoom, served: ClassSession, ben: User
) -> None:
    linked.sim.user(linked.school.tariq.email, schedules_for=[ben.email])
    given = taken(linked, served, ben)
    linked.push()

    give_back(session=given, seen_version=given.version, by=linked.school.tariq, now=linked.now)
    linked.advance(minutes=11)
    linked.push()  # nobody let Ben's Zoom user schedule for tariq
    settle_due(linked.now)
    linked.advance(minutes=1)
    linked.push()

    assert hosts_at_zoom(linked) == ["tariq"]
    assert claims(linked) == (["Tariq"], ["tariq"])


def test_before_zoom_has_done_it_it_never_leaves(linked: LinkedZoom, served: ClassSession, ben: User) -> None:
    given = taken(linked, served, ben)

    give_back(session=given, seen_version=given.version, by=linked.school.tariq, now=linked.now)
    linked.advance(minutes=11)
    linked.push()

    assert hosts_at_zoom(linked) == ["tariq"]
    assert claims(linked) == (["Tariq"], ["tariq"])
    assert linked.sim.called("meetingUpdate") == 0
    assert state_of(served) == [("Ben", "returned")]


def test_where_zoom_refuses_that_he_becomes_alternative_host_and_is_none_after_the_class(
    linked: LinkedZoom, served: ClassSession, ben: User
) -> None:
    taken(linked, served, ben)  # nobody let tariq's Zoom user schedule for him
    linked.push()
    assert hosts_at_zoom(linked) == ["tariq"]

    assert settle_due(linked.now)["rerouted"] == 1
    linked.push()

    assert way(served) == "alternative"
    assert alternates(linked) == [ben.email]
    assert claims(linked) == (["Ben"], ["tariq"])
    assert settle_due(linked.now)["rerouted"] == 0
    linked.advance(days=2, minutes=-5)
    address = start(session=served, by=ben, now=linked.now)
    assert "zak=" not in address  # never by the link of another
    linked.advance(hours=2)
    settle_due(linked.now)
    linked.push()
    assert alternates(linked) == [""]


def test_one_whose_connection_is_lost_is_alternative_host_and_whom_others_named_stays(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    dia = linked.school.teacher("dia")
    linked.connect(dia)
    ZoomUser.objects.filter(teacher=wim).update(state=HostState.LOST)
    linked.push()
    [meeting] = linked.sim.meetings
    linked.sim.edit_meeting(meeting["id"], settings={"alternative_hosts": dia.email})
    assert offered(linked, session, wim) == "alternative"

    given = taken(linked, session, wim)
    linked.push()
    assert alternates(linked) == [f"{dia.email};{wim.email}"]

    give_back(session=given, seen_version=given.version, by=linked.school.tariq, now=linked.now)
    linked.push()

    assert alternates(linked) == [dia.email]
    assert linked.numbers() == [str(meeting["id"])]
    assert claims(linked) == (["Tariq"], ["tariq"])


@pytest.mark.parametrize("answer", answers_of("bad_alternative_host"))
def test_where_zoom_refuses_all_everybody_concerned_hears_of_it(
    linked: LinkedZoom, session: ClassSession, wim: User, answer: str
) -> None:
    linked.sim.switch(bad_alternative_host=answer)
    ZoomUser.objects.filter(teacher=wim).update(state=HostState.LOST)
    linked.sim.user(wim.email, licence="basic")  # which we don't know yet
    linked.push()
    taken(linked, session, wim)
    linked.push()

    assert settle_due(linked.now)["rerouted"] == 1
    assert settle_due(linked.now)["rerouted"] == 0

    assert "substitute.refused" in kinds(linked.school.tariq)
    assert "substitute.refused" in kinds(wim)
    said = text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/"))
    assert "Zoom doesn’t let Wim hold it" in said
    assert "I can teach after all" in said


def test_a_date_of_a_series_is_never_handed_on_and_another_date_keeps_its_alternative_host(
    linked: LinkedZoom, wim: User
) -> None:
    linked.connect(linked.school.tariq)
    ZoomUser.objects.filter(teacher=wim).update(state=HostState.LOST)
    planned = plan(linked.school, thursdays(linked.school, 3))
    work(linked)
    first, second, _third = [
        ClassSession.objects.get(pk=one.pk) for _on, one in sorted(planned.booked.items())
    ]
    taken(linked, first, wim)
    given = taken(linked, second, wim)
    linked.push()
    assert alternates(linked) == [wim.email]

    give_back(session=given, seen_version=given.version, by=linked.school.tariq, now=linked.now)
    linked.push()
    assert alternates(linked) == [wim.email]  # he takes the first one still
    linked.advance(days=(first.ends_at - linked.now) / timedelta(days=1), hours=1)
    settle_due(linked.now)
    linked.push()
    assert alternates(linked) == [""]


@pytest.mark.parametrize("lacking", ["licence", "account", "host"])
def test_nobody_becomes_host_of_a_meeting_where_zoom_has_a_rule_against_it(
    linked: LinkedZoom, session: ClassSession, wim: User, lacking: str
) -> None:
    linked.push()
    host = ZoomUser.objects.filter(teacher=wim)
    host.update(state=HostState.LOST)
    if lacking == "licence":
        host.update(licence=Licence.BASIC)
    elif lacking == "account":
        host.update(account=ZoomAccount.objects.create(zoom_account_id="elsewhere"))
    else:
        ZoomUser.objects.filter(teacher=linked.school.tariq).update(licence=Licence.BASIC)

    assert offered(linked, session, wim) is None
