"""How often an account may be called: Zoom's rates, kept for all processes together in the database.

Rates hold for a whole Zoom account, whichever of its users a call is for, and each class of calls has its own
(https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-23). Calls are spaced evenly rather than sent
in bursts, because nobody outside Zoom knows where its seconds begin.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from datetime import datetime, timedelta

from django.conf import settings

from eduraise.core import clock
from eduraise.zoom import slots
from eduraise.zoom.enums import Licence
from eduraise.zoom.enums import Plan as StatedPlan
from eduraise.zoom.models import ZoomAccount
from zoomclient import Call, NotSent, RateLimited
from zoomclient.limits import RATES, Plan, Rate, RateClass

# So far ahead a process takes the slots that it will need, in one write.
AHEAD = timedelta(seconds=0.25)
MOST_A_SECOND = max(rate.per_second for plan in RATES.values() for rate in plan.values())


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

    def __init__(self, account: ZoomAccount, *, by_hand: bool = False) -> None:
        """by_hand: somebody waits for this one call, which no limit of the day holds up."""
        self.account, self._by_hand = account, by_hand

    def before(self, call: Call) -> None:
        """Take the next slot of the call's class and wait for it.

        Raises NotSent with `retry_at` where it is too far off, the day's calls are spent, or Zoom asked the
        account to wait; then no slot is taken. Its reason says which: "own_limit", or "day_spent" for a wait
        that is longer than any queue of ours.
        """
        taken = _taken[self.account.pk, call.operation.rate_class]
        try:
            at = taken.next_one(self.account, clock.now())
        except slots.TooSoon as problem:
            is_for_long = problem.retry_at > clock.now() + slots.FARTHEST
            if is_for_long and self._by_hand:
                return
            reason = "day_spent" if is_for_long else "own_limit"
            raise NotSent(
                "our own limit", call=call.operation.name, reason=reason, retry_at=problem.retry_at
            ) from None
        clock.pause(at - clock.now())  # taking it took a moment, too
        if settings.ZOOM_SENDERS > 1:
            clock.pause(taken.leave())

    def limited(self, call: Call, problem: RateLimited) -> None:
        """Zoom asked us to wait after all: the whole account waits, for calls of this class.

        A host's own quota of a day, or a registrant's, is no matter of the account's.
        """
        if not (problem.per_host or problem.per_registrant):
            slots.block(self.account, call.operation.rate_class, problem.retry_at, clock.now())
            _taken[self.account.pk, call.operation.rate_class].forget()


class _Taken:
    """Slots of one account and class of calls that this process took and nobody here has used yet.

    One who sends one call at a time takes one slot at a time, and leaves none unused.
    """

    def __init__(self, label: RateClass) -> None:
        self._label = label
        self._lock = threading.Lock()
        self._per_second = 0
        self._left: deque[datetime] = deque()
        self._used: deque[datetime] = deque()
        self._gone: deque[float] = deque(maxlen=MOST_A_SECOND)

    def next_one(self, account: ZoomAccount, now: datetime) -> datetime:
        """The next slot. Raises TooSoon."""
        with self._lock:
            # one that went by unused can't be made up for; one that is far off is of a clock since set back
            while self._left and not now <= self._left[0] <= now + slots.LONGEST_WAIT + AHEAD:
                self._left.popleft()
            if not self._left:
                rate = RATES[rates_of(account)][self._label]
                self._per_second = rate.per_second
                self._left.extend(slots.take(account, self._label, rate, now, count=self._count(rate, now)))
            self._used.append(now)
            return self._left.popleft()

    def _count(self, rate: Rate, now: datetime) -> int:
        """As many as were used of late, and one."""
        while self._used and not now - AHEAD < self._used[0] <= now:
            self._used.popleft()
        if settings.ZOOM_SENDERS <= 1 or rate.per_day is not None:
            return 1
        return 1 + min(len(self._used), int(rate.per_second * AHEAD.total_seconds()))

    def leave(self) -> timedelta:
        """How long a call whose slot has come still has to wait, because others left later than in theirs.

        A busy machine wakes several who waited at once; on their heels Zoom would count too many in a second.
        """
        with self._lock:
            now = at = time.monotonic()
            if len(self._gone) >= self._per_second:
                at = max(now, self._gone[-self._per_second] + 1 / slots.SHARE)
            self._gone.append(at)
            return timedelta(seconds=at - now)

    def forget(self) -> None:
        """They hold no more."""
        with self._lock:
            self._left.clear()


class _TakenOfAll(dict[tuple[int, RateClass], _Taken]):
    def __missing__(self, key: tuple[int, RateClass]) -> _Taken:
        return self.setdefault(key, _Taken(key[1]))


_taken = _TakenOfAll()
