"""Sittings that are over: which one an address means, and who was in it, join by join.

GET /past_meetings/… and GET /report/meetings/…: one row for each join, in the order of coming; nothing useful
for a meeting of one person; figures are ready some time after the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from urllib.parse import unquote

from zoomsim.records import Instance, Stay, Visit
from zoomsim.rooms.stays import BREAKOUT, ROOM, WAITING
from zoomsim.world import World

KEPT = timedelta(days=455)
_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Attendance:
    """One person's stretch in the meeting, its waiting room, or a breakout room."""

    visit: Visit
    place: str
    came_at: datetime
    left_at: datetime
    breakout_uuid: str = ""

    @property
    def seconds(self) -> int:
        return round((self.left_at - self.came_at).total_seconds())


def find(world: World, key: str) -> Instance | None:
    """By uuid as it came in an address, decoded once: the sitting that is over. By number: the latest.

    A uuid that starts with / or contains // is found only when it was encoded twice.
    """
    digits = key.replace(" ", "").replace("-", "")
    if digits.isascii() and digits.isdigit():
        return latest(world, int(digits))
    if key.startswith("/") or "//" in key:
        return None
    found = [world.store.instances.get(text) for text in dict.fromkeys((key, unquote(key)))]
    return next((one for one in found if one is not None and one.ended_at is not None), None)


def latest(world: World, number: int) -> Instance | None:
    found = world.store.instances.where(
        "meeting_number = ? AND ended_at IS NOT NULL", number, order="started_at DESC, rowid DESC", limit=1
    )
    return found[0] if found else None


def all_of(world: World, number: int) -> list[Instance]:
    """Every sitting that is over, of the last fifteen months, oldest first."""
    return world.store.instances.where(
        "meeting_number = ? AND ended_at IS NOT NULL AND ended_at > ?",
        number,
        world.now() - KEPT,
        order="started_at, rowid",
    )


def is_too_old(world: World, instance: Instance) -> bool:
    """Zoom tells nothing of meetings of more than a year ago."""
    return instance.started_at < world.now() - _YEAR


def is_processed(world: World, instance: Instance) -> bool:
    """Whether Zoom has worked its figures out by now (switch `report_delay_minutes`)."""
    assert instance.ended_at is not None
    delay = timedelta(minutes=int(world.switches["report_delay_minutes"]))
    return world.now() >= instance.ended_at + delay


def attendances(world: World, instance: Instance, *, aside: bool = False) -> list[Attendance]:
    """Who was there, a row for each join; of the waiting room too, unless a switch leaves it out.

    aside: with a row for each stretch in a breakout room, unless another does.
    """
    places = [ROOM, *([WAITING] if world.switches["waiting_room_rows"] else [])]
    if aside and world.switches["breakout_rows"]:
        places.append(BREAKOUT)
    stays = world.store.stays.where("instance_uuid = ?", instance.uuid, order="from_at, id")
    rows = [_attendance(world, instance, stay) for stay in stays if stay.place in places]
    return rows if is_company(rows) else []


def is_company(rows: Sequence[Attendance]) -> bool:
    """Whether there were at least two people in the meeting."""
    return len({row.visit.participant_uuid for row in rows if row.place == ROOM}) > 1


def people_count(world: World, instance: Instance) -> int:
    """How many joins there were."""
    return world.store.stays.count("instance_uuid = ? AND place = ?", instance.uuid, ROOM)


def minutes(instance: Instance) -> int:
    """How long it took, in minutes begun."""
    assert instance.ended_at is not None
    return ceil((instance.ended_at - instance.started_at).total_seconds() / 60)


def total_minutes(world: World, instance: Instance) -> int:
    """The minutes of everybody together."""
    stays = world.store.stays.where("instance_uuid = ? AND place = ?", instance.uuid, ROOM)
    return sum(ceil(_attendance(world, instance, stay).seconds / 60) for stay in stays)


def _attendance(world: World, instance: Instance, stay: Stay) -> Attendance:
    visit = world.store.visits.get(stay.visit_id)
    assert visit is not None
    until = stay.until_at or instance.ended_at
    assert until is not None
    return Attendance(visit, stay.place, stay.from_at, until, stay.breakout_uuid)
