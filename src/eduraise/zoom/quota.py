"""How often we may call: each account's rate, and each host's creates and updates of a UTC day.

Counted in the database, for all processes together, before the call leaves. Rates are Zoom's published ones
(https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-23).
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from eduraise.zoom.enums import Licence
from eduraise.zoom.enums import Plan as StatedPlan
from eduraise.zoom.hosts import DAILY_CALLS, KEPT_FOR_REPAIRS
from eduraise.zoom.models import HostDay, RateWindow, ZoomAccount, ZoomUser
from zoomclient import Call, NotSent
from zoomclient.limits import RATES, Plan

# Longer than this nobody waits in a process: the work is put off instead.
LONGEST_WAIT = timedelta(seconds=2)


def rates_of(account: ZoomAccount) -> Plan:
    """The line of Zoom's table that holds for an account; Free where all its hosts are Basic."""
    if account.plan in (StatedPlan.BUSINESS, StatedPlan.EDUCATION):
        return Plan.BUSINESS
    if account.plan == StatedPlan.FREE:
        return Plan.FREE
    licences = set(account.hosts.values_list("licence", flat=True))
    return Plan.FREE if licences and licences <= {Licence.BASIC} else Plan.PRO


class AccountLimiter:
    """Spaces one account's calls evenly over each second, all processes together (GCRA)."""

    def __init__(self, account: ZoomAccount, now: datetime) -> None:
        self.account, self.now = account, now

    def before(self, call: Call) -> None:
        """Take the next slot of the call's class. Raises NotSent with `retry_at` where it is too far off."""
        label = call.operation.rate_class
        step = timedelta(seconds=1 / RATES[rates_of(self.account)][label].per_second)
        free_at = take_slot(self.account, str(label), step, self.now)
        if free_at - self.now > LONGEST_WAIT:
            raise NotSent("our own limit", call=call.operation.name, reason="own_limit", retry_at=free_at)


def take_slot(account: ZoomAccount, label: str, step: timedelta, now: datetime) -> datetime:
    """When this call may leave; the account's next one of this class comes a step later."""
    with transaction.atomic():
        window, _made = RateWindow.objects.get_or_create(
            account=account, label=label, defaults={"next_free_at": now, "day_on": now.date()}
        )
        if window.blocked_until and window.blocked_until > now:
            return window.blocked_until
        RateWindow.objects.filter(pk=window.pk).update(next_free_at=Greatest(F("next_free_at"), now) + step)
        window.refresh_from_db(fields=["next_free_at"])
    return max(window.next_free_at - step, now)


def block_account(account: ZoomAccount, label: str, until: datetime, now: datetime) -> None:
    """Zoom asked the whole account to wait."""
    RateWindow.objects.update_or_create(
        account=account,
        label=label,
        defaults={"blocked_until": until},
        create_defaults={"next_free_at": now, "day_on": now.date(), "blocked_until": until},
    )


def take_of_day(host: ZoomUser, now: datetime, *, is_repair: bool) -> bool:
    """Take one of the host's creates and updates of today (UTC); False if none is left.

    Fifteen of Zoom's hundred are kept for repairs: classes of today, restores, compensation.
    """
    cap = DAILY_CALLS if is_repair else DAILY_CALLS - KEPT_FOR_REPAIRS
    HostDay.objects.bulk_create([HostDay(host=host, utc_on=utc_day(now))], ignore_conflicts=True)
    return bool(
        HostDay.objects.filter(
            Q(blocked_until__isnull=True) | Q(blocked_until__lte=now),
            host=host,
            utc_on=utc_day(now),
            used__lt=cap,
        ).update(used=F("used") + 1)
    )


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
    midnight = datetime.combine(utc_day(now) + timedelta(days=1), time.min, tzinfo=UTC)
    return midnight + timedelta(seconds=random.uniform(5, 120))  # noqa: S311 jitter is no secret


def utc_day(now: datetime) -> date:
    """Zoom's day."""
    return now.astimezone(UTC).date()
