"""Time zones by the one name that each has now: Asia/Katmandu is Asia/Kathmandu written as it once was."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def present_name(zone: str) -> str:
    """The name by which a zone goes now; a name that isn't a former one stays."""
    return _former().get(zone, zone)


@cache
def _former() -> dict[str, str]:
    """Former names with the present one. A city that only shares another's clocks keeps its own name: it
    stands in the list of places (`zone.tab`), as spellings that were given up do not."""
    data = files("tzdata") / "zoneinfo"
    places = {line.split("\t")[2] for line in _lines(data / "zone.tab") if not line.startswith("#")}
    links = (line.split() for line in _lines(data / "tzdata.zi") if line.startswith("L "))
    return {name: zone for _mark, zone, name in links if name not in places and zone in places}


def _lines(file: object) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line]  # type: ignore[attr-defined]
