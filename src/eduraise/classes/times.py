"""Local times as teachers type them, and the instants that they mean.

A wall time and a zone name one instant, but for two hours a year: the one that clocks skip in spring, which
does not exist, and the one that they repeat in autumn, which comes twice. Both are found here, by the zone's
own rules; no arithmetic is done on wall times anywhere else.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version as package_version
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

WRITTEN = "%Y-%m-%dT%H:%M"


class UnknownZone(ValueError):
    """No time zone has this name."""


class Kind(StrEnum):
    """What a wall time is in its zone."""

    ONCE = "once"
    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True)
class Reading:
    """What a wall time means.

    at: the instant, in UTC. For a skipped time it is the first that exists, later by the gap; for one that
    comes twice the first unless `fold` asked for the second. wall: the time that clocks show at that instant
    (for a skipped one another than was typed). offsets: of the readings, one or, if it comes twice, two.
    """

    at: datetime
    wall: datetime
    kind: Kind
    fold: int
    offsets: tuple[timedelta, ...]


def read_local(typed: datetime, zone: str, fold: int = 0) -> Reading:
    """The instant that a naive wall time means in a zone. Raises UnknownZone.

    fold: 0 for the first, 1 for the second of a time that comes twice; no matter otherwise.
    """
    place = zone_named(zone)
    bare = typed.replace(tzinfo=None, fold=0)
    first, second = (bare.replace(tzinfo=place, fold=side) for side in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return _reading(first, Kind.ONCE, 0)
    if _exists(first):
        return _reading((first, second)[fold], Kind.TWICE, fold, (_offset(first), _offset(second)))
    # Read with the offset from before the change, a skipped time comes out later by the gap (PEP 495)
    return _reading(first, Kind.SKIPPED, 0)


def local_written(at: datetime, zone: str) -> tuple[str, int]:
    """An instant as clocks in the zone show it: `2026-03-02T18:00` and its fold."""
    there = at.astimezone(zone_named(zone))
    return there.strftime(WRITTEN), there.fold


def zone_named(name: str) -> ZoneInfo:
    """The zone with this IANA name. Raises UnknownZone."""
    if name not in zone_names():
        raise UnknownZone(name)
    return ZoneInfo(name)


@cache
def zone_names() -> frozenset[str]:
    """All names that a zone may have, old ones too."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


@cache
def tzdata_version() -> str:
    """The edition of the zone database that times are read with, such as `2026f`."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "UTC").exists():
            return _edition_in(folder)
    return _package_edition()


def _reading(local: datetime, kind: Kind, fold: int, offsets: tuple[timedelta, ...] = ()) -> Reading:
    at = local.astimezone(UTC)
    there = at.astimezone(local.tzinfo)
    return Reading(at, there.replace(tzinfo=None, fold=0), kind, fold, offsets or (_offset(there),))


def _exists(local: datetime) -> bool:
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None, fold=0) == local.replace(tzinfo=None, fold=0)


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta()


def _edition_in(folder: Path) -> str:
    """Debian and others put the edition on the first line of tzdata.zi: `# version 2026f`."""
    for name in ("tzdata.zi", "+VERSION"):
        try:
            words = (folder / name).read_text(encoding="ascii").split("\n", 1)[0].split()
        except OSError:
            continue
        if words:
            return words[-1][:16]
    return "system"


def _package_edition() -> str:
    return package_version("tzdata")[:16]
