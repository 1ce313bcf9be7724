"""Time zones as people choose them: by a city."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from eduraise.ui.zones import present_name

# Regions that hold cities; the rest (Etc, SystemV, country names) are old names of the same zones.
_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Every name that is understood, old ones too."""
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def offered_zones() -> tuple[str, ...]:
    """The names to choose from, in alphabetical order, UTC first; each zone once, by its present name."""
    cities = (name for name in known_zones() if name.split("/")[0] in _REGIONS and "/" in name)
    return ("UTC", *sorted(name for name in cities if present_name(name) == name))


def find_zone(typed: str) -> str | None:
    """The zone that somebody means: its name ("europe/madrid") or its city ("Madrid"); None if unknown."""
    wanted = typed.strip().casefold().replace(" ", "_")
    if not wanted:
        return None
    by_name = {name.casefold(): name for name in known_zones()}
    if wanted in by_name:
        return by_name[wanted]
    cities = [name for name in offered_zones() if name.rsplit("/", 1)[-1].casefold() == wanted]
    return cities[0] if len(cities) == 1 else None
