"""How many meetings may be created and changed for one host on a UTC day.

Counted in the database, for all processes together, before the call leaves
(https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-23). Accounts' rates are in `rates`.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db.models import F, Q

from eduraise.zoom.hosts import DAILY_CALLS, KEPT_FOR_REPAIRS
from eduraise.zoom.models import HostDay, ZoomUser
from zoomclient.limits import next_utc_day, utc_day


def take_of_day(host: ZoomUser, now: datetime, *, is_repair: bool) -> bool:
    """Take one of the host's creates and updates of today (UTC); False if none is left.

    Fifteen of Zoom's hundred are kept for repairs: classes of today, restores, compensation.
    """
    cap = DAILY_CALLS if is_repair else DAILY_CALLS - KEPT_FOR_REPAIRS
    not_blocked = Q(blocked_until__isnull=True) | Q(blocked_until__lte=now)
    free = HostDay.objects.filter(not_blocked, host=host, utc_on=utc_day(now), used__lt=cap)
    if free.update(used=F("used") + 1):
        return True
    # the day's first; another may have just begun it, so whether any is left is asked once more in any case
    HostDay.objects.bulk_create([HostDay(host=host, utc_on=utc_day(now))], ignore_conflicts=True)
    return bool(free.update(used=F("used") + 1))


def give_back(host: ZoomUser, now: datetime) -> None:
    """Nothing was sent after all."""
    HostDay.objects.filter(host=host, utc_on=utc_day(now), used__gt=0).update(used=F("used") - 1)


def spend_day(host: ZoomUser, until: datetime, now: datetime) -> None:
    """Zoom said that the host's day is used up, whoever used it."""
    HostDay.objects.update_or_create(
        host=host, utc_on=utc_day(now), defaults={"used": DAILY_CALLS, "blocked_until": until}
    )


def next_day(now: datetime) -> datetime:
    """Shortly after Zoom's next day begins, not all at one instant."""
    return next_utc_day(now) + timedelta(seconds=random.uniform(5, 120))  # noqa: S311 jitter is no secret
