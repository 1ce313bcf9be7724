"""The page of the organisation's whole account: its app, whose Zoom is whose, shared hosts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from eduraise.core.codes import new_uid
from eduraise.core.models import AuditEntry, Setting
from eduraise.programs.models import Assignment, TeacherProfile
from eduraise.today.common import needs_of
from eduraise.zoom import accounttokens, checks, wholeaccount
from eduraise.zoom.enums import HostKind
from eduraise.zoom.hosts import connection_of
from eduraise.zoom.models import HostClaim, ZoomUser
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import browser

pytestmark = pytest.mark.django_db
PAGE = "/zoom/account/"
RIGHT = {
    "ZOOM_ACCOUNT_ID": "sim-account",
    "ZOOM_S2S_CLIENT_ID": "sim-s2s-client",
    "ZOOM_S2S_CLIENT_SECRET": "sim-s2s-secret",
}


@pytest.fixture
def admin(site: LinkedZoom, school: School, settings: Settings) -> Client:
    """An admin's browser at an installation whose environment gives no credentials."""
    settings.ZOOM_ENVIRONMENT = {}
    for teacher in (school.tariq, school.tove):
        site.sim.user(teacher.email, licence="licensed")
    return browser(school.ada)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def connect(admin: Client) -> None:
    assert admin.post(f"{PAGE}credentials/", RIGHT).status_code == 302


def test_credentials_are_tried_kept_encrypted_and_never_shown(admin: Client) -> None:
    connect(admin)
    page = admin.get(PAGE)
    assert "Zoom accepts them. The account is connected." in words(page)
    assert {row.name for row in Setting.objects.filter(name__in=RIGHT)} == set(RIGHT)
    assert b"sim-s2s-secret" not in page.content
    assert wholeaccount.suggestions().count() == 2


@pytest.mark.parametrize("wrong", ["ZOOM_S2S_CLIENT_SECRET", "ZOOM_ACCOUNT_ID"])
def test_what_zoom_refuses_is_said_in_the_form_and_not_kept(admin: Client, wrong: str) -> None:
    answer = admin.post(f"{PAGE}credentials/", RIGHT | {wrong: "CANARY"})
    assert answer.status_code == 422
    assert "Zoom does not accept these three together." in words(answer)
    assert not Setting.objects.filter(name__in=RIGHT).exists()
    assert wholeaccount.whole() is None


def test_one_of_three_is_asked_for(admin: Client) -> None:
    answer = admin.post(f"{PAGE}credentials/", {"ZOOM_ACCOUNT_ID": "sim-account"})
    assert answer.status_code == 422
    assert "Zoom needs all three together." in words(answer)


def test_one_yes_links_one_teacher_and_the_rest_together(admin: Client, school: School) -> None:
    connect(admin)
    first = ZoomUser.objects.get(suggested_teacher=school.tove)
    admin.post(f"{PAGE}suggestions/{first.uid}/", {"answer": "no"})
    assert connection_of(school.tove) is None
    admin.post(f"{PAGE}suggestions/")
    host = connection_of(school.tariq)
    assert host is not None
    assert host.by_account
    assert connection_of(school.tove) is None
    shown = words(browser(school.tariq).get("/zoom/connect/"))
    assert "Through the organisation’s Zoom account: you need not do anything." in shown


def test_another_address_is_linked_and_an_unknown_one_refused(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    site.sim.user("t.haddad@school.example", licence="licensed")
    connect(admin)
    fields = {"link-teacher": str(school.tariq.pk), "link-email": "nobody@school.example"}
    answer = admin.post(f"{PAGE}teachers/", fields)
    assert answer.status_code == 422
    assert "Zoom has no user nobody@school.example in this account." in words(answer)
    assert (
        admin.post(f"{PAGE}teachers/", fields | {"link-email": "t.haddad@school.example"}).status_code == 302
    )
    host = connection_of(school.tariq)
    assert host is not None
    assert host.email == "t.haddad@school.example"


def test_a_shared_host_is_added_and_taken_out(admin: Client) -> None:
    connect(admin)
    refused = admin.post(f"{PAGE}shared/", {"pool-email": "basic@demo.example"})
    assert "Give it a licence at Zoom first." in words(refused)
    admin.post(f"{PAGE}shared/", {"pool-email": "teacher01@demo.example"})
    host = ZoomUser.objects.get(kind=HostKind.POOL)
    assert "Nothing is held on it at present." in words(admin.get(f"{PAGE}shared/{host.uid}/"))
    assert "It gets no new classes." in words(admin.get(f"{PAGE}shared/{host.uid}/end/"))
    admin.post(f"{PAGE}shared/{host.uid}/end/")
    assert not ZoomUser.objects.filter(kind=HostKind.POOL).exists()


def test_a_teacher_without_a_licence_is_told_that_she_needs_none(admin: Client, school: School) -> None:
    connect(admin)
    admin.post(f"{PAGE}shared/", {"pool-email": "teacher01@demo.example"})
    assert "You need no Zoom of your own" in words(browser(school.tariq).get("/zoom/connect/"))
    assert "Connect Zoom to schedule classes" not in words(browser(school.tariq).get("/"))


def test_the_admin_sees_what_waits_for_her_and_that_the_account_is_lost(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    connect(admin)
    titles = [need.title for need in needs_of(school.ada, site.now)]
    assert "2 Zoom users wait for your word" in titles
    admin.post(f"{PAGE}suggestions/")
    account = wholeaccount.whole()
    assert account is not None
    accounttokens.mark_lost(account, "client_refused", site.now)
    titles = [need.title for need in needs_of(school.ada, site.now)]
    assert titles == ["The organisation’s Zoom account doesn’t work"]
    page = words(admin.get(PAGE))
    assert "Zoom doesn’t accept the app’s client ID and secret." in page
    assert "2 teachers’ Zoom connections don’t work." in page
    assert "Every teacher has a Zoom connection" not in page


def test_disconnecting_says_who_lives_by_it_and_forgets_the_credentials(
    admin: Client, school: School
) -> None:
    connect(admin)
    admin.post(f"{PAGE}suggestions/")
    assert "2 hosts live by it." in words(admin.get(f"{PAGE}disconnection/"))
    admin.post(f"{PAGE}disconnection/")
    assert not Setting.objects.filter(name__in=RIGHT).exists()
    assert wholeaccount.whole() is None
    assert AuditEntry.objects.filter(verb="zoom.account_disconnected").count() == 1


def test_what_the_environment_gives_is_locked(admin: Client, settings: Settings) -> None:
    settings.ZOOM_ENVIRONMENT = RIGHT
    page = words(admin.get(PAGE))
    assert page.count("set by the installation") == 3
    assert "Test and connect" not in page


def test_a_token_that_somebody_else_ended_is_said(admin: Client, site: LinkedZoom, school: School) -> None:
    connect(admin)
    account = wholeaccount.whole()
    assert account is not None
    type(account).objects.update(voided_at=site.now)
    assert "Another program uses this app." in words(admin.get(PAGE))
    titles = [need.title for need in needs_of(school.ada, site.now)]
    assert "Another program uses the organisation’s Zoom app" in titles


def test_what_the_environment_gives_can_be_connected_at_once(admin: Client, settings: Settings) -> None:
    settings.ZOOM_ENVIRONMENT = RIGHT
    assert "It is connected within a minute by itself." in words(admin.get(PAGE))
    admin.post(f"{PAGE}looking/")
    assert "2 Zoom users wait for your word." in words(admin.get(PAGE))


def test_a_host_that_is_nobodys_and_holds_nothing_is_no_trouble_any_more(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    connect(admin)
    admin.post(f"{PAGE}shared/", {"pool-email": "teacher01@demo.example"})
    host = ZoomUser.objects.get(kind=HostKind.POOL)
    admin.post(f"{PAGE}shared/{host.uid}/end/")
    admin.post(f"{PAGE}disconnection/")

    assert [need for need in needs_of(school.ada, site.now) if "account" in need.title] == []
    [found] = [check for check in checks.run(site.now, with_meeting=False) if check.name == "hosts"]
    assert found.state == checks.OFF


def test_a_host_that_still_holds_a_class_hangs_on_the_account_until_then(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    connect(admin)
    admin.post(f"{PAGE}shared/", {"pool-email": "teacher01@demo.example"})
    host = ZoomUser.objects.get(kind=HostKind.POOL)
    HostClaim.objects.create(
        host=host,
        held_for=new_uid(),
        starts_at=site.now + timedelta(days=1),
        ends_at=site.now + timedelta(days=1, hours=1),
        lane=0,
    )
    admin.post(f"{PAGE}shared/{host.uid}/end/")
    admin.post(f"{PAGE}disconnection/")

    def titles() -> list[str]:
        return [need.title for need in needs_of(school.ada, site.now) if "account" in need.title]

    assert titles() == ["The organisation’s Zoom account is disconnected"]
    site.advance(days=2)
    assert titles() == []


def test_who_was_linked_is_shown_and_can_be_released(admin: Client, school: School) -> None:
    connect(admin)
    admin.post(f"{PAGE}suggestions/")
    page = admin.get(PAGE)
    assert "Every teacher has a Zoom connection that works." in words(page)
    host = connection_of(school.tariq)
    assert host is not None
    assert reverse("zoom:release", args=[host.uid]) in page.content.decode()


def test_without_teachers_the_page_says_what_comes_first(admin: Client, school: School) -> None:
    Assignment.objects.all().delete()
    TeacherProfile.objects.all().delete()
    connect(admin)
    assert "There are no teachers yet." in words(admin.get(PAGE))


def test_the_set_up_page_lists_teachers_connections_alone(admin: Client, school: School) -> None:
    connect(admin)
    admin.post(f"{PAGE}shared/", {"pool-email": "basic@demo.example"})
    admin.post(f"{PAGE}shared/", {"pool-email": "teacher01@demo.example"})
    admin.get(PAGE)  # which says what was done
    page = words(admin.get("/zoom/setup/")).partition("Connected teachers")[2]
    assert page
    for email in ("basic@demo.example", "teacher01@demo.example", school.tariq.email):
        assert email not in page
    admin.post(f"{PAGE}suggestions/")
    assert school.tariq.email in words(admin.get("/zoom/setup/"))


def test_a_shared_host_that_lost_its_licence_is_not_called_working(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    connect(admin)
    admin.post(f"{PAGE}shared/", {"pool-email": "teacher01@demo.example"})
    ZoomUser.objects.filter(kind=HostKind.POOL).update(licence="basic")
    assert "40 minutes at most Stop sharing" in words(admin.get(PAGE))
    titles = [need.title for need in needs_of(school.ada, site.now)]
    assert "A shared host has lost its licence" in titles
