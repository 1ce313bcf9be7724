"""Sittings as they are known here, held against what really happened at Zoom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from eduraise.events.meaning import ENDED, STARTED, read
from eduraise.events.models import ZoomEvent
from eduraise.zoom.models import ZoomInstance

if TYPE_CHECKING:
    from tests.zoom_simulator import ZoomSim

TOLD = (ZoomEvent.State.APPLIED, ZoomEvent.State.DUPLICATE)


def sittings_known(sim: ZoomSim) -> Iterator[str]:
    """Every sitting that Zoom told of is known once, from when to when it told."""
    held = {sitting["uuid"]: sitting for sitting in sim.truth()["instances"]}
    known = {row.meeting_uuid: row for row in ZoomInstance.objects.all()}
    yield from (f"sitting {uuid} is known, and never was" for uuid in known.keys() - held.keys())
    for uuid, events in _told().items():
        row = known.get(uuid)
        ours = (
            row.started_at if row and STARTED in events else None,
            row.ended_at if row and ENDED in events and not row.end_is_estimate else None,
        )
        zooms = (
            _second(held[uuid]["started_at"]) if STARTED in events else None,
            _second(held[uuid]["ended_at"]) if ENDED in events else None,
        )
        if ours != zooms:
            yield f"sitting {uuid} is known from–to {ours}, and was {zooms}"


def _told() -> dict[str, set[str]]:
    """What events told of each sitting, by their names."""
    told: dict[str, set[str]] = defaultdict(set)
    for row in ZoomEvent.objects.filter(state__in=TOLD, event__in=(STARTED, ENDED)):
        told[read(row).event.meeting_uuid].add(row.event)
    return told


def _second(instant: Any) -> datetime | None:
    return datetime.fromisoformat(instant).replace(microsecond=0) if instant else None
