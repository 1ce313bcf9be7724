"""What a written calendar says, read by an implementation that shares nothing with the one that wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ical.calendar_stream import IcsCalendarStream


@dataclass(frozen=True)
class Shown:
    """One entry as a calendar would show it; a series is one for each date. Instants in UTC."""

    title: str
    starts_at: datetime
    ends_at: datetime
    uid: str = ""
    description: str = ""
    location: str = ""
    url: str = ""
    status: str = ""
    sequence: int = 0


def shown(body: bytes) -> list[Shown]:
    """Everything that a calendar shows of it, soonest first."""
    calendar = IcsCalendarStream.calendar_from_ics(body.decode())
    return sorted((_shown(event) for event in calendar.timeline_tz(UTC)), key=lambda one: one.starts_at)


def hours(body: bytes) -> list[tuple[str, datetime, datetime]]:
    """Title, start and end of each."""
    return [(one.title, one.starts_at, one.ends_at) for one in shown(body)]


def raw(body: bytes) -> list[tuple[str, str]]:
    """Each line's name and value, unfolded (RFC 5545, 3.1), with nothing understood of them."""
    lines = body.decode().replace("\r\n ", "").split("\r\n")
    return [(line.partition(":")[0].partition(";")[0], line.partition(":")[2]) for line in lines if line]


def shape(body: bytes) -> list[str]:
    """The names of all lines, in order: what of components and properties there is."""
    return [name if name not in ("BEGIN", "END") else f"{name} {value}" for name, value in raw(body)]


def values(body: bytes, name: str) -> list[str]:
    """All values that a property has."""
    return [value for found, value in raw(body) if found == name]


def rules(body: bytes) -> list[str]:
    """The rules of entries, without those of zones."""
    return [value for value in values(body, "RRULE") if "YEARLY" not in value]


def titles(entries: Iterable[Shown]) -> list[str]:
    """Their titles."""
    return [one.title for one in entries]


def _shown(event: Any) -> Shown:
    return Shown(
        title=event.summary,
        starts_at=event.start.astimezone(UTC),
        ends_at=event.end.astimezone(UTC),
        uid=event.uid,
        description=event.description or "",
        location=event.location or "",
        url=str(event.url or ""),
        status=str(event.status.value if event.status else ""),
        sequence=event.sequence or 0,
    )
