"""The guided set-up: five steps with a test after each, to leave and resume; and testing everything."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from eduraise.core.models import Setting
from eduraise.programs.models import TeacherProfile
from eduraise.zoom import checks, guiding
from eduraise.zoom.enums import HostState
from eduraise.zoom.features import ALL_SCOPES
from eduraise.zoom.models import ZoomAccount, ZoomUser
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import browser

pytestmark = pytest.mark.django_db
GUIDE = "/zoom/setup/guide/"
CLIENT = {"ZOOM_CLIENT_ID": "sim-client", "ZOOM_CLIENT_SECRET": "sim-secret"}
ACCOUNT = {
    "ZOOM_ACCOUNT_ID": "sim-account",
    "ZOOM_S2S_CLIENT_ID": "sim-s2s-client",
    "ZOOM_S2S_CLIENT_SECRET": "sim-s2s-secret",
}


@pytest.fixture
def admin(site: LinkedZoom, school: School, settings: Settings) -> Client:
    settings.ZOOM_ENVIRONMENT = {}
    site.sim.user(school.tariq.email, licence="licensed")
    return browser(school.ada)


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def choose(admin: Client, kind: str) -> None:
    assert admin.post(f"{GUIDE}1/", {"kind": kind}).status_code == 302


def test_from_nothing_to_a_test_meeting_with_the_whole_account(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    assert admin.get(GUIDE)["Location"] == f"{GUIDE}1/"
    assert "Begin" in words(admin.get("/zoom/setup/"))
    choose(admin, "account")
    copied = admin.get(f"{GUIDE}2/").content.decode()
    for scope in ALL_SCOPES:
        assert f">{scope}:admin<" in copied
    assert "/zoom/connect/callback/" not in copied
    pasted = admin.post(f"{GUIDE}3/", ACCOUNT)
    assert pasted["Location"] == f"{GUIDE}4/"
    assert "Zoom answered: account sim-account, plan Pro as stated." in words(admin.get(f"{GUIDE}4/"))
    assert "It answered for the account sim-account , plan Pro as stated." in words(admin.get(f"{GUIDE}3/"))
    assert "Go on: Try a class" in words(admin.get("/zoom/setup/"))
    admin.post("/zoom/account/suggestions/")
    host = ZoomUser.objects.get(teacher=school.tariq)
    assert admin.post(f"{GUIDE}5/", {"host": str(host.uid)}).status_code == 302
    assert f"A test meeting was made, read and removed on {host.email}." in words(admin.get(f"{GUIDE}5/"))
    assert site.sim.meetings == []
    assert site.sim.called("meetingCreate") == 1


def test_it_goes_on_where_it_was_left(admin: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://classes.school.example"
    choose(admin, "teachers")
    assert admin.get(GUIDE)["Location"] == f"{GUIDE}2/"
    admin.post(f"{GUIDE}3/", CLIENT)
    assert guiding.done() == [True, True, True, False, False]
    assert admin.get(GUIDE)["Location"] == f"{GUIDE}4/"
    assert admin.get(f"{GUIDE}6/").status_code == 404


def test_what_somebody_says_to_have_copied_is_done_until_another_kind_is_chosen(admin: Client) -> None:
    choose(admin, "teachers")
    assert admin.post(f"{GUIDE}2/")["Location"] == f"{GUIDE}3/"
    assert guiding.done()[:3] == [True, True, False]
    choose(admin, "both")
    assert guiding.done()[:3] == [True, False, False]


def test_without_any_teacher_the_last_step_leads_to_inviting_one(admin: Client) -> None:
    choose(admin, "account")
    admin.post(f"{GUIDE}3/", ACCOUNT)
    TeacherProfile.objects.all().delete()
    ZoomUser.objects.all().delete()
    page = admin.get(f"{GUIDE}5/")
    assert "Nobody teaches here yet. Invite the teachers; then come back." in words(page)
    assert f'href="{GUIDE}4/"' in page.content.decode()


def test_two_apps_have_their_headings_and_the_events_of_each(admin: Client, settings: Settings) -> None:
    settings.BASE_URL = "https://classes.school.example"
    choose(admin, "both")
    page = words(admin.get(f"{GUIDE}2/"))
    assert "The app of the whole account" in page
    assert "user.deactivated" in page
    assert "Secret Token" in page
    token = guiding.handed_link(guiding.Kind.BOTH)
    handed = words(Client().get(f"/zoom/setup/for-zoom/{token}/"))
    assert "Make two apps at Zoom for EduRaise" in handed
    assert "And the secret token that Zoom shows under Event Subscriptions." in handed
    assert "app_deauthorized" in handed


def test_what_was_heard_is_not_called_unheard(admin: Client, site: LinkedZoom, settings: Settings) -> None:
    settings.BASE_URL = "http://localhost:8000"
    choose(admin, "teachers")
    assert "No event address" in words(admin.get(f"{GUIDE}2/"))
    ZoomAccount.objects.create(zoom_account_id="a", webhook_seen_at=site.now)
    assert "No event address" not in words(admin.get(f"{GUIDE}2/"))


def test_a_step_before_the_choice_leads_to_it(admin: Client) -> None:
    assert admin.get(f"{GUIDE}3/")["Location"] == f"{GUIDE}1/"
    answer = admin.post(f"{GUIDE}1/", {"kind": "nonsense"})
    assert (answer.status_code, "Choose one of the three." in words(answer)) == (422, True)


def test_of_two_apps_the_wrong_one_is_named_and_the_other_not_lost(admin: Client) -> None:
    choose(admin, "both")
    answer = admin.post(f"{GUIDE}3/", CLIENT | ACCOUNT | {"ZOOM_S2S_CLIENT_SECRET": "CANARY"})
    assert answer.status_code == 422
    assert "Zoom does not accept these three together." in words(answer)
    assert b"CANARY" not in answer.content
    assert "What you gave for the teachers’ app is right, and saved." in words(answer)
    assert set(Setting.objects.filter(name__in=CLIENT | ACCOUNT).values_list("name", flat=True)) == set(
        CLIENT
    )


def test_without_a_public_address_events_are_not_waited_for(admin: Client, settings: Settings) -> None:
    settings.BASE_URL = "http://localhost:8000"
    choose(admin, "teachers")
    admin.post(f"{GUIDE}3/", CLIENT)
    assert "Zoom can’t reach this installation." in words(admin.get(f"{GUIDE}4/"))
    assert guiding.done()[3]


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("https://classes.school.example", True),
        ("http://classes.school.example", False),
        ("https://localhost", False),
        ("https://192.168.1.7", False),
        ("https://9.9.9.9", True),
        ("https://school.local", False),
    ],
)
def test_what_zoom_can_reach(address: str, is_public: bool, settings: Settings) -> None:
    settings.BASE_URL = address
    assert guiding.is_public() is is_public


def test_an_event_that_came_ends_the_waiting(admin: Client, site: LinkedZoom, settings: Settings) -> None:
    settings.BASE_URL = "https://classes.school.example"
    choose(admin, "teachers")
    admin.post(f"{GUIDE}3/", CLIENT)
    page = admin.get(f"{GUIDE}4/").content.decode()
    assert "No event received yet." in page
    assert 'hx-trigger="every 5s"' in page
    ZoomAccount.objects.create(zoom_account_id="a", webhook_seen_at=site.now - timedelta(seconds=30))
    page = admin.get(f"{GUIDE}4/").content.decode()
    assert "Zoom was heard." in page
    assert "every 5s" not in page


def test_the_zoom_admin_gets_what_to_copy_by_a_link_and_nothing_else(
    admin: Client, site: LinkedZoom, settings: Settings
) -> None:
    choose(admin, "both")
    admin.post(f"{GUIDE}3/", CLIENT | ACCOUNT)
    page = admin.get(f"{GUIDE}2/").content.decode()
    found = re.search(r"https://school.test(/zoom/setup/for-zoom/[^<\"]+)", page)
    assert found
    anonymous = Client()
    handed = anonymous.get(found[1])
    assert handed.status_code == 200
    assert "https://school.test/zoom/connect/callback/" in handed.content.decode()
    for secret in (*CLIENT.values(), *ACCOUNT.values()):
        assert secret not in handed.content.decode()
    assert anonymous.get(found[1][:-3] + "x/").status_code == 404


def test_a_handed_link_runs_out(settings: Settings) -> None:
    token = guiding.handed_link(guiding.Kind.BOTH)
    assert guiding.of_handed_link(token) is guiding.Kind.BOTH
    assert guiding.of_handed_link(token + "x") is None
    settings.SECRET_KEY = "another key of this installation, long enough"
    assert guiding.of_handed_link(token) is None


def found(now: Any) -> dict[str, tuple[str, str]]:
    return {one.name: (one.state, one.words) for one in checks.run(now)}


def test_everything_is_tested_and_said_on_the_page(admin: Client, site: LinkedZoom, school: School) -> None:
    choose(admin, "teachers")
    admin.post(f"{GUIDE}3/", CLIENT)
    host = site.connect(school.tariq)
    assert urlsplit(admin.post("/zoom/setup/testing/")["Location"]).fragment == "tested"
    page = words(admin.get("/zoom/setup/"))
    assert "Everything works." in page
    assert "Zoom accepts the app with which teachers connect." in page
    assert "1 Zoom user is connected." in page
    assert f"A test meeting was made, read and removed on {host.email}." in page


def test_what_is_broken_is_named_with_its_mend(admin: Client, site: LinkedZoom, school: School) -> None:
    choose(admin, "teachers")
    admin.post(f"{GUIDE}3/", CLIENT)
    site.connect(school.tariq)
    other = site.connect(school.tove)
    ZoomUser.objects.filter(pk=other.pk).update(state=HostState.LOST)
    ZoomUser.objects.exclude(pk=other.pk).update(scopes=["user:read:user"], licence="none")
    Setting.objects.filter(name="ZOOM_CLIENT_SECRET").delete()
    Setting.objects.create(name="ZOOM_CLIENT_SECRET", value="CANARY", set_at=site.now)
    states = {name: state for name, (state, _words) in found(site.now).items()}
    assert states == {
        "clock": "ok",
        "app": "bad",
        "account": "off",
        "hosts": "bad",
        "scopes": "bad",
        "licences": "bad",
        "events": "off",
        "waiting": "ok",
        "meeting": "off",
    }
    said = " ".join(f"{one.words} {one.remedy}" for one in checks.run(site.now))
    assert "meeting:write:meeting" in said
    assert other.email in said
    assert "App Credentials" in said
    assert "CANARY" not in said


def test_a_test_meeting_that_zoom_made_in_silence_is_removed(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    choose(admin, "teachers")
    admin.post(f"{GUIDE}3/", CLIENT)
    host = site.connect(school.tariq)
    site.sim.fault("do_then_drop", operation="meetingCreate")
    admin.post(f"{GUIDE}5/", {"host": str(host.uid)})
    assert "The test meeting on tariq@school.example failed" in words(admin.get(f"{GUIDE}5/"))
    assert site.sim.meetings == []


def test_a_test_meeting_that_cant_be_removed_is_named(
    admin: Client, site: LinkedZoom, school: School
) -> None:
    choose(admin, "teachers")
    admin.post(f"{GUIDE}3/", CLIENT)
    host = site.connect(school.tariq)
    site.sim.fault("status", operation="meetingDelete", status=500, times=None)
    admin.post(f"{GUIDE}5/", {"host": str(host.uid)})
    number = site.numbers()[0]
    page = words(admin.get(f"{GUIDE}5/"))
    assert f"The test meeting {number} couldn’t be removed" in page
    assert "Delete it by hand at Zoom" in page


def test_the_account_is_asked_too(admin: Client, site: LinkedZoom) -> None:
    choose(admin, "account")
    admin.post(f"{GUIDE}3/", ACCOUNT)
    assert found(site.now)["account"] == ("ok", "The whole account works: sim-account, plan Pro.")
    Setting.objects.filter(name="ZOOM_S2S_CLIENT_SECRET").delete()
    Setting.objects.create(name="ZOOM_S2S_CLIENT_SECRET", value="wrong", set_at=site.now)
    site.advance(hours=2)
    assert found(site.now)["account"][0] == "bad"
