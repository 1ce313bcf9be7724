"""Reading what is scheduled: dates of a meeting, whether it runs, whether its number still counts."""

from datetime import datetime, timedelta

from zoomsim.meetings.fields import INSTANT, NO_FIXED_TIME, RECURRING
from zoomsim.records import Instance, Meeting, Occurrence
from zoomsim.world import World

# https://support.zoom.us/hc/en-us/articles/201362373: how long a number stays valid.
_ONE_OFF_LIFE = timedelta(days=30)
_RECURRING_LIFE = timedelta(days=365)
RECOVERABLE = timedelta(days=30)


def occurrences_of(world: World, meeting: Meeting) -> list[Occurrence]:
    """All dates, by original start; cancelled ones stay with status deleted."""
    return world.store.occurrences.where("meeting_number = ?", meeting.number, order="CAST(id AS INTEGER)")


def running_instance(world: World, meeting: Meeting) -> Instance | None:
    """The sitting that is on now."""
    found = world.store.instances.where("meeting_number = ? AND ended_at IS NULL", meeting.number)
    return found[0] if found else None


def is_running(world: World, meeting: Meeting) -> bool:
    return running_instance(world, meeting) is not None


def exists(world: World, meeting: Meeting) -> bool:
    """Whether the API still knows it: neither deleted nor expired."""
    if meeting.deleted_at is not None:
        return False
    return is_running(world, meeting) or world.now() < expires_at(world, meeting)


def expires_at(world: World, meeting: Meeting) -> datetime:
    """When the number stops being valid, unless it is used before."""
    last_used = [moment for moment in (meeting.last_started_at, meeting.starts_at) if moment is not None]
    if meeting.type == INSTANT:
        return (
            meeting.created_at + _ONE_OFF_LIFE if meeting.last_started_at is None else meeting.last_started_at
        )
    if meeting.type in RECURRING:
        dates = [one.starts_at for one in occurrences_of(world, meeting)]
        return max([meeting.created_at, *last_used, *dates]) + _RECURRING_LIFE
    return max([meeting.created_at, *last_used]) + _ONE_OFF_LIFE


def dates(world: World, meeting: Meeting) -> list[tuple[datetime | None, int]]:
    """When it takes place and for how many minutes; None for a recurring meeting without a fixed time."""
    if meeting.type == NO_FIXED_TIME or meeting.starts_at is None:
        return [(None, meeting.duration)]
    if meeting.type not in RECURRING:
        return [(meeting.starts_at, meeting.duration)]
    planned = [one for one in occurrences_of(world, meeting) if one.status == "available"]
    return sorted((one.starts_at, one.duration) for one in planned)
