"""Asking Zoom as a host: with the token that we hold, once more with another where Zoom refuses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from eduraise.zoom import api, tokens
from eduraise.zoom.models import ZoomUser
from zoomclient import AccessTokenRefused


def with_zoom[Got](
    host: ZoomUser,
    now: datetime,
    ask: Callable[[api.HostZoom], Got],
    *,
    seconds: float = 10.0,
    by_hand: bool = False,
) -> Got:
    """Ask Zoom something as a host. by_hand: because somebody waits for the answer, whatever limit of the day
    is used up. Call it outside a transaction.

    Raises ConnectionLost where the grant is gone and the account doesn't serve this host: that is written
    down then, and her teacher told.
    """
    row = ZoomUser.objects.select_related("account").get(pk=host.pk)
    return with_access(row, tokens.access_for(row, now), now, ask, seconds=seconds, by_hand=by_hand)


def with_access[Got](
    host: ZoomUser,
    access: tokens.Access,
    now: datetime,
    ask: Callable[[api.HostZoom], Got],
    *,
    seconds: float = 10.0,
    by_hand: bool = False,
) -> Got:
    """The same with a token at hand. A refused one did nothing at Zoom, so that what is asked may be asked
    again: with the pair refreshed, or with the account's token where her own grant turns out to be gone."""
    try:
        return ask(api.zoom_for(host, access, seconds=seconds, by_hand=by_hand))
    except AccessTokenRefused:
        fresh = tokens.access_for(host, now, but=access.token.reveal())
        return ask(api.zoom_for(host, fresh, seconds=seconds, by_hand=by_hand))
