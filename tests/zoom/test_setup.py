"""An admin sets Zoom up: what she pastes is tried at Zoom first; a link that is in the way is released."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from eduraise.core.models import AuditEntry, Setting
from eduraise.notifications.sending import send_due
from eduraise.zoom import api
from eduraise.zoom.enums import HostState
from eduraise.zoom.features import ALL_SCOPES
from eduraise.zoom.models import Revocation, ZoomUser
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import browser, connect, say

PAGE = "/zoom/setup/"
ID, SECRET, WEBHOOK = "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET"
RIGHT = {ID: "sim-client", SECRET: "sim-secret"}


@pytest.fixture
def admin(site: LinkedZoom, school: School, settings: Settings) -> Client:
    """An admin's browser at an installation whose environment gives no credentials."""
    settings.ZOOM_ENVIRONMENT = {}
    return browser(school.ada)


def give(client: Client, values: dict[str, str]) -> Any:
    """Press the button beneath the credentials."""
    return client.post(PAGE, {"credentials": "1"} | values)


def kept() -> dict[str, str]:
    """What is kept."""
    return {row.name: row.value for row in Setting.objects.all()}


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_credentials_that_zoom_accepts_are_kept_and_never_shown(admin: Client) -> None:
    answer = give(admin, RIGHT | {WEBHOOK: "CANARY-TOKEN"})

    assert answer.status_code == 302
    assert kept() == RIGHT | {WEBHOOK: "CANARY-TOKEN"}
    page = admin.get(PAGE).content.decode()
    assert "Zoom accepts them. Saved, encrypted." in page
    assert page.count("Known and kept encrypted.") == 3
    assert [secret for secret in ("sim-client", "sim-secret", "CANARY-TOKEN") if secret in page] == []
    entry = AuditEntry.objects.get(verb="zoom.credentials_set")
    assert entry.after == {"names": sorted([ID, SECRET, WEBHOOK])}


@pytest.mark.parametrize("wrong", [{SECRET: "CANARY-SECRET"}, {ID: "another"}])
def test_credentials_that_zoom_refuses_are_said_so_beside_the_field_and_not_kept(
    admin: Client, wrong: dict[str, str]
) -> None:
    answer = give(admin, RIGHT | wrong | {WEBHOOK: "CANARY-TOKEN"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [SECRET]
    assert "Zoom does not accept this client ID with this client secret." in words(answer)
    assert f'value="{(RIGHT | wrong)[ID]}"' in answer.content.decode()
    assert b"CANARY" not in answer.content
    assert kept() == {}


def test_a_new_id_is_tried_with_the_secret_that_is_known(admin: Client) -> None:
    give(admin, RIGHT)

    answer = give(admin, {ID: "another"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [ID])
    assert kept() == RIGHT


@pytest.mark.parametrize(("given", "missing"), [(ID, SECRET), (SECRET, ID)])
def test_half_a_client_is_asked_for_its_other_half(
    admin: Client, site: LinkedZoom, given: str, missing: str
) -> None:
    answer = give(admin, {given: RIGHT[given]})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [missing])
    assert "the client ID and the client secret together" in words(answer)
    assert (kept(), site.sim.called("oauthToken")) == ({}, 0)


def test_while_zoom_cannot_be_reached_they_are_kept_and_that_is_said(admin: Client, site: LinkedZoom) -> None:
    site.sim.fault("drop_before", times=None, grant_type="refresh_token")

    assert give(admin, RIGHT).status_code == 302

    assert kept() == RIGHT
    assert "Saved, but not tested: Zoom can’t be reached at the moment." in words(admin.get(PAGE))


def test_nothing_given_changes_nothing(admin: Client) -> None:
    give(admin, RIGHT)

    give(admin, {ID: " ", SECRET: "", WEBHOOK: ""})

    assert kept() == RIGHT
    assert AuditEntry.objects.filter(verb="zoom.credentials_set").count() == 1
    assert "Nothing was given, so all stays as it was." in words(admin.get(PAGE))


def test_what_the_installation_gives_is_a_lock_and_no_input(admin: Client, settings: Settings) -> None:
    settings.ZOOM_ENVIRONMENT = RIGHT

    page = admin.get(PAGE).content.decode()
    assert re.findall(r'name="(ZOOM_\w+)"', page) == [WEBHOOK]
    assert "Client ID: set by the installation ZOOM_CLIENT_ID" in words(admin.get(PAGE)).replace(" :", ":")
    assert [value for value in RIGHT.values() if value in page] == []

    give(admin, {ID: "another", SECRET: "other", WEBHOOK: "token"})
    assert kept() == {WEBHOOK: "token"}
    assert (api.configured(ID), api.configured(SECRET)) == ("sim-client", "sim-secret")


def test_with_all_given_by_the_installation_there_is_nothing_to_save(
    admin: Client, settings: Settings
) -> None:
    settings.ZOOM_ENVIRONMENT = RIGHT | {WEBHOOK: ("token",)}

    page = admin.get(PAGE).content.decode()

    assert (page.count("set by the installation"), 'name="credentials"' in page) == (3, False)


def test_one_button_copies_all_scopes_one_a_line(admin: Client) -> None:
    page = admin.get(PAGE).content.decode()

    assert page.count('data-copy="scopes"') == 1
    found = re.search(r'id="scopes">(.*?)</ul>', page, re.DOTALL)
    assert found
    assert re.sub(r"<[^>]+>", "", found[1]).strip().split("\n") == list(ALL_SCOPES)


def test_an_admin_releases_a_zoom_user_that_another_teacher_holds(site: LinkedZoom, school: School) -> None:
    say(connect(site, school.olu, "shared@zoom.example"), "yes")
    host = ZoomUser.objects.get()
    site.want(host)
    admin, release = browser(school.ada), f"{PAGE}teachers/{host.uid}/release/"
    assert release in admin.get(PAGE).content.decode()
    asks = words(admin.get(release))
    assert "Release shared@zoom.example?" in asks
    assert school.olu.name in asks
    assert ZoomUser.objects.get().teacher == school.olu

    assert admin.post(release).status_code == 302

    host.refresh_from_db()
    assert (host.teacher, host.state, host.state_reason) == (None, HostState.CLOSED, "by_admin")
    assert (host.refresh_token, Revocation.objects.count()) == (None, 1)
    assert AuditEntry.objects.get(verb="zoom.disconnected").actor_uid == school.ada.uid
    assert release not in admin.get(PAGE).content.decode()
    assert admin.get(release).status_code == 404

    say(connect(site, school.tariq, "shared@zoom.example"), "yes")
    assert ZoomUser.objects.get().teacher == school.tariq


def test_who_is_released_is_told_and_not_any_more_once_she_connected_again(
    site: LinkedZoom, school: School, mailoutbox: list[EmailMessage]
) -> None:
    for person in (school.olu, school.tariq):
        say(connect(site, person, person.email), "yes")
    for host in ZoomUser.objects.all():
        browser(school.ada).post(f"{PAGE}teachers/{host.uid}/release/")
    say(connect(site, school.tariq, school.tariq.email), "yes")

    send_due(site.now)

    [mail] = mailoutbox
    assert (mail.to, mail.subject) == ([school.olu.email], "Your Zoom connection was ended")


def test_she_who_disconnects_herself_is_told_nothing(
    site: LinkedZoom, school: School, mailoutbox: list[EmailMessage]
) -> None:
    say(connect(site, school.olu, school.olu.email), "yes")
    browser(school.olu).post("/zoom/connect/disconnection/")
    assert ZoomUser.objects.get().teacher is None

    send_due(site.now)

    assert mailoutbox == []


def test_a_lost_link_can_be_released_too(site: LinkedZoom, school: School) -> None:
    say(connect(site, school.olu, "shared@zoom.example"), "yes")
    ZoomUser.objects.update(state=HostState.LOST)
    host = ZoomUser.objects.get()

    browser(school.ada).post(f"{PAGE}teachers/{host.uid}/release/")

    host.refresh_from_db()
    assert (host.teacher, host.state) == (None, HostState.CLOSED)


def test_nobody_but_an_admin_releases(site: LinkedZoom, school: School) -> None:
    say(connect(site, school.olu, "shared@zoom.example"), "yes")
    release = f"{PAGE}teachers/{ZoomUser.objects.get().uid}/release/"

    for person in (school.tariq, school.olu, school.sana):
        assert browser(person).post(release).status_code == 404

    assert ZoomUser.objects.get().teacher == school.olu


def test_a_former_zoom_user_is_no_teachers_connection(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    host = site.connect(school.tariq)
    ZoomUser.objects.filter(pk=host.pk).update(state=HostState.KNOWN, teacher=None)

    page = words(admin.get(PAGE))
    assert "No teacher has connected Zoom yet." in page
    assert host.email not in page


def test_an_account_is_told_by_whose_zoom_users_are_in_it(admin: Client, site: LinkedZoom) -> None:
    """Zoom gives no name for an account."""
    for name in ("a", "b", "c", "d", "e"):
        site.connect(site.school.teacher(name))

    page = admin.get("/zoom/setup/").text

    assert "a@school.example, b@school.example, c@school.example and 2 more" in page
    assert "sim-account" in page
