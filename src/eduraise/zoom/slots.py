"""The slots in which an account's calls leave, a step apart; the database hands them out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Greatest

from eduraise.zoom.models import RateWindow, ZoomAccount
from zoomclient.limits import Rate, next_utc_day, utc_day

# Longer than this nobody waits in a process: the work is put off instead.
LONGEST_WAIT = timedelta(seconds=2)
# The network bunches what left evenly, so a little of Zoom's rate is left unused.
SHARE = 0.97
# No queue of ours is longer; a slot further off was taken while the clock stood elsewhere.
FARTHEST = timedelta(minutes=1)


class TooSoon(Exception):
    """No slot now: the next is too far off, the day's calls are spent, or Zoom asked the account to wait."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__(retry_at.isoformat())
        self.retry_at = retry_at


def take(account: ZoomAccount, label: str, rate: Rate, now: datetime, *, count: int = 1) -> list[datetime]:
    """The next slots: when the calls may leave, the first at most LONGEST_WAIT from now. Raises TooSoon."""
    step = timedelta(seconds=1 / (rate.per_second * SHARE))
    today = utc_day(now)
    with transaction.atomic():
        window = _window(account, label, now)
        free = Q(blocked_until__isnull=True) | Q(blocked_until__lte=now)
        has_day = Q() if rate.per_day is None else ~Q(day_on=today) | Q(day_used__lte=rate.per_day - count)
        taken = RateWindow.objects.filter(
            free, has_day, pk=window.pk, next_free_at__lte=now + LONGEST_WAIT
        ).update(
            next_free_at=Greatest(F("next_free_at"), now) + count * step,
            day_used=Case(When(day_on=today, then=F("day_used") + count), default=count),
            day_on=today,
        )
        window.refresh_from_db()
    if not taken:
        raise TooSoon(_retry_at(window, rate, now))
    return [max(window.next_free_at - left * step, now) for left in range(count, 0, -1)]


def _window(account: ZoomAccount, label: str, now: datetime) -> RateWindow:
    """The account's row; a clock that was set back must not hold calls up until it comes there again."""
    window, _made = RateWindow.objects.get_or_create(
        account=account, label=label, defaults={"next_free_at": now, "day_on": utc_day(now)}
    )
    if window.next_free_at > now + FARTHEST:
        RateWindow.objects.filter(pk=window.pk, next_free_at=window.next_free_at).update(next_free_at=now)
    return window


def _retry_at(window: RateWindow, rate: Rate, now: datetime) -> datetime:
    if window.blocked_until and window.blocked_until > now:
        return window.blocked_until
    today = utc_day(now)
    if rate.per_day is not None and window.day_on == today and window.day_used >= rate.per_day:
        return next_utc_day(now)
    return window.next_free_at


def block(account: ZoomAccount, label: str, until: datetime, now: datetime) -> None:
    """Zoom asked the whole account to wait with this class of calls. The later of two words holds."""
    RateWindow.objects.bulk_create(
        [RateWindow(account=account, label=label, next_free_at=now, day_on=utc_day(now))],
        ignore_conflicts=True,
    )
    RateWindow.objects.filter(
        Q(blocked_until__isnull=True) | Q(blocked_until__lt=until), account=account, label=label
    ).update(blocked_until=until)
