"""Columns and claims of a row that is work: leased by one process at a time, fenced against a late one."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet


class QueueRow(models.Model):
    """A row whose work is still to be done. `next_at` is compared with the product's clock, leases with
    `clock.lease_now()`."""

    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.IntegerField(default=0)
    attempts = models.IntegerField(default=0)
    last_error_code = models.CharField(max_length=80, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def claim[Row: QueueRow](
    rows: QuerySet[Row], row: Row, *, lease_now: datetime, lease: timedelta, **changes: Any
) -> int | None:
    """Take one row for `lease` by a single conditional update; the new fence, or None if it was taken.

    rows: the queryset whose conditions must still hold. Call it outside a transaction, or commit at once:
    the claim must be seen before the work begins.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=lease_now)
    fence = row.fence + 1
    taken = rows.filter(free, pk=row.pk, fence=row.fence).update(
        lease_until=lease_now + lease, fence=fence, attempts=F("attempts") + 1, **changes
    )
    return fence if taken else None


def found[Row: models.Model](rows: QuerySet[Row], limit: int | None = None) -> list[Row]:
    """The first `limit` rows of a look that nearly always finds none. Their keys are asked for first: to name
    the columns of all that they refer to is most of what an idle look takes."""
    keys = list(rows.values_list("pk", flat=True)[:limit])
    return list(rows.filter(pk__in=keys)) if keys else []


def back_off(attempts: int, *, first: float = 5.0, cap: float = 900.0) -> timedelta:
    """How long to wait before the next try: doubling, with jitter of ± 25 %."""
    seconds = min(cap, first * 2 ** min(attempts, 12))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 jitter is no secret
