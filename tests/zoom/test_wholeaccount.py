"""The organisation's Zoom account, connected as a whole: whom it serves, and what becomes of that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from eduraise.accounts.models import User
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.scheduling import schedule_class
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.zoom import (
    accountlinks,
    asking,
    choosing,
    hosts,
    licences,
    linking,
    losing,
    tokens,
    wake,
    wholeaccount,
)
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.models import ZoomAccount, ZoomUser
from eduraise.zoom.wholeaccount import AlreadyLinked, NotInAccount
from tests.linked import LinkedZoom
from tests.zoom.connecting import browser
from zoomclient import ConnectionLost

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(linked: LinkedZoom, settings: Settings) -> ZoomAccount:
    """The organisation's own app is configured, and its account has been looked at."""
    school = linked.school
    for teacher in (school.tariq, school.tove):
        linked.sim.user(teacher.email, licence="licensed")
    configure(settings)
    return look(linked)


def configure(settings: Settings, secret: str = "sim-s2s-secret") -> None:
    settings.ZOOM_ENVIRONMENT = {
        **settings.ZOOM_ENVIRONMENT,
        "ZOOM_ACCOUNT_ID": "sim-account",
        "ZOOM_S2S_CLIENT_ID": "sim-s2s-client",
        "ZOOM_S2S_CLIENT_SECRET": secret,
    }


def look(linked: LinkedZoom) -> ZoomAccount:
    wholeaccount.account_due(linked.now)
    return ZoomAccount.objects.get(zoom_account_id="sim-account")


def link(linked: LinkedZoom, teacher: User) -> ZoomUser:
    host = ZoomUser.objects.get(suggested_teacher=teacher)
    return accountlinks.link(host=host, teacher=teacher, by=linked.school.ada, now=linked.now)


def test_a_configured_account_connects_by_itself_and_names_whose_zoom_is_whose(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    assert (account.is_whole, account.state, account.checked_at) == (True, HostState.CONNECTED, linked.now)
    told = {
        host.suggested_teacher.email: (host.licence, host.teacher)
        for host in wholeaccount.suggestions()
        if host.suggested_teacher
    }
    school = linked.school
    # olu teaches nothing here, and has no Zoom user in the account either
    assert told == {
        school.tariq.email: (Licence.LICENSED, None),
        school.tove.email: (Licence.LICENSED, None),
    }


def test_a_teacher_who_is_linked_books_on_her_own_zoom_without_connecting(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = link(linked, linked.school.tariq)
    assert choosing.hosts_for(linked.school.tariq, starts_at=linked.now, length=timedelta(hours=1)) == [host]
    linked.want(host)
    assert linked.push() == ["done"]
    [meeting] = linked.sim.meetings
    assert meeting["host_email"] == linked.school.tariq.email
    assert [message.person for message in Message.objects.filter(kind=accountlinks.LINKED)] == [
        linked.school.tariq
    ]


def test_her_own_healthy_link_serves_first_and_the_account_when_it_ends(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = linked.connect(linked.school.tariq)
    linked.advance(days=2)
    look(linked)
    assert tokens.access_for(host, linked.now).user_id == "me"
    linked.sim.user(linked.school.tariq.email, revoke=True)
    linked.advance(hours=2)
    access = tokens.access_for(host, linked.now)
    host.refresh_from_db()
    assert (access.user_id, host.state, host.by_account) == (host.zoom_user_id, HostState.CONNECTED, True)
    assert (
        asking.with_zoom(host, linked.now, lambda zoom: zoom.users.get(zoom.user_id)).id == host.zoom_user_id
    )


def test_who_ends_her_own_link_is_served_by_the_account(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = linked.connect(linked.school.tariq)
    linked.advance(days=2)
    look(linked)
    assert linking.disconnect(host=host, by=linked.school.tariq, now=linked.now)
    host.refresh_from_db()
    assert (host.teacher, host.by_account, host.refresh_token) == (linked.school.tariq, True, None)
    assert tokens.access_for(host, linked.now).user_id == host.zoom_user_id


def test_an_admin_who_releases_a_host_ends_it_for_good(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = link(linked, linked.school.tariq)
    assert linking.disconnect(host=host, by=linked.school.ada, now=linked.now)
    host.refresh_from_db()
    assert (host.teacher, host.state) == (None, HostState.CLOSED)


def test_when_zoom_refuses_the_app_its_hosts_are_lost_and_come_back_with_it(
    linked: LinkedZoom, account: ZoomAccount, settings: Settings
) -> None:
    host = link(linked, linked.school.tariq)
    occurrence = linked.want(host, starts_at=linked.now + timedelta(days=3))
    configure(settings, secret="wrong")
    linked.advance(hours=2)
    assert linked.push() == ["parked"]
    host.refresh_from_db()
    assert (host.state, host.state_reason) == (HostState.LOST, "account_lost")
    with pytest.raises(ConnectionLost):
        tokens.access_for(host, linked.now)
    configure(settings)
    linked.advance(hours=25)
    look(linked)
    host.refresh_from_db()
    assert host.state == HostState.CONNECTED
    assert linked.push() == ["done"]
    occurrence.refresh_from_db()
    assert occurrence.is_at_zoom


def test_a_deactivated_zoom_user_holds_no_classes_until_zoom_has_her_back(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = link(linked, linked.school.tariq)
    for status, state in (("inactive", HostState.GONE), ("active", HostState.CONNECTED)):
        linked.sim.user(linked.school.tariq.email, status=status)
        linked.advance(hours=25)
        look(linked)
        host.refresh_from_db()
        assert host.state == state


def test_a_licence_that_changes_at_zoom_is_known_here(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = link(linked, linked.school.tariq)
    linked.sim.user(linked.school.tariq.email, licence="basic")
    linked.advance(hours=25)
    look(linked)
    host.refresh_from_db()
    assert host.licence == Licence.BASIC


def test_a_token_that_another_program_ended_is_replaced_and_remembered(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = link(linked, linked.school.tariq)
    linked.sim.switch(s2s_single_token=True)
    linked.advance(hours=2)
    tokens.access_for(host, linked.now)
    with linked.sim.client() as elsewhere:
        elsewhere.post(
            "/oauth/token",
            data={"grant_type": "account_credentials", "account_id": "sim-account"},
            auth=("sim-s2s-client", "sim-s2s-secret"),
        )
    me = asking.with_zoom(host, linked.now, lambda zoom: zoom.users.get(zoom.user_id))
    account.refresh_from_db()
    assert (me.id, account.voided_at) == (host.zoom_user_id, linked.now)


def test_no_token_is_fetched_while_the_one_we_hold_is_good(linked: LinkedZoom, account: ZoomAccount) -> None:
    fetched = linked.sim.called("token")
    host = link(linked, linked.school.tariq)
    for _ in range(5):
        asking.with_zoom(host, linked.now, lambda zoom: zoom.users.get(zoom.user_id))
    assert linked.sim.called("token") == fetched


def test_one_teacher_has_one_host_and_one_host_one_teacher(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = link(linked, linked.school.tariq)
    with pytest.raises(AlreadyLinked):
        accountlinks.link(host=host, teacher=linked.school.tove, by=linked.school.ada, now=linked.now)
    other = ZoomUser.objects.get(suggested_teacher=linked.school.tove)
    with pytest.raises(AlreadyLinked):
        accountlinks.link(host=other, teacher=linked.school.tariq, by=linked.school.ada, now=linked.now)


def test_a_suggestion_that_was_denied_is_not_made_again(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = ZoomUser.objects.get(suggested_teacher=linked.school.tariq)
    assert accountlinks.dismiss(host=host, by=linked.school.ada, now=linked.now)
    linked.advance(hours=25)
    look(linked)
    assert [one.suggested_teacher for one in wholeaccount.suggestions()] == [linked.school.tove]


def test_another_address_at_zoom_is_looked_up(linked: LinkedZoom, account: ZoomAccount) -> None:
    school = linked.school
    linked.sim.user("t.haddad@school.example", licence="licensed")
    for email, problem in (
        ("nobody@school.example", NotInAccount),
        ("unlicensed@demo.example", NotInAccount),
    ):
        with pytest.raises(problem):
            accountlinks.link_by_email(
                account=account, email=email, teacher=school.tariq, by=school.ada, now=linked.now
            )
    host = accountlinks.link_by_email(
        account=account, email="t.haddad@school.example", teacher=school.tariq, by=school.ada, now=linked.now
    )
    assert hosts.connection_of(school.tariq) == host


def test_an_account_that_is_not_configured_any_more_is_let_go(
    linked: LinkedZoom, account: ZoomAccount, settings: Settings
) -> None:
    host = link(linked, linked.school.tariq)
    settings.ZOOM_ENVIRONMENT = {}
    wholeaccount.account_due(linked.now)
    account.refresh_from_db()
    host.refresh_from_db()
    assert (account.is_whole, account.access_token, host.state) == (False, None, HostState.LOST)


def test_a_lost_account_is_told_to_admins_once_and_to_no_teacher(
    linked: LinkedZoom, account: ZoomAccount, settings: Settings
) -> None:
    link(linked, linked.school.tariq)
    configure(settings, secret="wrong")
    linked.advance(hours=2)
    with pytest.raises(ConnectionLost):
        tokens.access_for(ZoomUser.objects.get(teacher=linked.school.tariq), linked.now)
    assert losing.tell_due(linked.now) == 1
    assert losing.tell_due(linked.now) == 0
    told = {(message.person, message.kind) for message in Message.objects.exclude(kind=accountlinks.LINKED)}
    assert told == {(linked.school.ada, losing.ACCOUNT)}
    page = browser(linked.school.tariq).get("/zoom/connect/").content.decode()
    assert "The admins were told." in page
    bell = browser(linked.school.ada).get("/notifications/").content.decode()
    assert "1 host lives by it." in bell


def test_whose_own_link_died_while_the_account_was_down_is_served_when_it_is_back(
    linked: LinkedZoom, account: ZoomAccount, settings: Settings
) -> None:
    host = linked.connect(linked.school.tariq)
    linked.advance(days=2)
    look(linked)
    configure(settings, secret="wrong")
    linked.sim.user(linked.school.tariq.email, revoke=True)
    linked.advance(hours=2)
    look_again(linked)
    with pytest.raises(ConnectionLost):
        tokens.access_for(host, linked.now)
    host.refresh_from_db()
    assert (host.state, host.by_account) == (HostState.LOST, False)

    configure(settings)
    linked.advance(hours=2)
    look_again(linked)

    host.refresh_from_db()
    assert (host.state, host.by_account) == (HostState.CONNECTED, True)
    assert tokens.access_for(host, linked.now).user_id == host.zoom_user_id


def look_again(linked: LinkedZoom) -> None:
    """As if its time had come."""
    ZoomAccount.objects.update(wake_at=linked.now, access_expires_at=linked.now)
    look(linked)


def test_an_account_that_is_connected_anew_has_its_hosts_back(
    linked: LinkedZoom, account: ZoomAccount, settings: Settings
) -> None:
    host = link(linked, linked.school.tariq)
    wholeaccount.disconnect(account, now=linked.now)
    host.refresh_from_db()
    assert host.state == HostState.LOST

    look(linked)

    host.refresh_from_db()
    assert (host.state, host.state_reason) == (HostState.CONNECTED, "")


def test_who_is_served_on_by_the_account_is_told_quietly_that_her_own_link_ended(
    linked: LinkedZoom, account: ZoomAccount, mailoutbox: list[EmailMessage]
) -> None:
    host = linked.connect(linked.school.tariq)
    linked.advance(days=2)
    look(linked)
    linked.sim.user(linked.school.tariq.email, revoke=True)
    linked.advance(hours=2)
    tokens.access_for(host, linked.now)

    assert losing.tell_due(linked.now) == 1
    assert losing.tell_due(linked.now) == 0
    send_due(linked.now)
    assert mailoutbox == []
    bell = browser(linked.school.tariq).get("/notifications/").content.decode()
    assert "Your own Zoom connection ended" in bell
    assert "there is nothing to do." in bell


@pytest.mark.parametrize(
    ("licence", "minutes", "said"),
    [
        ("basic", 60, "1 coming class is longer than that."),
        ("basic", 40, ""),
        ("none", 40, "Your Zoom user may hold no meetings any more"),
    ],
)
def test_a_licence_that_was_taken_away_is_told_where_it_concerns_a_class(
    linked: LinkedZoom, account: ZoomAccount, licence: str, minutes: int, said: str
) -> None:
    school = linked.school
    link(linked, school.tariq)
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic="Sets",
        starts_at=linked.now + timedelta(days=5),
        duration=timedelta(minutes=minutes),
        zone="Europe/Madrid",
    )
    schedule_class(by=school.tariq, draft=draft, now=linked.now)
    linked.sim.user(school.tariq.email, licence=licence)
    for _day in range(2):
        linked.advance(hours=25)
        look(linked)

    messages = Message.objects.filter(kind=licences.LOWERED)
    assert [message.person for message in messages] == [school.tariq] * bool(said)
    bell = browser(school.tariq).get("/notifications/").content.decode()
    assert (said and said in bell) or "licence" not in bell


def test_who_was_reactivated_at_zoom_says_so_with_one_press(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = link(linked, linked.school.tariq)
    teacher = browser(linked.school.tariq)
    for status, state in (("inactive", HostState.GONE), ("active", HostState.CONNECTED)):
        linked.sim.user(linked.school.tariq.email, status=status)
        teacher.post("/zoom/connect/check/")
        host.refresh_from_db()
        assert host.state == state


def test_whose_own_link_ended_because_she_was_deactivated_is_not_asked_to_connect(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = linked.connect(linked.school.tariq)
    ZoomUser.objects.update(in_account_at=None)  # the account had not seen her since she connected
    linked.sim.user(linked.school.tariq.email, status="inactive", revoke=True)
    linked.advance(hours=25)
    with pytest.raises(ConnectionLost):
        tokens.access_for(host, linked.now)
    look(linked)
    host.refresh_from_db()
    assert (host.state, host.state_reason) == (HostState.GONE, "deactivated")


def test_a_lost_link_is_asked_about_at_once_where_the_account_can_tell(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    """Long before the account is looked at again."""
    look(linked)
    host = linked.connect(linked.school.tariq)
    ZoomUser.objects.update(in_account_at=None)  # the account had not seen her since she connected
    linked.sim.user(linked.school.tariq.email, status="inactive", revoke=True)
    linked.advance(minutes=70)
    with pytest.raises(ConnectionLost):
        tokens.access_for(host, linked.now)

    wholeaccount.account_due(linked.now)

    host.refresh_from_db()
    assert (host.state, host.state_reason) == (HostState.GONE, "deactivated")
    asked = len(linked.sim.calls)
    wholeaccount.account_due(linked.now)
    assert len(linked.sim.calls) == asked


def test_a_zoom_user_whom_the_account_has_no_more_is_gone_at_the_next_look(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = link(linked, linked.school.tariq)
    linked.sim.user(linked.school.tariq.email, delete=True)
    linked.advance(hours=1)
    ZoomUser.objects.update(wake_at=linked.now)

    assert wake.wake_due(linked.now)["gone"] == 1
    host.refresh_from_db()
    assert (host.state, host.state_reason) == (HostState.GONE, "deleted")
