"""How often an account may be called: Zoom's rates, kept for all processes together in the database.

Rates hold for a whole Zoom account, whichever of its users a call is for, and each class of calls has its own
(https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-23). Calls are spaced evenly rather than sent
in bursts, because nobody outside Zoom knows where its seconds begin.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from eduraise.core import clock
from eduraise.zoom.enums import Licence
from eduraise.zoom.enums import Plan as StatedPlan
from eduraise.zoom.models import RateWindow, ZoomAccount
from zoomclient import Call, NotSent, RateLimited
from zoomclient.limits import RATES, Plan, Rate, next_utc_day, utc_day

# Longer than this nobody waits in a process: the work is put off instead.
LONGEST_WAIT = timedelta(seconds=2)
# The network bunches what left evenly, so a little of Zoom's rate is left unused.
SHARE = 0.97
# No queue of ours is longer; a slot further off was taken while the clock stood elsewhere.
FARTHEST = timedelta(minutes=1)


def rates_of(account: ZoomAccount) -> Plan:
    """The line of Zoom's table that holds for an account; Free where all its hosts are Basic."""
    if account.plan in (StatedPlan.BUSINESS, StatedPlan.EDUCATION):
        return Plan.BUSINESS
    if account.plan == StatedPlan.FREE:
        return Plan.FREE
    licences = set(account.hosts.values_list("licence", flat=True))
    return Plan.FREE if licences and licences <= {Licence.BASIC} else Plan.PRO


class AccountLimiter:
    """Lets an account's calls through one after the other, a slot each; all processes share the slots."""

    def __init__(self, account: ZoomAccount) -> None:
        self.account = account
        self._plan: Plan | None = None

    def before(self, call: Call) -> None:
        """Take the next slot of the call's class and wait for it.

        Raises NotSent with `retry_at` where it is too far off, the day's calls are spent, or Zoom asked the
        account to wait; then no slot is taken.
        """
        self._plan = self._plan or rates_of(self.account)
        label = call.operation.rate_class
        now = clock.now()
        try:
            at = take_slot(self.account, str(label), RATES[self._plan][label], now)
        except _TooSoon as problem:
            raise NotSent(
                "our own limit", call=call.operation.name, reason="own_limit", retry_at=problem.retry_at
            ) from None
        clock.pause(at - now)

    def limited(self, call: Call, problem: RateLimited) -> None:
        """Zoom asked us to wait after all: the whole account waits, for calls of this class.

        A host's own quota of a day, or a registrant's, is no matter of the account's.
        """
        if not (problem.per_host or problem.per_registrant):
            block(self.account, str(call.operation.rate_class), problem.retry_at, clock.now())


class _TooSoon(Exception):
    def __init__(self, retry_at: datetime) -> None:
        super().__init__(retry_at.isoformat())
        self.retry_at = retry_at


def take_slot(account: ZoomAccount, label: str, rate: Rate, now: datetime) -> datetime:
    """When this call may leave, at most LONGEST_WAIT from now; the next one comes a step later."""
    step = timedelta(seconds=1 / (rate.per_second * SHARE))
    today = utc_day(now)
    _forget_other_times(account, label, now)
    with transaction.atomic():
        window, _made = RateWindow.objects.get_or_create(
            account=account, label=label, defaults={"next_free_at": now, "day_on": today}
        )
        free = Q(blocked_until__isnull=True) | Q(blocked_until__lte=now)
        has_day = Q() if rate.per_day is None else ~Q(day_on=today) | Q(day_used__lt=rate.per_day)
        taken = RateWindow.objects.filter(
            free, has_day, pk=window.pk, next_free_at__lte=now + LONGEST_WAIT
        ).update(
            next_free_at=Greatest(F("next_free_at"), now) + step,
            day_used=Case(When(day_on=today, then=F("day_used") + 1), default=1),
            day_on=today,
        )
        window.refresh_from_db()
    if taken:
        return max(window.next_free_at - step, now)
    raise _TooSoon(_retry_at(window, rate, now))


def _retry_at(window: RateWindow, rate: Rate, now: datetime) -> datetime:
    if window.blocked_until and window.blocked_until > now:
        return window.blocked_until
    today = utc_day(now)
    if rate.per_day is not None and window.day_on == today and window.day_used >= rate.per_day:
        return next_utc_day(now)
    return window.next_free_at


def _forget_other_times(account: ZoomAccount, label: str, now: datetime) -> None:
    """A clock that was set back must not hold calls up until it comes there again."""
    rows = RateWindow.objects.filter(account=account, label=label)
    rows.filter(next_free_at__gt=now + FARTHEST).update(next_free_at=now)


def block(account: ZoomAccount, label: str, until: datetime, now: datetime) -> None:
    """Zoom asked the whole account to wait with this class of calls. The later of two words holds."""
    RateWindow.objects.bulk_create(
        [RateWindow(account=account, label=label, next_free_at=now, day_on=utc_day(now))],
        ignore_conflicts=True,
    )
    RateWindow.objects.filter(
        Q(blocked_until__isnull=True) | Q(blocked_until__lt=until), account=account, label=label
    ).update(blocked_until=until)
