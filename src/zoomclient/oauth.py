"""Consent, tokens, refresh and revocation at Zoom's OAuth server.

A refresh token is spent by using it: store the new pair before its first use, and never let two processes
spend one. Its answer can be lost (OutcomeUnknown); then the old pair may still be good, and may be spent
again.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

import httpx

from zoomclient.answers import code_of
from zoomclient.errors import (
    ConnectionLost,
    CredentialsRefused,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ZoomError,
)
from zoomclient.hosts import is_zooms, origin_of
from zoomclient.http import Answer, Clock, Sender, utc_now
from zoomclient.retry_after import read_wait
from zoomclient.secret import Secret

DEFAULT_LIFE = timedelta(hours=1)

_GRANT_GONE_CODES = frozenset({4733, 4734, 4735, 4737, 4738, 4741})
_CLIENT_CODES = frozenset({4702, 4704, 4705, 4706, 4709, 4717})


class Pkce(NamedTuple):
    """verifier: kept here until the code comes back. challenge: goes into the authorise address."""

    verifier: Secret
    challenge: str


def pkce_pair() -> Pkce:
    """A fresh verifier and its S256 challenge (RFC 7636)."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return Pkce(Secret(verifier), base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


@dataclass(frozen=True, slots=True)
class TokenPair:
    """refresh: None for an account's token, which is simply fetched anew. expires_at: of `access`, aware,
    UTC.

    api_url: where this user's API is, a Zoom host or the configured one; no version in it.
    """

    access: Secret
    refresh: Secret | None
    expires_at: datetime
    scopes: frozenset[str]
    api_url: str


class OAuth:
    """One application at Zoom. oauth_url: "https://zoom.us", with or without /oauth. api_url: the configured
    API.

    seconds: for a whole call; give a refresh more rather than less, because its answer must not be lost.
    """

    def __init__(
        self,
        oauth_url: str,
        client_id: str,
        client_secret: Secret | str,
        *,
        api_url: str = "https://api.zoom.us",
        transport: httpx.BaseTransport | None = None,
        clock: Clock = utc_now,
        seconds: float = 15.0,
    ) -> None:
        self._url = oauth_base(oauth_url)
        self._client_id = client_id
        self._api_url = api_url
        self._clock = clock
        auth = httpx.BasicAuth(client_id, Secret(client_secret).reveal())
        self._sender = Sender(self._url, auth=auth, transport=transport, seconds=seconds)

    def authorize_url(self, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        """Where to send a browser for consent.

        It names no scope: they come from the application's registration, and several in the address have made
        Zoom answer 4700 "invalid scope" (https://devforum.zoom.us/t/138714, read 2026-11-23).
        """
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._url}/authorize?{urlencode(query)}"

    def exchange_code(
        self, code: Secret | str, *, redirect_uri: str, code_verifier: Secret | str
    ) -> TokenPair:
        """The pair for a code, which lives 5 minutes and works once. redirect_uri: as it was at authorising.

        Raises ConnectionLost for a code used, expired or not ours; CredentialsRefused; OutcomeUnknown.
        """
        form = {"code": code, "redirect_uri": redirect_uri, "code_verifier": code_verifier}
        return self._token("authorization_code", form, lost=ConnectionLost)

    def refresh(self, refresh_token: Secret) -> TokenPair:
        """The next pair. Raises ConnectionLost, CredentialsRefused, OutcomeUnknown, NotSent, RateLimited."""
        return self._token(
            "refresh_token", {"refresh_token": refresh_token}, lost=ConnectionLost, kept=refresh_token
        )

    def account_credentials(self, account_id: str) -> TokenPair:
        """A token for the whole account (server-to-server). It may void the one fetched before: share it."""
        return self._token("account_credentials", {"account_id": account_id}, lost=CredentialsRefused)

    def revoke(self, token: Secret) -> None:
        """End the whole grant to which this token belongs. One that is gone already is as good."""
        answer = self._sender.send("POST /oauth/revoke", "POST", "/revoke", form={"token": token})
        problem = _error_in(answer, ConnectionLost, self._clock())
        if problem and not isinstance(problem, ConnectionLost):
            raise problem

    def close(self) -> None:
        """Closes its own connections; a transport that was passed in stays open."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _token(
        self,
        grant: str,
        form: Mapping[str, str | Secret],
        *,
        lost: type[ConnectionLost] | type[CredentialsRefused],
        kept: Secret | None = None,
    ) -> TokenPair:
        asked_at = self._clock()
        answer = self._sender.send(
            f"POST /oauth/token ({grant})", "POST", "/token", form={"grant_type": grant, **form}
        )
        problem = _error_in(answer, lost, self._clock())
        if problem:
            raise problem
        return self._pair(answer, asked_at, kept, needs_refresh=lost is ConnectionLost)

    def _pair(
        self, answer: Answer, asked_at: datetime, kept: Secret | None, *, needs_refresh: bool
    ) -> TokenPair:
        """Only the tokens must be there: for want of a lesser field a pair that was paid for is not thrown
        away.
        """
        body = answer.body if isinstance(answer.body, dict) else {}
        access = _text(body, "access_token")
        refresh = _text(body, "refresh_token")
        if not access or (needs_refresh and not refresh and not kept):
            raise answer.unreadable(answer.garbage or "no token")
        return TokenPair(
            access=Secret(access),
            refresh=Secret(refresh) if refresh else kept,
            expires_at=asked_at + _life(body.get("expires_in")),
            scopes=frozenset(_text(body, "scope").split()),
            api_url=trusted_api_url(_text(body, "api_url"), self._api_url),
        )


def oauth_base(url: str) -> str:
    """The OAuth server's base for an address with or without /oauth."""
    url = url.rstrip("/")
    return url if url.endswith("/oauth") else f"{url}/oauth"


def trusted_api_url(told: str, configured: str) -> str:
    """The API's origin for a token: the one told if it is Zoom's own or the configured one, else the
    configured.
    """
    ours = origin_of(configured) or configured.rstrip("/")
    origin = origin_of(told)
    return origin if is_zooms(origin) or origin == ours else ours


def _error_in(
    answer: Answer, lost: type[ConnectionLost] | type[CredentialsRefused], now: datetime
) -> ZoomError | None:
    """Sorts {"reason": "Invalid Token!", "error": "invalid_grant"} and its relatives.

    Their text is not repeated, since "Invalid authorization code <code>" carries what was sent.
    """
    if answer.is_success:
        return None
    facts: dict[str, Any] = {"call": answer.call, "status": answer.status, "request_id": answer.request_id}
    if answer.status == 429:
        wait = read_wait(answer.headers, "", now)
        return RateLimited(retry_at=wait.retry_at, daily=wait.daily, **facts)
    if answer.status >= 500 or answer.status == 408:
        return OutcomeUnknown(reason="server_error", **facts)
    if not answer.status >= 400 or not isinstance(answer.body, dict):
        return answer.unreadable(answer.garbage or "no error of OAuth")
    return _refusal(answer.body, lost, facts)


def _refusal(
    body: dict[str, Any], lost: type[ConnectionLost] | type[CredentialsRefused], facts: dict[str, Any]
) -> ZoomError:
    error, text = _text(body, "error").lower(), _text(body, "reason").lower()
    code = code_of(body) or code_of({"code": body.get("errorCode")})
    facts = {**facts, "code": code}
    if "redirect uri" in text or code == 4709:
        return CredentialsRefused(
            "the redirect address is not registered", reason="redirect_mismatch", **facts
        )
    if error == "invalid_client" or "client_id or client_secret" in text or code in _CLIENT_CODES:
        return CredentialsRefused("client id or secret is wrong", **facts)
    if error in ("unsupported_grant_type", "unauthorized_client"):
        return CredentialsRefused("not this kind of application", reason="grant_type_refused", **facts)
    if "authorization code" in text or code in (4733, 4734):
        return lost("the code is used, expired or not ours", reason="code_refused", **facts)
    if error == "invalid_grant" or "invalid token" in text or code in _GRANT_GONE_CODES:
        return lost("the grant is gone", reason="grant_gone", **facts)
    return Refused(error if error.isidentifier() else "", reason="oauth_refused", **facts)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _life(seconds: Any) -> timedelta:
    """3599 has been seen for 3600; text is accepted; without sense an hour, as documented."""
    try:
        life = timedelta(seconds=int(seconds))
    except (TypeError, ValueError, OverflowError):
        return DEFAULT_LIFE
    return life if timedelta(0) < life <= timedelta(days=1) else DEFAULT_LIFE
