"""GET /users/{userId}/meetings: which meetings, in which order, page by page."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zoomsim import errors
from zoomsim.meetings import answers, schedule
from zoomsim.meetings.fields import INSTANT
from zoomsim.records import Json, Meeting, User
from zoomsim.world import World

TYPES = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
_LARGEST_PAGE = 300
_TOKEN_LIFE = timedelta(minutes=15)
_LONGEST_LOOK = timedelta(days=183)

# When it starts, for how many minutes, and of which meeting.
_Row = tuple[datetime | None, int, Meeting]


def page(world: World, host: User, query: dict[str, str]) -> Json:
    """One page of a host's list. A page token alone is enough: it remembers what was asked for."""
    token = query.get("next_page_token", "")
    asked = _read_token(world, host, token) if token else _asked(query)
    rows = _rows(world, host, asked)
    size, offset = asked["page_size"], asked["offset"]
    shown = [
        answers.listed(world, meeting, start, minutes)
        for start, minutes, meeting in rows[offset : offset + size]
    ]
    more = offset + size < len(rows)
    return {
        "page_count": max(1, -(-len(rows) // size)),
        "page_number": offset // size + 1,
        "page_size": size,
        "total_records": len(rows),
        "next_page_token": _make_token(world, host, asked | {"offset": offset + size}) if more else "",
        "meetings": shown,
    }


def _asked(query: dict[str, str]) -> Json:
    type_ = query.get("type", "scheduled")
    if type_ not in TYPES:
        raise errors.ValidationFailed(("type", "Invalid field."))
    size = min(_number(query, "page_size", 30), _LARGEST_PAGE)
    return {
        "type": type_,
        "page_size": size,
        "offset": (_number(query, "page_number", 1) - 1) * size,
        "from": query.get("from", ""),
        "to": query.get("to", ""),
        "timezone": query.get("timezone", "UTC"),
    }


def _rows(world: World, host: User, asked: Json) -> list[_Row]:
    meetings = [
        meeting
        for meeting in world.store.meetings.where("host_id = ? AND deleted_at IS NULL", host.id)
        if meeting.type != INSTANT and schedule.exists(world, meeting)
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
        on = date.fromisoformat(asked[name]) if asked[name] else default
        zone = ZoneInfo(asked["timezone"]) if asked[name] else UTC
    except (ValueError, ZoneInfoNotFoundError):
        raise errors.ValidationFailed((name, "Invalid field.")) from None
    return datetime.combine(on, time.min, zone)


def _number(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if text and not text.isdigit():
        raise errors.ValidationFailed((name, "Invalid field."))
    return max(1, int(text)) if text else default


def _make_token(world: World, host: User, asked: Json) -> str:
    claims = asked | {"host": host.id, "until": (world.now() + _TOKEN_LIFE).timestamp()}
    text = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{text}.{_signature(world, text)}"


def _read_token(world: World, host: User, token: str) -> Json:
    text, _, signature = token.partition(".")
    if not hmac.compare_digest(_signature(world, text).encode(), signature.encode()):
        raise errors.invalid("The next page token is invalid or expired.")
    claims: Json = json.loads(base64.urlsafe_b64decode(text + "=="))
    if claims["host"] != host.id or world.now().timestamp() >= claims["until"]:
        raise errors.invalid("The next page token is invalid or expired.")
    return claims


def _signature(world: World, text: str) -> str:
    key = hashlib.sha256(f"page|{world.options.seed}".encode()).digest()
    return hmac.digest(key, text.encode(), "sha256").hex()[:24]
