"""In which time zone a meeting's hours are sent: its own where Zoom's pages list it, else a listed one with
the same clocks at its times, else UTC. The instants are the same whichever it is; only what Zoom itself
writes beside them differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from eduraise.ui.zones import present_name
from zoomclient.zones import LISTED

#: How far apart the times are at which two zones' clocks are compared beyond those that count.
_APART = timedelta(days=14)
_LOOKS = 26


def zone_for(zone: str, instants: Sequence[datetime]) -> str:
    """The zone to send. instants: aware, all that must come out right on its wall clock.

    "UTC" too where no listed zone has this one's clocks at all of them: then the instants' own offsets decide
    whether UTC says it right (`is_held`).
    """
    return zone if zone in LISTED else _alike(zone, tuple(sorted(instants)))


def is_held(zone: str, instants: Sequence[datetime]) -> bool:
    """Whether one rule, at one hour of this zone, can hold all these instants on clocks that Zoom knows."""
    return zone_for(zone, instants) != "UTC" or len(set(_offsets(zone, instants))) <= 1


@lru_cache(maxsize=4096)
def _alike(zone: str, instants: tuple[datetime, ...]) -> str:
    wanted = _offsets(zone, instants)
    same = [name for name in _zones() if _offsets(name, instants) == wanted]
    if not same:
        return "UTC"
    near = [instants[0] + turn * _APART for turn in range(_LOOKS)] if instants else []
    theirs = _offsets(zone, near)

    def likeness(name: str) -> tuple[bool, int, bool]:
        """Being another spelling of it; how often its clocks agree over a year; being on its continent."""
        agree = sum(one == other for one, other in zip(_offsets(name, near), theirs, strict=True))
        return (
            present_name(name) == present_name(zone),
            agree,
            name.split("/")[0] == zone.split("/")[0],
        )

    return max(sorted(same), key=likeness)


def _offsets(zone: str, instants: Sequence[datetime]) -> list[timedelta | None]:
    place = ZoneInfo(zone)
    return [instant.astimezone(UTC).astimezone(place).utcoffset() for instant in instants]


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """Those that Zoom lists and that mean the same to us: cities, and no zone that only counts from UTC."""
    return tuple(
        name for name in sorted(LISTED) if "/" in name and name != "Etc/Greenwich" and _is_known(name)
    )


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
