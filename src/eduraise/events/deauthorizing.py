"""A Zoom user removed our app at Zoom: her tokens are erased at once, her classes stay.

https://developers.zoom.us/docs/integrations/oauth/ (read 2026-11-23): the payload names the app, the account
and the user. An event may come late, after she has connected again: what it tells of is then over.
"""

from __future__ import annotations

from datetime import datetime

from eduraise.events.matching import Match
from eduraise.events.meaning import Told, read_instant
from eduraise.zoom import api, tokens

NAME = "app_deauthorized"


def is_about_us(told: Told) -> bool:
    """Whether an event says that a user removed this very app, and is fresh enough to be believed."""
    return (
        told.event.name == NAME
        and not told.is_hint
        and told.event.payload.get("client_id") == api.configured("ZOOM_CLIENT_ID")
    )


def erase(told: Told, match: Match, now: datetime) -> bool:
    """Erase the user's tokens, in the caller's transaction; False if she connected after removing it."""
    removed_at = read_instant(told.event.payload.get("deauthorization_time")) or told.row.signed_at
    return match.host is not None and tokens.erase(
        match.host, granted_before=removed_at, why="removed_at_zoom", now=now
    )
