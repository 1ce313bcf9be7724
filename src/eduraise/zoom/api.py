"""The one door to Zoom's API: builds clients with our settings, our clock and our limits."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import httpx
from django.conf import settings

from eduraise.core import clock
from eduraise.core.models import Setting
from eduraise.zoom.models import ZoomAccount, ZoomUser
from eduraise.zoom.rates import AccountLimiter
from zoomclient import DeadlineTransport, OAuth, Secret, Zoom

if TYPE_CHECKING:
    from eduraise.zoom.tokens import Access

REQUEST_SECONDS = 3.0
ACCOUNT_NAMES = ("ZOOM_ACCOUNT_ID", "ZOOM_S2S_CLIENT_ID", "ZOOM_S2S_CLIENT_SECRET")
_transport: httpx.BaseTransport | None = None


def install(transport: httpx.BaseTransport | None) -> None:
    """Send all through `transport`, for runs against a simulator in this process; None: the network."""
    global _transport
    _transport = transport


@lru_cache(maxsize=1)
def _network() -> httpx.BaseTransport:
    return DeadlineTransport()


def transport() -> httpx.BaseTransport:
    """What calls travel by; one for the process, so that connections are kept."""
    return _transport or _network()


def configured(name: str) -> str:
    """A `ZOOM_*` value: the environment's, else the one that an admin gave on the set-up page, else ""."""
    value = settings.ZOOM_ENVIRONMENT.get(name, "")
    if value:
        return ",".join(value) if isinstance(value, tuple) else str(value)
    row = Setting.objects.filter(name=name).first()
    return str(row.value) if row else ""


def is_configured() -> bool:
    """Whether teachers can connect: the Zoom app's id and secret are known."""
    return bool(configured("ZOOM_CLIENT_ID") and configured("ZOOM_CLIENT_SECRET"))


def account_is_configured() -> bool:
    """Whether the organisation's server-to-server app is known: its account, id and secret."""
    return all(configured(name) for name in ACCOUNT_NAMES)


def account_oauth() -> OAuth:
    """The organisation's server-to-server app."""
    return oauth_with(configured("ZOOM_S2S_CLIENT_ID"), configured("ZOOM_S2S_CLIENT_SECRET"))


def zooms_time() -> datetime | None:
    """What time it is at Zoom, by the header of whatever it answers; None if it doesn't say. Takes a second's
    precision, and a call.
    """
    with httpx.Client(transport=_Shared(transport()), timeout=REQUEST_SECONDS) as client:
        try:
            told = client.get(f"{settings.ZOOM_API_URL}/v2/users/me").headers.get("date", "")
            return parsedate_to_datetime(told) if told else None
        except (httpx.HTTPError, ValueError):
            return None


class _Shared(httpx.BaseTransport):
    """A transport that others use too: closing the client leaves it open."""

    def __init__(self, through: httpx.BaseTransport) -> None:
        self._through = through

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._through.handle_request(request)


def oauth() -> OAuth:
    """The organisation's app at Zoom."""
    return oauth_with(configured("ZOOM_CLIENT_ID"), configured("ZOOM_CLIENT_SECRET"))


def oauth_with(client_id: str, client_secret: str) -> OAuth:
    """An app at Zoom that may not be the organisation's yet."""
    return OAuth(
        settings.ZOOM_OAUTH_URL,
        client_id,
        client_secret,
        api_url=settings.ZOOM_API_URL,
        transport=transport(),
        clock=clock.now,
    )


def zoom_with(token: Secret, api_url: str, *, seconds: float = 10.0) -> Zoom:
    """Zoom's API with a token that belongs to no host here yet."""
    return Zoom(
        api_url or settings.ZOOM_API_URL, token, transport=transport(), clock=clock.now, seconds=seconds
    )


class HostZoom(Zoom):
    """Zoom's API for one host. user_id: how its token's owner calls the host."""

    def __init__(self, *args: Any, user_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user_id = user_id


def zoom_for(host: ZoomUser, access: Access, *, seconds: float = 10.0, by_hand: bool = False) -> HostZoom:
    """Zoom's API for one host, within its account's rates. by_hand: as `AccountLimiter` takes it."""
    return HostZoom(
        access.api_url or settings.ZOOM_API_URL,
        access.token,
        user_id=access.user_id,
        transport=transport(),
        clock=clock.now,
        limiter=AccountLimiter(host.account, by_hand=by_hand),
        seconds=seconds,
    )


def zoom_of_account(account: ZoomAccount, token: Secret, *, seconds: float = 10.0) -> Zoom:
    """Zoom's API with the account's own token, within its rates."""
    return Zoom(
        account.api_url or settings.ZOOM_API_URL,
        token,
        transport=transport(),
        clock=clock.now,
        limiter=AccountLimiter(account),
        seconds=seconds,
    )
