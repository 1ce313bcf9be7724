"""How often Zoom lets itself be called, as data. Counting is the caller's: it is passed in as a Limiter.

Rates hold for a whole Zoom account, all its applications together; the quota of writes holds for each host.
(https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-23)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from zoomclient.errors import RateLimited


def utc_day(now: datetime) -> date:
    """Zoom's day: its quotas begin anew at 00:00 UTC."""
    return now.astimezone(UTC).date()


def next_utc_day(now: datetime) -> datetime:
    """When Zoom's next day begins."""
    return datetime.combine(utc_day(now) + timedelta(days=1), time.min, tzinfo=UTC)


class RateClass(StrEnum):
    """Zoom's label of each operation."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"


class Plan(StrEnum):
    """The account's plan as far as its rates differ. BUSINESS stands for Education and Enterprise too."""

    FREE = "free"
    PRO = "pro"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True)
class Rate:
    """per_day: calls from 00:00 to 24:00 UTC, None where Zoom sets no such limit."""

    per_second: int
    per_day: int | None


RATES: Mapping[Plan, Mapping[RateClass, Rate]] = MappingProxyType(
    {
        Plan.FREE: {
            RateClass.LIGHT: Rate(4, 6_000),
            RateClass.MEDIUM: Rate(2, 2_000),
            RateClass.HEAVY: Rate(1, 1_000),
        },
        Plan.PRO: {
            RateClass.LIGHT: Rate(30, None),
            RateClass.MEDIUM: Rate(20, None),
            RateClass.HEAVY: Rate(10, 30_000),
        },
        Plan.BUSINESS: {
            RateClass.LIGHT: Rate(80, None),
            RateClass.MEDIUM: Rate(60, None),
            RateClass.HEAVY: Rate(40, 60_000),
        },
    }
)

HOST_WRITES_PER_DAY = 100
"""Meetings created and changed for one host between 00:00 and 24:00 UTC, whoever asks for it."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One of Zoom's operations: what its documentation says of it.

    path: template. granular: the scope of new applications; classic: those of old ones, each of which will
    do. counts_for_host: it takes one of HOST_WRITES_PER_DAY. for_account: only a token of the whole account
    may call it, whose scopes end in ":admin".
    """

    method: str
    path: str
    rate_class: RateClass
    granular: str
    classic: frozenset[str]
    counts_for_host: bool = False
    for_account: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def scopes(self) -> frozenset[str]:
        """One of these will do, without the ":admin" of tokens of the account."""
        return self.classic | {self.granular}

    @property
    def is_read(self) -> bool:
        return self.method == "GET"


@dataclass(frozen=True, slots=True)
class Call:
    """What is about to be sent: ids by the names in the operation's path, and how long it may take at
    most.
    """

    operation: Operation
    ids: Mapping[str, str]
    seconds: float


class Limiter(Protocol):
    """Asked before each call, told of each refusal for a limit."""

    def before(self, call: Call) -> None:
        """Return when the call may go, waiting if need be (its seconds start afterwards).

        Raises NotSent(reason="own_limit", retry_at=…) if it may not go now.
        """

    def limited(self, call: Call, problem: "RateLimited") -> None:
        """Told that Zoom answered this call with a limit all the same, before the caller is."""


class NoLimit:
    """Lets everything through."""

    def before(self, call: Call) -> None:
        """Never waits."""

    def limited(self, call: Call, problem: "RateLimited") -> None:
        """Zoom's own limits are the caller's to obey."""
