"""GET /users/{userId}/meetings: which meetings, in which order, page by page."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zoomsim import errors, paging
from zoomsim.meetings import answers, schedule
from zoomsim.meetings.fields import INSTANT
from zoomsim.records import Json, Meeting, User
from zoomsim.world import World

TYPES = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
_LONGEST_LOOK = timedelta(days=183)

# When it starts, for how many minutes, and of which meeting.
_Row = tuple[datetime | None, int, Meeting]


def page(world: World, host: User, query: dict[str, str]) -> Json:
    """One page of a host's list."""
    wanted = paging.asked(world, f"meetings {host.id}", query)
    asked = _asked(wanted.query)
    rows, around = paging.cut(world, wanted, _rows(world, host, asked))
    shown = [answers.listed(world, meeting, start, minutes) for start, minutes, meeting in rows]
    return around | {"page_number": paging.number(wanted), "meetings": shown}


def _asked(query: dict[str, str]) -> Json:
    type_ = query.get("type", "scheduled")
    if type_ not in TYPES:
        raise errors.ValidationFailed(("type", "Invalid field."))
    return {
        "type": type_,
        "from": query.get("from", ""),
        "to": query.get("to", ""),
        "timezone": query.get("timezone", "UTC"),
    }


def _rows(world: World, host: User, asked: Json) -> list[_Row]:
    meetings = [
        meeting
        for meeting in world.store.meetings.where("host_id = ? AND deleted_at IS NULL", host.id)
        if meeting.type != INSTANT and not meeting.is_webinar and schedule.exists(world, meeting)
    ]
    rows = [row for meeting in meetings for row in _rows_of(world, meeting, asked["type"])]
    rows = [row for row in rows if _between(row[0], asked)]
    return sorted(rows, key=lambda row: (row[0] or datetime.max.replace(tzinfo=UTC), row[2].number))


def _rows_of(world: World, meeting: Meeting, type_: str) -> list[_Row]:
    """One row for a meeting, or one for each of its dates where the list is about what comes or went."""
    now = world.now()
    running = schedule.is_running(world, meeting)
    dates = [(start, minutes, meeting) for start, minutes in schedule.dates(world, meeting)]
    coming = [row for row in dates if row[0] is None or row[0] + timedelta(minutes=row[1]) > now]
    gone = [row for row in dates if row not in coming]
    if type_ == "live":
        return _one(coming or gone) if running else []
    if world.switches["series_in_lists"] == "once":
        coming, gone = _one(coming), gone[-1:]
    if type_ == "previous_meetings":
        return [row for row in gone if row[0] is not None and row[0] > now - _LONGEST_LOOK]
    if type_ == "scheduled":
        if world.switches["series_in_lists"] == "always_dates" and coming:
            return coming
        return _one(coming or gone[-1:])
    near = [row for row in coming if row[0] is None or row[0] < now + _LONGEST_LOOK]
    return near or (gone[-1:] if running else [])


def _one(rows: list[_Row]) -> list[_Row]:
    return rows[:1]


def _between(start: datetime | None, asked: Json) -> bool:
    if start is None or not (asked["from"] or asked["to"]):
        return True
    first, last = _instant(asked, "from", date.min), _instant(asked, "to", date.max - timedelta(days=2))
    return first <= start < last + timedelta(days=1)


def _instant(asked: Json, name: str, default: date) -> datetime:
    try:
        on = date.fromisoformat(asked[name].partition("T")[0]) if asked[name] else default
        zone = ZoneInfo(asked["timezone"]) if asked[name] else UTC
    except (ValueError, ZoneInfoNotFoundError):
        raise errors.ValidationFailed((name, "Invalid field.")) from None
    return datetime.combine(on, time.min, zone)
