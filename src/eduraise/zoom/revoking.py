"""Telling Zoom of grants that ended here, until it has heard.

Zoom keeps one grant for each user and app, and a revocation ends it whole, whoever's token names it: a pair
is revoked only while no link here lives by that grant.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from eduraise.core import clock
from eduraise.core.queue import back_off
from eduraise.zoom import api
from eduraise.zoom.enums import USABLE
from eduraise.zoom.models import Connecting, Revocation, ZoomUser
from zoomclient import ConnectionLost, OAuth, Secret, ZoomError

TOLD_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=60)


def want(
    *,
    zoom_user_id: str,
    access_token: str,
    access_expires_at: datetime | None,
    refresh_token: str | None,
    now: datetime,
) -> None:
    """Have a pair revoked, within the caller's transaction."""
    Revocation.objects.create(
        zoom_user_id=zoom_user_id,
        access_token=access_token,
        access_expires_at=access_expires_at,
        refresh_token=refresh_token,
        created_at=now,
        next_at=now,
    )


def revoke_due(now: datetime) -> int:
    """Tell Zoom of ended links; what it doesn't answer is told again, for a day. How many are settled."""
    done = 0
    for row in list(Revocation.objects.filter(next_at__lte=now).order_by("next_at")[:20]):
        mine = Revocation.objects.filter(pk=row.pk, next_at=row.next_at)
        if mine.update(next_at=now + LEASE, attempts=F("attempts") + 1):
            done += _settle(row, now)
    return done


def _settle(row: Revocation, now: datetime) -> bool:
    try:
        if not lives_again(row.zoom_user_id, now):
            with api.oauth() as oauth:
                _revoke(oauth, row, now)
    except ZoomError:
        if now - row.created_at < TOLD_FOR:
            Revocation.objects.filter(pk=row.pk).update(next_at=clock.now() + back_off(row.attempts))
            return False
    Revocation.objects.filter(pk=row.pk).delete()
    return True


def lives_again(zoom_user_id: str, now: datetime) -> bool:
    """Whether a link lives by this Zoom user's grant, or a pair of a newer consent waits for its yes.

    zoom_user_id: "" where Zoom didn't say whose a grant is; then any may be.
    """
    whose = {"zoom_user_id": zoom_user_id} if zoom_user_id else {}
    linked = ZoomUser.objects.filter(state__in=USABLE, by_account=False, **whose)
    waiting = Connecting.objects.filter(
        refresh_token__isnull=False,
        confirmed_at__isnull=True,
        dropped_at__isnull=True,
        expires_at__gt=now,
        **whose,
    )
    return linked.exists() or waiting.exists()


def _revoke(oauth: OAuth, row: Revocation, now: datetime) -> None:
    """Revoke by a token that still works: an hour after the last refresh the kept pair is spent for one.

    POST /oauth/revoke takes an access token (https://developers.zoom.us/docs/integrations/oauth/, read
    2026-11-23).
    """
    if row.refresh_token and row.access_expires_at and row.access_expires_at <= now:
        try:
            pair = oauth.refresh(Secret(row.refresh_token))
        except ConnectionLost:
            return  # the grant is gone, which is what was wanted
        row.access_token, row.access_expires_at = pair.access.reveal(), pair.expires_at
        row.refresh_token = pair.refresh.reveal() if pair.refresh else None
        row.save(update_fields=["access_token", "access_expires_at", "refresh_token"])
    oauth.revoke(Secret(row.access_token))
