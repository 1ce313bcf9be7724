"""When a host is looked at next: how closely Zoom is followed depends on how near its next class is.

Two hours and twenty minutes before a class, every six hours with one within two days, daily with one within
two weeks, else every thirty days. A lost event is thus noticed in hours, not at the class.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from eduraise.zoom.models import HostClaim, ZoomOccurrence, ZoomUser

BEFORE = (timedelta(hours=2), timedelta(minutes=20))
RESTS = ((timedelta(hours=48), timedelta(hours=6)), (timedelta(days=14), timedelta(days=1)))
LONGEST_REST = timedelta(days=30)


def next_wake(host: ZoomUser, now: datetime) -> datetime:
    """When to look at a host again; never later than twenty minutes before its next class."""
    coming = HostClaim.objects.filter(releases_at__isnull=True, host=host, starts_at__gt=now)
    first = coming.order_by("starts_at").first()
    return _before(first.starts_at, now) if first else now + _spread(LONGEST_REST)


def wake_before(host: ZoomUser, starts_at: datetime, now: datetime) -> None:
    """Have the host looked at as a class at `starts_at` needs it, if nothing earlier is planned."""
    at = _before(starts_at, now) if starts_at - BEFORE[0] > now else now
    ZoomUser.objects.filter(Q(wake_at__isnull=True) | Q(wake_at__gt=at), pk=host.pk).update(wake_at=at)


def look_before(host: ZoomUser, sittings: QuerySet[ZoomOccurrence], now: datetime) -> None:
    """Have the host looked at once more where Zoom has just taken what begins before its next usual look: the
    one that booking asked for may have come before there was a meeting to look at."""
    near = sittings.filter(wanted_starts_at__gt=now, wanted_starts_at__lte=now + BEFORE[0], wanted_gone=False)
    if first := near.order_by("wanted_starts_at").first():
        wake_before(host, first.wanted_starts_at, now)


def _before(starts_at: datetime, now: datetime) -> datetime:
    left = starts_at - now
    rest = next((rest for within, rest in RESTS if left <= within), LONGEST_REST)
    marks = [starts_at - before for before in BEFORE if starts_at - before > now]
    return min([*marks, now + _spread(rest)])


def _spread(rest: timedelta) -> timedelta:
    """Not all hosts at once."""
    return rest * random.uniform(0.95, 1)  # noqa: S311 jitter is no secret
