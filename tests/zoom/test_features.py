"""What lacks a scope is off alone, and said; without those that classes need no connection is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from eduraise.zoom import api, checks, features, registering, revoking, shapes
from eduraise.zoom.models import ZoomUser
from tests.linked import LinkedZoom
from tests.zoom.connecting import asked, browser, connect, decide, say
from tests.zoom.test_registering import book, choose

pytestmark = pytest.mark.django_db
WITHOUT_REGISTRATION = [name for name in features.ALL_SCOPES if "registrant" not in name]


@pytest.mark.parametrize(
    "granted",
    [
        features.ALL_SCOPES,
        [f"{scope}:admin" for scope in features.ALL_SCOPES],
        ["user:read", "meeting:read", "meeting:write", "recording:read", "recording:write"],
        [f"{name}:admin" for name in ("user:read", "meeting:read", "meeting:write")]
        + ["recording:read:admin", "recording:write:admin"],
    ],
)
def test_granular_and_classic_scopes_switch_everything_on(granted: list[str]) -> None:
    assert [feature.lacking(granted) for feature in features.FEATURES] == [()] * len(features.FEATURES)


def test_the_events_of_participants_take_a_scope_that_is_listed() -> None:
    """Zoom lets an app without meeting:read:participant not subscribe to meeting.participant_joined."""
    without = [name for name in features.ALL_SCOPES if name != "meeting:read:participant"]
    assert len(without) == len(features.ALL_SCOPES) - 1
    assert features.PRESENCE.lacking(without) == ("meeting:read:participant",)
    assert [one.lacking(without) for one in features.FEATURES[:-1]] == [()] * 6


def test_each_feature_names_the_scopes_that_it_lacks() -> None:
    assert features.REGISTRATION.lacking(WITHOUT_REGISTRATION) == (
        "meeting:write:registrant",
        "meeting:write:batch_registrants",
        "meeting:update:registrant_status",
    )
    assert features.CLASSES.lacking(WITHOUT_REGISTRATION) == ()
    assert "meeting:write:meeting" in features.CLASSES.lacking(["user:read:user"])


def test_a_grant_without_the_scopes_of_one_feature_connects_and_says_what_is_off(site: LinkedZoom) -> None:
    site.sim.switch(app_scopes=WITHOUT_REGISTRATION)
    tariq = site.school.tariq
    say(connect(site, tariq, "tariq@zoom.example"), "yes")
    host = ZoomUser.objects.get(teacher=tariq)
    assert features.switched_off(host) == [features.REGISTRATION]
    page = browser(tariq).get("/zoom/connect/").content.decode()
    assert "Register students by name" in page
    assert "meeting:write:batch_registrants" in page


def test_a_scope_that_was_granted_is_not_named_among_those_that_lack(linked: LinkedZoom) -> None:
    host = linked.connect(linked.school.tariq)
    host.scopes = [*WITHOUT_REGISTRATION, "meeting:update:registrant_status"]
    host.save()
    page = browser(linked.school.tariq).get("/zoom/connect/").content.decode()
    assert "meeting:write:registrant" in page
    assert "meeting:update:registrant_status" not in page


def test_the_scope_of_lists_says_what_it_is_needed_for(site: LinkedZoom) -> None:
    site.sim.switch(app_scopes=[name for name in features.ALL_SCOPES if name != "meeting:read:list_meetings"])
    client = browser(site.school.tariq)
    page = client.get(decide(site, asked(client), "tariq@zoom.example")).content.decode()
    assert "to find a booking whose answer was lost" in page


def test_registration_is_not_asked_for_where_it_is_off_and_the_class_is_booked(linked: LinkedZoom) -> None:
    choose(linked, registers=True)
    host = linked.connect(linked.school.tariq)
    ZoomUser.objects.update(scopes=WITHOUT_REGISTRATION)
    session = book(linked)
    host.refresh_from_db()
    assert not shapes.may_register(host)
    assert linked.sim.meetings[0]["settings"]["approval_type"] == 2
    assert dict(registering.register_due(linked.now)) == {}
    page = browser(linked.school.tariq).get(f"/classes/{session.code}/").content.decode()
    assert "Off: the app at Zoom lacks the scopes." in page


def test_testing_everything_names_what_is_off(linked: LinkedZoom) -> None:
    linked.connect(linked.school.tariq)
    ZoomUser.objects.update(scopes=WITHOUT_REGISTRATION)
    [found] = [one for one in checks.run(linked.now, with_meeting=False) if one.name == "scopes"]
    assert (found.state, found.words) == (
        "off",
        "Off for some connections, for want of scopes: Register students by name (tariq@school.example)",
    )


def test_the_account_lends_its_scopes_to_whom_it_serves(linked: LinkedZoom) -> None:
    host = linked.connect(linked.school.tariq)
    host.by_account, host.scopes = True, []
    host.account.scopes = [f"{scope}:admin" for scope in WITHOUT_REGISTRATION]
    assert features.switched_off(host) == [features.REGISTRATION]


def test_a_grant_over_the_whole_account_is_not_taken_from_a_teacher(site: LinkedZoom) -> None:
    site.sim.switch(app_scopes=[*features.ALL_SCOPES, "user:read:list_users:admin"])
    tariq = site.school.tariq
    client = browser(tariq)
    page = client.get(decide(site, asked(client), "tariq@zoom.example")).content.decode()
    assert "asks for rights over the whole account" in page
    assert "user:read:list_users:admin" in page
    assert not ZoomUser.objects.exists()
    revoking.revoke_due(site.now)
    assert site.sim.called("oauthRevoke") == 1


class Telling(httpx.BaseTransport):
    """A Zoom that says what time it is."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, headers={"Date": format_datetime(self.at, usegmt=True)})


@pytest.mark.parametrize(
    ("minutes", "state", "words"),
    [
        (0, "ok", "This server’s clock agrees with Zoom’s."),
        (1, "ok", "This server’s clock agrees with Zoom’s."),
        (10, "bad", "This server’s clock is 10 minutes behind Zoom’s."),
        (-10, "bad", "This server’s clock is 10 minutes ahead of Zoom’s."),
    ],
)
def test_a_clock_that_is_wrong_is_said(linked: LinkedZoom, minutes: int, state: str, words: str) -> None:
    api.install(Telling((linked.now + timedelta(minutes=minutes)).astimezone(UTC)))
    [found] = [one for one in checks.run(linked.now, with_meeting=False) if one.name == "clock"]
    assert (found.state, found.words) == (state, words)
