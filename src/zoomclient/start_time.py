"""The one place that writes a time for Zoom.

Zoom takes `start_time` as wall time beside a `timezone`, or as UTC with a Z, in which case `timezone` is for
display only. UTC digits beside a zone are read as wall time, and a class starts hours off without any error.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_WALL = "%Y-%m-%dT%H:%M:%S"


def zone(name: str) -> ZoneInfo:
    """Raises ValueError for a name that is not in the time zone database."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"No such time zone: {name!r}.") from None


def wall_time(instant: datetime, timezone: str) -> dict[str, str]:
    """`start_time` and `timezone` of one sitting.

    instant: aware, whole seconds. Wall time of that zone; only the second pass of an hour that a clock change
    repeats is written in UTC, since its wall time alone would mean the first.
    """
    local = _local(instant, timezone)
    if local.fold:
        return {"start_time": utc(instant), "timezone": "UTC"}
    return {"start_time": local.strftime(_WALL), "timezone": timezone}


def series_wall_time(instant: datetime, timezone: str) -> dict[str, str]:
    """`start_time` and `timezone` of a series: always wall time, because that is what recurs."""
    return {"start_time": _local(instant, timezone).strftime(_WALL), "timezone": timezone}


def utc(instant: datetime) -> str:
    """An instant with a Z, as `end_date_time` wants it."""
    _require_exact(instant)
    return instant.astimezone(UTC).strftime(_WALL + "Z")


def _local(instant: datetime, timezone: str) -> datetime:
    _require_exact(instant)
    return instant.astimezone(UTC).astimezone(zone(timezone))


def _require_exact(instant: datetime) -> None:
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("A time for Zoom must be aware.")
    if instant.microsecond:
        raise ValueError("A time for Zoom has whole seconds.")
