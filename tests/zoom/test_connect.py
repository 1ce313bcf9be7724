"""A teacher connects her Zoom: by her own word, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from pytest_django import Settings

from eduraise.zoom import linking, revoking
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import Connecting, Revocation, ZoomOperation, ZoomUser
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import asked, browser, connect, decide, say


def test_she_agrees_at_zoom_sees_the_account_and_confirms(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    assert not ZoomUser.objects.exists()
    page = client.get("/zoom/connect/").content.decode()
    assert "Is this your Zoom account?" in page
    assert "tariq@zoom.example" in page

    say(client, "yes")

    host = ZoomUser.objects.get()
    assert (host.teacher, host.state, host.email) == (school.tariq, HostState.CONNECTED, "tariq@zoom.example")
    assert "Connected" in client.get("/zoom/connect/").content.decode()
    assert Connecting.objects.get().refresh_token is None


def test_no_token_is_on_any_page(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    row = Connecting.objects.get()
    secrets = [row.access_token, row.refresh_token, row.verifier]
    say(client, "yes")

    admin = browser(school.ada)
    pages = client.get("/zoom/connect/").content + admin.get("/zoom/setup/").content
    for secret in [*secrets, "sim-secret", "sim-webhook-secret"]:
        assert str(secret).encode() not in pages


def test_no_is_no(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")

    say(client, "no")

    assert not ZoomUser.objects.exists()
    assert revoking.revoke_due(site.now) == 1
    assert site.sim.called("oauthRevoke") == 1


def test_what_nobody_confirms_is_dropped_and_revoked(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    shown = Connecting.objects.get()
    site.advance(minutes=11)

    assert linking.drop_due(site.now) == 1
    late = client.post("/zoom/connect/confirmation/", {"answer": "yes", "pending": str(shown.uid)})
    assert (late.status_code, "longer than ten minutes" in late.content.decode()) == (422, True)
    assert Revocation.objects.count() == 1
    assert not ZoomUser.objects.exists()


def test_an_earlier_consent_that_was_left_open_never_replaces_a_later_one(
    site: LinkedZoom, school: School
) -> None:
    connect(site, school.tariq, "tariq@zoom.example")
    earlier = Connecting.objects.get()
    client = connect(site, school.tariq, "tariq@zoom.example")

    say(client, "yes")
    again = client.post("/zoom/connect/confirmation/", {"answer": "yes", "pending": str(earlier.uid)})
    assert again.status_code == 422

    host = ZoomUser.objects.get()
    with site.sim.client(host.access_token or "") as zoom:
        assert zoom.get("/v2/users/me").status_code == 200
    site.advance(minutes=11)
    assert (linking.drop_due(site.now), Revocation.objects.count()) == (0, 0)


def test_refusing_at_zoom_is_explained(site: LinkedZoom, school: School) -> None:
    client = browser(school.tariq)
    query = asked(client)

    answer = client.get(
        "/zoom/connect/callback/?" + urlencode({"state": query["state"], "error": "access_denied"})
    )

    assert answer.status_code == 422
    assert "nothing was allowed at Zoom" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "code=abc", "code=abc&state=guessed"])
def test_a_return_that_did_not_start_here_connects_nothing(
    site: LinkedZoom, school: School, query: str
) -> None:
    answer = browser(school.tariq).get(f"/zoom/connect/callback/?{query}")

    assert (answer.status_code, "did not start here" in answer.content.decode()) == (422, True)
    assert site.sim.called("oauthToken") == 0


def test_another_person_or_session_cannot_use_a_state(site: LinkedZoom, school: School) -> None:
    school.assign(school.olu, school.program)
    address = decide(site, asked(browser(school.tariq)), "tariq@zoom.example")

    for other in (browser(school.olu), browser(school.tariq)):
        assert "did not start here" in other.get(address).content.decode()
    assert not Connecting.objects.filter(refresh_token__isnull=False).exists()


def test_a_state_works_once_and_for_ten_minutes(site: LinkedZoom, school: School) -> None:
    client = browser(school.tariq)
    address = decide(site, asked(client), "tariq@zoom.example")
    client.get(address)
    again = client.get(address).content.decode()
    assert "longer than ten minutes, or was used before" in again
    assert site.sim.called("oauthToken") == 1

    late = decide(site, asked(client), "tariq@zoom.example")
    site.school.clock.at += timedelta(minutes=11)
    assert "longer than ten minutes" in client.get(late).content.decode()


def test_a_zoom_account_that_another_holds_is_refused_and_nobody_is_named(
    site: LinkedZoom, school: School
) -> None:
    holder = connect(site, school.olu, "shared@zoom.example")
    say(holder, "yes")
    client = browser(school.tariq)

    answer = client.get(decide(site, asked(client), "shared@zoom.example"))

    said = answer.content.decode()
    assert "already connected here" in said
    assert school.olu.name not in said
    assert ZoomUser.objects.get().teacher == school.olu
    assert not Revocation.objects.exists()


def test_of_two_who_confirm_one_zoom_user_one_wins(site: LinkedZoom, school: School) -> None:
    first = connect(site, school.olu, "shared@zoom.example")
    second = connect(site, school.tariq, "shared@zoom.example")

    say(first, "yes")
    refused = say(second, "yes")

    said = refused.content.decode()
    assert "already connected here" in said
    assert "Is this your Zoom account?" not in said
    assert not Revocation.objects.exists()
    assert ZoomUser.objects.get().teacher == school.olu


def test_her_own_zoom_again_is_stored_at_once(site: LinkedZoom, school: School) -> None:
    say(connect(site, school.tariq, "tariq@zoom.example"), "yes")
    ZoomUser.objects.update(state=HostState.LOST)

    connect(site, school.tariq, "tariq@zoom.example")

    host = ZoomUser.objects.get()
    assert (host.state, host.token_version) == (HostState.CONNECTED, 2)


def test_zoom_out_of_reach_and_wrong_credentials_are_two_things(site: LinkedZoom, school: School) -> None:
    client = browser(school.tariq)
    address = decide(site, asked(client), "tariq@zoom.example")
    site.sim.fault("drop_before", grant_type="authorization_code")
    assert "Zoom can’t be reached" in client.get(address).content.decode()

    address = decide(site, asked(client), "tariq@zoom.example")
    site.sim.fault(
        "status",
        status=400,
        body={"reason": "Invalid client_id or client_secret", "error": "invalid_client"},
        grant_type="authorization_code",
    )
    assert "client id and secret" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("route", "status", "body", "words"),
    [
        (
            "POST /oauth/token",
            400,
            {"reason": "Redirect URI mismatch.", "error": "invalid_request"},
            "does not know this installation’s redirect URL",
        ),
        (
            "GET /v2/users/me",
            400,
            {
                "code": 4711,
                "message": "Invalid access token, does not contain scopes:[user:read:user].",
            },
            "user:read:user",
        ),
        (
            "GET /v2/users/me",
            404,
            {"code": 1001, "message": "User does not exist: me."},
            "refused to say whose account",
        ),
    ],
)
def test_what_zoom_refuses_is_not_called_silence(
    site: LinkedZoom, school: School, route: str, status: int, body: dict[str, object], words: str
) -> None:
    client = browser(school.tariq)
    address = decide(site, asked(client), "tariq@zoom.example")
    site.sim.fault("status", status=status, body=body, route=route)

    said = client.get(address).content.decode()

    assert words in said
    assert "Zoom can’t be reached" not in said


def test_what_an_admin_did_not_choose_is_not_done(site: LinkedZoom, school: School) -> None:
    site.want(site.connect(school.tariq))
    operation = ZoomOperation.objects.get()
    admin = browser(school.ada)

    admin.post(f"/zoom/operations/{operation.uid}/", {})
    assert admin.post("/zoom/setup/", {"account": "abc"}).status_code == 404

    assert site.states() == [("create", "pending")]


def test_disconnecting_erases_at_once_and_tells_zoom(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    say(client, "yes")
    assert client.get("/zoom/connect/disconnection/").status_code == 200

    client.post("/zoom/connect/disconnection/")

    host = ZoomUser.objects.get()
    assert (host.state, host.teacher, host.access_token, host.refresh_token) == (
        HostState.CLOSED,
        None,
        None,
        None,
    )
    assert revoking.revoke_due(site.now) == 1
    assert "Connect Zoom" in client.get("/zoom/connect/").content.decode()


def test_not_set_up_teachers_see_whom_to_ask(site: LinkedZoom, school: School, settings: Settings) -> None:
    assert school.ada.name
    settings.ZOOM_ENVIRONMENT = {}

    page = browser(school.tariq).get("/zoom/connect/").content.decode()

    assert "Not set up yet" in page
    assert "Ada" in page
    assert browser(school.tariq).post("/zoom/connect/start/").status_code == 404


def test_the_pages_are_for_whom_they_are(site: LinkedZoom, school: School) -> None:
    for person, page, status in (
        (school.sana, "/zoom/connect/", 404),
        (school.sana, "/zoom/setup/", 404),
        (school.tariq, "/zoom/setup/", 404),
        (school.tariq, "/zoom/operations/", 404),
        (school.ada, "/zoom/setup/", 200),
        (school.ada, "/zoom/operations/", 200),
        (school.ada, "/zoom/connect/", 404),
    ):
        assert browser(person).get(page).status_code == status, (person.name, page)
