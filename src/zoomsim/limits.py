"""Zoom's rate limits: per second and per day for an account, and a hundred meetings a day for a host.

https://developers.zoom.us/docs/api/rate-limits/. All apps share an account's limits; every label has its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from zoomsim.clock import instant_text
from zoomsim.errors import ZoomError
from zoomsim.records import Account, Meeting, Setting, Tally, User
from zoomsim.world import World

MODES = ("off", "host", "on")
HOST_CALLS_A_DAY = 100
REGISTRANT_ADDS_A_DAY = 3
REGISTRANT_CHANGES_A_DAY = 10

_PER_SECOND = {
    "free": {"LIGHT": 4, "MEDIUM": 2, "HEAVY": 1},
    "pro": {"LIGHT": 30, "MEDIUM": 20, "HEAVY": 10},
    "business": {"LIGHT": 80, "MEDIUM": 60, "HEAVY": 40},
}
_PER_DAY = {
    "free": {"LIGHT": 6_000, "MEDIUM": 2_000, "HEAVY": 1_000},
    "pro": {"HEAVY": 30_000},
    "business": {"HEAVY": 60_000},
}
_SECOND_SPENT = "You have reached the maximum per-second rate limit for this API. Try again later."
_DAY_SPENT = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for details on "
    "when you can make another request."
)
_HOST_SPENT = (
    "You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API requests permitted for "
    "this particular user. You may resume these requests at GMT 00:00:00."
)

_REGISTRANT_SPENT = (
    "You have exceeded the daily rate limit of ({limit}) for {what} API requests for the registrant "
    "({email}). You can resume these API requests at GMT 00:00:00."
)


@dataclass(frozen=True)
class Limits:
    """mode: off, host (the daily quota of hosts alone) or on. plan: instead of each account's own."""

    mode: str
    plan: str | None = None
    host_calls_a_day: int = HOST_CALLS_A_DAY


def read(world: World) -> Limits:
    kept = world.store.settings.get("limits")
    return Limits(**kept.value) if kept else Limits(world.options.limits)


def change(world: World, values: dict[str, Any]) -> Limits:
    """Set some of the fields of `Limits`. Raises ValueError for an unknown mode or plan."""
    limits = Limits(**(vars(read(world)) | values))
    if limits.mode not in MODES:
        raise ValueError(f"mode must be one of {', '.join(MODES)}")
    if limits.plan is not None and limits.plan not in _PER_SECOND:
        raise ValueError(f"plan must be one of {', '.join(_PER_SECOND)}")
    world.store.settings.put(Setting("limits", vars(limits)))
    return limits


def take_call(world: World, account: Account, label: str) -> list[tuple[str, str]]:
    """Count one call of an account; the headers that its answer carries. Raises 429."""
    headers = [("X-RateLimit-Category", label.title())]
    limits = read(world)
    if limits.mode != "on":
        return headers
    plan = _tier(limits.plan or account.plan)
    now = world.now()
    _take_day(world, account, label, plan, now)
    limit = _PER_SECOND[plan][label]
    used, again_at = _take_second(world, f"{account.id}:{label}", limit, now)
    if used > limit:
        raise _second_spent(world, label, limit, again_at)
    if world.switches["rate_headers"] == "full":
        headers += _headers(limit, limit - used, "QPS")
    return headers


def take_host_call(world: World, host: User) -> None:
    """Count one create or update (or delete: switch `delete_counts`) for a host's UTC day. Raises 429.

    The real refusal's headers show another limit, and no time to come back (Zoom staff, devforum 18928).
    """
    limits = read(world)
    used = _count(world, f"host:{host.id}", world.now().date().isoformat())
    if limits.mode == "off" or used <= limits.host_calls_a_day:
        return
    headers = [
        ("X-RateLimit-Category", "Light"),
        ("X-RateLimit-Limit", "6000"),
        ("X-RateLimit-Remaining", "5893"),
    ]
    raise ZoomError(429, 429, _HOST_SPENT.format(limit=limits.host_calls_a_day), headers)


def take_registrant_add(world: World, meeting: Meeting, email: str) -> None:
    """Count that somebody is registered: three times a UTC day for one e-mail. Raises 429."""
    where = str(meeting.number) if world.switches["registrant_limit"] == "meeting" else "everywhere"
    _take_of_registrant(
        world, f"add:{where}:{email}", email, REGISTRANT_ADDS_A_DAY, "Add a meeting registrant"
    )


def take_registrant_change(world: World, meeting: Meeting, email: str) -> None:
    """Count a decision about a registration: ten a UTC day for one registrant of a meeting. Raises 429."""
    what = "Update registrant's status"
    _take_of_registrant(world, f"status:{meeting.number}:{email}", email, REGISTRANT_CHANGES_A_DAY, what)


def _take_of_registrant(world: World, key: str, email: str, limit: int, what: str) -> None:
    used = _count(world, f"registrant {key}", world.now().date().isoformat())
    if read(world).mode != "off" and used > limit:
        message = _REGISTRANT_SPENT.format(limit=limit, what=what, email=email)
        raise ZoomError(429, 429, message, [("X-RateLimit-Category", "Light")])


def host_calls(world: World, host: User) -> int:
    """How many creates and updates of a host were asked for on this UTC day, refused ones too."""
    kept = world.store.tallies.get(f"host:{host.id}:{world.now().date().isoformat()}")
    return kept.count if kept else 0


def _take_day(world: World, account: Account, label: str, plan: str, now: datetime) -> None:
    limit = _PER_DAY[plan].get(label)
    if limit is None or _count(world, f"day:{account.id}:{label}", now.date().isoformat()) <= limit:
        return
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    headers = [
        ("X-RateLimit-Category", label.title()),
        *_headers(limit, 0, "Daily-limit"),
        ("Retry-After", instant_text(midnight)),
    ]
    raise ZoomError(429, 429, _DAY_SPENT, headers)


def _take_second(world: World, what: str, limit: int, now: datetime) -> tuple[int, int]:
    """How many calls this second holds, this one too, and from when on (epoch) another fits.

    A second begins with each full second of the clock, or moves along (switch `rate_window`).
    """
    if world.switches["rate_window"] == "fixed":
        return _count(world, f"second:{what}", f"{int(now.timestamp())}"), int(now.timestamp()) + 1
    kept = world.store.settings.get(f"second:{what}")
    recent = [moment for moment in (kept.value if kept else []) if moment > now.timestamp() - 1]
    if len(recent) >= limit:
        return limit + 1, ceil(recent[0] + 1)
    world.store.settings.put(Setting(f"second:{what}", [*recent, now.timestamp()]))
    return len(recent) + 1, ceil(recent[0] + 1) if recent else int(now.timestamp()) + 1


def _second_spent(world: World, label: str, limit: int, again_at: int) -> ZoomError:
    headers = [
        ("X-RateLimit-Category", label.title()),
        *_headers(limit, 0, "QPS"),
        ("X-RateLimit-Reset", str(again_at)),
    ]
    return ZoomError(429, world.switches["per_second_code"], _SECOND_SPENT, headers)


def _headers(limit: int, remaining: int, kind: str) -> list[tuple[str, str]]:
    return [
        ("X-RateLimit-Type", kind),
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(remaining)),
    ]


def _tier(plan: str) -> str:
    return plan if plan in ("free", "pro") else "business"


def _count(world: World, what: str, when: str) -> int:
    key = f"{what}:{when}"
    kept = world.store.tallies.get(key)
    if kept is None:
        world.store.tallies.remove("substr(key, 1, ?) = ? AND key <> ?", len(what) + 1, f"{what}:", key)
    tally = world.store.tallies.put(Tally(key, (kept.count if kept else 0) + 1))
    return tally.count
