"""Consent, tokens and what becomes of them."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from tests.zoomclient.conftest import CLIENT_SECRET, NOW, oauth_that
from zoomclient import (
    ConnectionLost,
    CredentialsRefused,
    NotSent,
    OAuth,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Secret,
    TokenPair,
    Unreadable,
    ZoomError,
    pkce_pair,
)
from zoomclient.oauth import trusted_api_url

PAIR = {
    "access_token": "CANARY-ACCESS",
    "token_type": "bearer",
    "refresh_token": "CANARY-REFRESH",
    "expires_in": 3599,
    "scope": "user:read:user meeting:write:meeting",
    "api_url": "https://api-eu.zoom.us",
}
OLD = Secret("CANARY-OLD")


def answering(status: int, body: Any = None, **content: Any) -> OAuth:
    if body is not None:
        content["json"] = body
    return oauth_that(lambda request: httpx.Response(status, **content))


def refresh_error(status: int, body: Any = None, **content: Any) -> ZoomError:
    with pytest.raises(ZoomError) as problem:
        answering(status, body, **content).refresh(OLD)
    assert "CANARY" not in f"{problem.value} {problem.value!r} {problem.value.__dict__}"
    return problem.value


def recorded(body: Any) -> tuple[OAuth, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=body)

    return oauth_that(answers), seen


def form(request: httpx.Request) -> dict[str, str]:
    return dict(parse_qsl(request.content.decode()))


def test_a_browser_is_sent_to_consent_without_naming_scopes() -> None:
    url = answering(200).authorize_url(
        redirect_uri="https://school.example/zoom/callback/", state="st", code_challenge="ch"
    )

    assert url.startswith("https://zoom.us/oauth/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": ["https://school.example/zoom/callback/"],
        "state": ["st"],
        "code_challenge": ["ch"],
        "code_challenge_method": ["S256"],
    }


def test_a_challenge_is_made_from_its_verifier_and_each_is_new() -> None:
    first, second = pkce_pair(), pkce_pair()
    digest = hashlib.sha256(first.verifier.reveal().encode()).digest()

    assert base64.urlsafe_b64decode(first.challenge + "=") == digest
    assert 43 <= len(first.verifier.reveal()) <= 128
    assert first.challenge != second.challenge
    assert first.verifier.reveal() not in repr(first)


def test_a_code_becomes_a_pair() -> None:
    oauth, seen = recorded(PAIR)
    pair = oauth.exchange_code("c0de", redirect_uri="https://school.example/cb", code_verifier=Secret("v"))

    assert str(seen[0].url) == "https://zoom.us/oauth/token"
    assert (
        seen[0].headers["authorization"]
        == "Basic " + base64.b64encode(f"client:{CLIENT_SECRET}".encode()).decode()
    )
    assert form(seen[0]) == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": "https://school.example/cb",
        "code_verifier": "v",
    }
    assert pair == TokenPair(
        access=Secret("CANARY-ACCESS"),
        refresh=Secret("CANARY-REFRESH"),
        expires_at=NOW + timedelta(seconds=3599),
        scopes=frozenset({"user:read:user", "meeting:write:meeting"}),
        api_url="https://api-eu.zoom.us",
    )
    assert "CANARY" not in repr(pair)


def test_a_refresh_spends_the_old_token_for_a_new_pair() -> None:
    oauth, seen = recorded(PAIR)
    pair = oauth.refresh(OLD)

    assert form(seen[0]) == {"grant_type": "refresh_token", "refresh_token": "CANARY-OLD"}
    assert pair.refresh == Secret("CANARY-REFRESH")


def test_an_account_gets_a_token_without_a_refresh_token() -> None:
    oauth, seen = recorded({name: value for name, value in PAIR.items() if name != "refresh_token"})
    pair = oauth.account_credentials("acc1")

    assert form(seen[0]) == {"grant_type": "account_credentials", "account_id": "acc1"}
    assert (pair.access, pair.refresh) == (Secret("CANARY-ACCESS"), None)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"expires_in": "1800"}, {"expires_at": NOW + timedelta(seconds=1800)}),
        ({"expires_in": None}, {"expires_at": NOW + timedelta(hours=1)}),
        ({"expires_in": -1}, {"expires_at": NOW + timedelta(hours=1)}),
        ({"scope": None}, {"scopes": frozenset()}),
        ({"api_url": None}, {"api_url": "https://api.zoom.us"}),
        ({"refresh_token": None}, {"refresh": OLD}),
    ],
)
def test_a_pair_is_not_thrown_away_for_a_lesser_field(
    changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    pair = answering(200, PAIR | changed).refresh(OLD)

    assert {name: getattr(pair, name) for name in expected} == expected
    assert pair.access == Secret("CANARY-ACCESS")


@pytest.mark.parametrize("body", [{}, [], {"access_token": ""}, {"access_token": 5}, {"refresh_token": "x"}])
def test_an_answer_without_tokens_leaves_it_open(body: Any) -> None:
    assert isinstance(refresh_error(200, body), Unreadable)


def test_a_code_without_a_refresh_token_is_not_taken() -> None:
    oauth, _ = recorded(PAIR | {"refresh_token": None})

    with pytest.raises(Unreadable):
        oauth.exchange_code("c", redirect_uri="https://x.example", code_verifier="v")


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (400, {"reason": "Invalid Token!", "error": "invalid_grant"}, ConnectionLost, "grant_gone"),
        (401, {"reason": "Invalid Token!", "error": "invalid_grant"}, ConnectionLost, "grant_gone"),
        (400, {"reason": "Invalid Token!", "error": "invalid_request"}, ConnectionLost, "grant_gone"),
        (400, {"error": "invalid_grant"}, ConnectionLost, "grant_gone"),
        (400, {"code": 4741, "message": "The token has been revoked."}, ConnectionLost, "grant_gone"),
        (400, {"errorCode": 4735, "errorMessage": "Owner gone."}, ConnectionLost, "grant_gone"),
        (
            400,
            {"reason": "Invalid authorization code CANARY", "error": "invalid_request"},
            ConnectionLost,
            "code_refused",
        ),
        (
            400,
            {"reason": "Invalid client_id or client_secret", "error": "invalid_client"},
            CredentialsRefused,
            "client_refused",
        ),
        (401, {"error": "invalid_client"}, CredentialsRefused, "client_refused"),
        (
            400,
            {"reason": "Redirect URI mismatch.", "error": "invalid_request"},
            CredentialsRefused,
            "redirect_mismatch",
        ),
        (
            400,
            {"reason": "unsupported grant type", "error": "unsupported_grant_type"},
            CredentialsRefused,
            "grant_type_refused",
        ),
        (400, {"reason": "Something CANARY", "error": "invalid_request"}, Refused, "oauth_refused"),
        (403, {"message": "Forbidden CANARY"}, Refused, "oauth_refused"),
    ],
)
def test_a_refusal_says_whose_it_is_to_mend(
    status: int, body: dict[str, Any], kind: type[ZoomError], reason: str
) -> None:
    error = refresh_error(status, body)

    assert (type(error), error.reason, error.status) == (kind, reason, status)
    assert error.call == "POST /oauth/token (refresh_token)"


@pytest.mark.parametrize("status", [400, 401])
def test_an_accounts_refused_grant_is_the_operators(status: int) -> None:
    with pytest.raises(CredentialsRefused):
        answering(status, {"error": "invalid_grant"}).account_credentials("acc1")


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_a_servers_failure_may_have_spent_the_token(status: int) -> None:
    assert type(refresh_error(status, text="<html></html>")) is OutcomeUnknown


@pytest.mark.parametrize("status", [200, 302, 400, 403, 404])
def test_a_page_instead_of_an_answer_never_ends_a_grant(status: int) -> None:
    assert isinstance(refresh_error(status, text="<html>Invalid Token!</html>"), Unreadable)


def test_a_pause_that_is_asked_for_is_told() -> None:
    error = refresh_error(429, {}, headers={"retry-after": "5"})

    assert isinstance(error, RateLimited)
    assert error.retry_at == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("problem", "kind"), [(httpx.ConnectError, NotSent), (httpx.ReadTimeout, OutcomeUnknown)]
)
def test_a_lost_answer_is_told_from_a_call_that_never_left(
    problem: type[httpx.TransportError], kind: type[ZoomError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="zoomclient")

    def answers(request: httpx.Request) -> httpx.Response:
        raise problem(request.content.decode(), request=request)

    with pytest.raises(kind) as found:
        oauth_that(answers).refresh(OLD)
    assert type(found.value) is kind
    assert "CANARY" not in f"{found.value} {found.value!r} {found.value.__context__} {caplog.text}"


def test_a_grant_is_revoked() -> None:
    oauth, seen = recorded({"status": "success"})
    oauth.revoke(OLD)

    assert (str(seen[0].url), form(seen[0])) == ("https://zoom.us/oauth/revoke", {"token": "CANARY-OLD"})


def test_a_grant_that_is_gone_needs_no_revoking() -> None:
    answering(400, {"reason": "Invalid Token!", "error": "invalid_grant"}).revoke(OLD)


def test_a_revocation_without_an_answer_is_not_taken_for_done() -> None:
    with pytest.raises(OutcomeUnknown):
        answering(503).revoke(OLD)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("https://api.zoom.us", "https://api.zoom.us"),
        ("https://api-eu.zoom.us/", "https://api-eu.zoom.us"),
        ("https://API-EU.Zoom.US:443/v2", "https://api-eu.zoom.us"),
        ("https://api.zoomgov.com", "https://api.zoomgov.com"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://127.0.0.1:8001/v2", "http://127.0.0.1:8001"),
    ],
)
def test_zooms_own_and_the_configured_api_are_kept(told: str, kept: str) -> None:
    assert trusted_api_url(told, "http://127.0.0.1:8001") == kept


@pytest.mark.parametrize(
    "told",
    [
        "",
        "http://api.zoom.us",
        "https://api.zoom.us.evil.example",
        "https://evilzoom.us",
        "https://zoom.us@evil.example",
        "https://api.zoom.us:8443",
        "https://evil.example#.zoom.us",
        "https://evil.example/.zoom.us",
        "https://evil.example\\.zoom.us",
        "https://evil.example?.zoom.us",
        "//api.zoom.us",
        "javascript:alert(1)",
        "http://127.0.0.1:9999",
        "https://127.0.0.1:8001",
        "https://[::1",
        "https://evil.example%2f.zoom.us",
        "https://evil.example\u3002zoom.us",
        "https://api.zoom.us:abc",
    ],
)
def test_no_other_place_is_sent_a_token(told: str) -> None:
    assert trusted_api_url(told, "http://127.0.0.1:8001/") == "http://127.0.0.1:8001"


def test_a_body_is_never_taken_from_another_kind() -> None:
    """A token endpoint that answers an array of pairs, or a text, gives no pair."""
    for body in ([PAIR], json.dumps(PAIR), 5):
        assert isinstance(refresh_error(200, body), Unreadable)
