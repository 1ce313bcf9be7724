"""Authorisation: consent, codes, PKCE, rotation, server-to-server, revocation, and every refusal."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.zoom_simulator import REDIRECT_URL, ZoomSim
from tests.zoomsim.conftest import TARIQ

APP = ("sim-client", "sim-secret")
ACCOUNT_APP = ("sim-s2s-client", "sim-s2s-secret")
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def test_a_teacher_lets_the_app_in(zoom: ZoomSim) -> None:
    answer = consent(zoom)
    assert answer == {"code": answer["code"], "state": "s 1"}

    token = exchange(
        zoom, grant_type="authorization_code", code=answer["code"], redirect_uri=REDIRECT_URL
    ).json()

    assert set(token) == {"access_token", "token_type", "refresh_token", "expires_in", "scope", "api_url"}
    assert (token["token_type"], token["expires_in"], token["api_url"]) == ("bearer", 3599, zoom.base_url)
    assert "meeting:write:meeting" in token["scope"].split()
    with zoom.client(token["access_token"]) as client:
        assert client.get("/v2/users/me").json()["email"] == TARIQ


def test_parameters_may_come_in_the_query(zoom: ZoomSim) -> None:
    code = consent(zoom)["code"]
    query = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URL}

    with zoom.client() as client:
        assert client.post("/oauth/token", params=query, auth=APP).status_code == 200


def test_the_consent_page_names_the_app_and_what_it_could_do(zoom: ZoomSim) -> None:
    with zoom.client() as client:
        text = client.get("/oauth/authorize", params=asked()).text

    assert "EduRaise" in text
    assert "meeting:write:meeting" in text
    assert TARIQ in text


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"redirect_uri": "https://evil.test/"}, "4,700"),
        ({"redirect_uri": REDIRECT_URL + "x"}, "4,700"),
        ({"redirect_uri": REDIRECT_URL.rstrip("/")}, "4,700"),
        ({"client_id": "nobody"}, "4,702"),
        ({"client_id": "sim-s2s-client"}, "4,702"),
        ({"response_type": "token"}, "4,700"),
        ({"code_challenge": "x", "code_challenge_method": "S512"}, "4,700"),
    ],
)
def test_a_wrong_request_ends_at_zoom(zoom: ZoomSim, wrong: dict[str, str], code: str) -> None:
    with zoom.client() as client:
        answer = client.get("/oauth/authorize", params={**asked(), **wrong})

    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert f"({code})" in answer.text


@pytest.mark.parametrize(
    ("denial", "query"),
    [("bare", {"state": ["s 1"]}), ("access_denied", {"error": ["access_denied"], "state": ["s 1"]})],
)
def test_a_declined_consent_returns_without_a_code(zoom: ZoomSim, denial: str, query: dict[str, Any]) -> None:
    zoom.switch(denial=denial)

    answer = decide(zoom, decision="decline")

    assert parse_qs(urlsplit(answer.headers["location"]).query) == query


def test_a_declined_consent_may_not_return_at_all(zoom: ZoomSim) -> None:
    zoom.switch(denial="stays")

    assert decide(zoom, decision="decline").status_code == 200


def test_people_of_another_account_may_authorise_a_published_app_only(zoom: ZoomSim) -> None:
    answer = decide(zoom, email="olu@elsewhere.example")
    assert (answer.status_code, "not published" in answer.text) == (400, True)

    zoom.switch(app_published=True)

    assert "code" in consent(zoom, email="olu@elsewhere.example")


@pytest.mark.parametrize(
    ("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), (None, VERIFIER)]
)
def test_a_challenge_wants_its_verifier(zoom: ZoomSim, method: str | None, challenge: str) -> None:
    pkce = {"code_challenge": challenge} | ({"code_challenge_method": method} if method else {})

    for verifier, status in ((VERIFIER, 200), ("b" * 43, 400), ("", 400)):
        code = consent(zoom, **pkce)["code"]
        answer = exchange(
            zoom,
            grant_type="authorization_code",
            code=code,
            redirect_uri=REDIRECT_URL,
            code_verifier=verifier,
        )
        assert answer.status_code == status
    assert answer.json()["error"] == "invalid_grant"


def test_a_code_is_good_once(zoom: ZoomSim) -> None:
    code = consent(zoom)["code"]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URL}
    assert exchange(zoom, **fields).status_code == 200

    again = exchange(zoom, **fields)

    assert (again.status_code, again.json()) == (
        400,
        {"reason": f"Invalid authorization code {code}", "error": "invalid_request"},
    )


def test_a_code_is_good_for_five_minutes(zoom: ZoomSim) -> None:
    early, late = consent(zoom)["code"], consent(zoom)["code"]
    fields = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URL}
    zoom.advance(299)
    assert exchange(zoom, code=early, **fields).status_code == 200
    zoom.advance(1)
    assert exchange(zoom, code=late, **fields).status_code == 400


def test_a_code_belongs_to_its_redirect_address(zoom: ZoomSim) -> None:
    code = consent(zoom)["code"]

    answer = exchange(zoom, grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URL + "x")

    assert answer.json() == {"reason": "Redirect URI mismatch.", "error": "invalid_request"}


@pytest.mark.parametrize(
    ("fields", "auth", "body"),
    [
        ({}, APP, {"reason": "unsupported grant type", "error": "unsupported_grant_type"}),
        (
            {"grant_type": "password"},
            APP,
            {"reason": "unsupported grant type", "error": "unsupported_grant_type"},
        ),
        (
            {"grant_type": "refresh_token", "refresh_token": "x"},
            ("sim-client", "wrong"),
            {"reason": "Invalid client_id or client_secret", "error": "invalid_client"},
        ),
        (
            {"grant_type": "refresh_token", "refresh_token": "x"},
            APP,
            {"reason": "Invalid Token!", "error": "invalid_grant"},
        ),
        (
            {"grant_type": "authorization_code", "code": "x", "redirect_uri": REDIRECT_URL},
            APP,
            {"reason": "Invalid authorization code x", "error": "invalid_request"},
        ),
        (
            {"grant_type": "account_credentials", "account_id": "sim-account"},
            APP,
            {"reason": "unsupported grant type", "error": "unsupported_grant_type"},
        ),
        (
            {"grant_type": "account_credentials", "account_id": "another"},
            ACCOUNT_APP,
            {"reason": "Bad Request", "error": "invalid_request"},
        ),
    ],
)
def test_the_token_endpoint_refuses_in_zooms_words(
    zoom: ZoomSim, fields: dict[str, str], auth: tuple[str, str], body: dict[str, str]
) -> None:
    with zoom.client() as client:
        answer = client.post("/oauth/token", data=fields, auth=auth)

    assert (answer.status_code, answer.json()) == (400, body)


def test_a_refresh_token_is_spent_once(zoom: ZoomSim) -> None:
    first = zoom.grant(TARIQ)

    second = refresh(zoom, first).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert refresh(zoom, first).json() == {"reason": "Invalid Token!", "error": "invalid_grant"}
    assert whoami(zoom, second) == 200
    assert whoami(zoom, first) == 401
    assert refresh(zoom, second).status_code == 200


def test_in_grace_the_token_before_the_newest_still_works(zoom: ZoomSim) -> None:
    zoom.switch(refresh_mode="grace")
    first = zoom.grant(TARIQ)

    second = refresh(zoom, first).json()
    assert refresh(zoom, first).status_code == 200

    assert whoami(zoom, first) == 200
    assert refresh(zoom, second).status_code == 200
    assert refresh(zoom, first).status_code == 400


@pytest.mark.parametrize(
    ("variant", "status", "body"),
    [
        ("invalid_request", 400, {"reason": "Invalid Token!", "error": "invalid_request"}),
        ("bare", 400, {"error": "invalid_grant"}),
        ("401", 401, {"reason": "Invalid Token!", "error": "invalid_grant"}),
    ],
)
def test_a_dead_refresh_token_has_been_answered_in_other_ways(
    zoom: ZoomSim, variant: str, status: int, body: dict[str, str]
) -> None:
    zoom.switch(dead_refresh_answer=variant)

    answer = refresh(zoom, {"refresh_token": "dead"})

    assert (answer.status_code, answer.json()) == (status, body)


def test_access_ends_after_an_hour_and_refresh_after_ninety_days(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ)
    zoom.advance(timedelta(hours=1))
    with zoom.client(token["access_token"]) as client:
        answer = client.get("/v2/users/me")
    assert (answer.status_code, answer.json()) == (401, {"code": 124, "message": "Access token is expired."})

    token = refresh(zoom, token).json()
    zoom.advance(timedelta(days=90))
    assert refresh(zoom, token).status_code == 400


def test_the_last_authorisation_wins(zoom: ZoomSim) -> None:
    first = zoom.grant(TARIQ)
    amelia = zoom.grant("teacher01@demo.example")

    second = zoom.grant(TARIQ)

    assert (whoami(zoom, first), whoami(zoom, second), whoami(zoom, amelia)) == (401, 200, 200)
    assert refresh(zoom, first).status_code == 400


def test_several_authorisations_may_live_side_by_side(zoom: ZoomSim) -> None:
    zoom.switch(last_authorisation_wins=False)
    first, second = zoom.grant(TARIQ), zoom.grant(TARIQ)

    assert (whoami(zoom, first), whoami(zoom, second)) == (200, 200)


def test_an_account_gets_its_own_token(zoom: ZoomSim) -> None:
    fields = {"grant_type": "account_credentials", "account_id": "sim-account"}
    with zoom.client() as client:
        first, second = (client.post("/oauth/token", data=fields, auth=ACCOUNT_APP).json() for _ in range(2))

    assert set(first) == {"access_token", "token_type", "expires_in", "scope", "api_url"}
    assert all(scope.endswith(":admin") for scope in first["scope"].split())
    assert (whoami(zoom, first), whoami(zoom, second)) == (200, 200)


def test_an_accounts_new_token_may_kill_the_one_before(zoom: ZoomSim) -> None:
    zoom.switch(s2s_single_token=True)
    fields = {"grant_type": "account_credentials", "account_id": "sim-account"}
    with zoom.client() as client:
        first, second = (client.post("/oauth/token", data=fields, auth=ACCOUNT_APP).json() for _ in range(2))

    assert (whoami(zoom, first), whoami(zoom, second)) == (401, 200)


def test_revoking_ends_both_tokens(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ)

    with zoom.client() as client:
        answer = client.post("/oauth/revoke", data={"token": token["access_token"]}, auth=APP)
        again = client.post("/oauth/revoke", data={"token": token["access_token"]}, auth=APP)

    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert again.status_code == 400
    assert whoami(zoom, token) == 401
    assert refresh(zoom, token).status_code == 400


def test_a_user_who_is_deactivated_or_removes_the_app_is_out(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ)
    zoom.user(TARIQ, status="inactive")
    assert (whoami(zoom, token), refresh(zoom, token).status_code) == (401, 400)

    zoom.user(TARIQ, status="active")
    assert whoami(zoom, token) == 200

    zoom.user(TARIQ, revoke=True)
    assert (whoami(zoom, token), refresh(zoom, token).status_code) == (401, 400)


def test_a_missing_scope_is_named(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ, scopes=["user:read:user"])
    with zoom.client(token["access_token"]) as client:
        answer = client.get("/v2/users/me/meetings")

    scopes = "meeting:read:list_meetings, meeting:read:list_meetings:admin"
    message = f"Invalid access token, does not contain scopes:[{scopes}]."
    assert (answer.status_code, answer.json()) == (400, {"code": 4711, "message": message})


@pytest.mark.parametrize("scopes", ["classic", ["user:read:user:admin", "user:read:user"]])
def test_scopes_are_as_the_marketplace_has_them(zoom: ZoomSim, scopes: Any) -> None:
    zoom.switch(app_scopes=scopes)

    token = zoom.grant(TARIQ)

    assert whoami(zoom, token) == 200
    assert ("user:read" in token["scope"].split()) == (scopes == "classic")


def test_tokens_may_be_longer_than_two_thousand_characters(zoom: ZoomSim) -> None:
    zoom.switch(long_tokens=True)

    token = zoom.grant(TARIQ)

    assert len(token["access_token"]) > 2000
    assert whoami(zoom, token) == 200


def test_tokens_in_the_query_are_not_accepted(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ)
    with httpx.Client(transport=zoom.plain_transport, base_url=zoom.base_url) as client:
        assert client.get("/v2/users/me", params={"access_token": token["access_token"]}).status_code == 401


def test_the_log_knows_tokens_apart_without_showing_them(zoom: ZoomSim) -> None:
    token = zoom.grant(TARIQ)
    for _ in range(2):
        refresh(zoom, token)
    refresh(zoom, {"refresh_token": "another"})

    log = zoom.calls

    assert token["refresh_token"] not in str(log)
    shown = [re.search("sha256:[0-9a-f]+", call["request_body"]) for call in log]
    first, again, another = [found[0] for found in shown if found]
    assert first == again != another


def asked(**more: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": "sim-client",
        "redirect_uri": REDIRECT_URL,
        "state": "s 1",
        **more,
    }


def decide(zoom: ZoomSim, *, email: str = TARIQ, decision: str = "allow", **more: str) -> httpx.Response:
    users = {user["email"]: user["id"] for user in zoom.control("GET", "users")["users"]}
    with zoom.client() as client:
        return client.post(
            "/oauth/authorize", data={**asked(**more), "user": users[email], "decision": decision}
        )


def consent(zoom: ZoomSim, **more: str) -> dict[str, str]:
    """What comes back to the redirect address."""
    answer = decide(zoom, **more)
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(REDIRECT_URL + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def exchange(zoom: ZoomSim, **fields: str) -> httpx.Response:
    with zoom.client() as client:
        return client.post("/oauth/token", data=fields, auth=APP)


def refresh(zoom: ZoomSim, token: dict[str, Any]) -> httpx.Response:
    return exchange(zoom, grant_type="refresh_token", refresh_token=token["refresh_token"])


def whoami(zoom: ZoomSim, token: dict[str, Any]) -> int:
    with zoom.client(token["access_token"]) as client:
        return client.get("/v2/users/me").status_code
