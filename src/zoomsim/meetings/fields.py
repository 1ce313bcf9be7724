"""The fields of a meeting in a request, read and checked. Unknown fields are ignored, as Zoom does."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from zoomsim import errors
from zoomsim.errors import ValidationFailed
from zoomsim.meetings import settings as meeting_settings
from zoomsim.meetings import zones
from zoomsim.records import Json

INSTANT, SCHEDULED, NO_FIXED_TIME, PERSONAL, FIXED_TIME = 1, 2, 3, 4, 8
RECURRING = (NO_FIXED_TIME, FIXED_TIME)
_SCREEN_SHARE = 10
_TYPES = (INSTANT, SCHEDULED, NO_FIXED_TIME, FIXED_TIME, _SCREEN_SHARE)
_START = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z?)")
_LONGEST = 1440


@dataclass(frozen=True)
class Asked:
    """What a request says; None where it says nothing. `start` is a wall time unless `start_is_utc`."""

    type: int | None
    topic: str | None
    agenda: str | None
    start: datetime | None
    start_is_utc: bool
    duration: int | None
    zone: ZoneInfo | None
    password: str | None
    default_password: bool
    schedule_for: str | None
    recurrence: Any
    settings: Json
    tracking_fields: list[Json] | None
    pre_schedule: bool | None
    template_id: str | None

    def starts_at(self, fallback: ZoneInfo) -> datetime | None:
        """The instant: with Z as it stands, else on the wall clock of the request's zone or the fallback."""
        if self.start is None:
            return None
        zone = UTC if self.start_is_utc else (self.zone or fallback)
        return self.start.replace(tzinfo=zone).astimezone(UTC)


def read(body: Any, unlisted_zones: str) -> Asked:
    """Raises 300 with every field that is wrong. unlisted_zones: what becomes of zones that aren't listed."""
    if not isinstance(body, dict):
        raise errors.not_json()
    problems: list[tuple[str, str]] = []
    reader = _Reader(body, problems, unlisted_zones)
    start, is_utc = reader.start()
    asked = Asked(
        type=reader.one_of("type", _TYPES),
        topic=reader.text("topic", 200),
        agenda=reader.text("agenda", 2000),
        start=start,
        start_is_utc=is_utc,
        duration=reader.duration(),
        zone=reader.zone(),
        password=reader.text("password", None),
        default_password=body.get("default_password") is not False,
        schedule_for=reader.text("schedule_for", None) or None,
        recurrence=body.get("recurrence"),
        settings=meeting_settings.checked(body.get("settings")),
        tracking_fields=reader.tracking_fields(),
        pre_schedule=reader.flag("pre_schedule"),
        template_id=reader.text("template_id", None),
    )
    if problems:
        raise ValidationFailed(*problems)
    return asked


class _Reader:
    """Takes single fields out of a body; what doesn't fit is noted among the problems and read as None."""

    def __init__(self, body: Json, problems: list[tuple[str, str]], unlisted_zones: str) -> None:
        self._body = body
        self._problems = problems
        self._unlisted_zones = unlisted_zones

    def text(self, name: str, longest: int | None) -> str | None:
        value: str | None = self._body.get(name)
        if value is not None and (not isinstance(value, str) or (longest and len(value) > longest)):
            self._note(name, f"Invalid field: {name} is text of at most {longest} characters.")
            return None
        return value

    def flag(self, name: str) -> bool | None:
        value = self._body.get(name)
        if value is not None and not isinstance(value, bool):
            self._note(name)
        return value if isinstance(value, bool) else None

    def one_of(self, name: str, values: tuple[int, ...]) -> int | None:
        value = self._body.get(name)
        fits = type(value) is int and value in values
        if value is not None and not fits:
            self._note(name)
        return value if fits else None

    def duration(self) -> int | None:
        """Whole minutes; a number such as 60.0 is taken too."""
        value = self._body.get("duration")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= _LONGEST:
            self._note("duration")
            return None
        return int(value)

    def zone(self) -> ZoneInfo | None:
        value = self._body.get("timezone")
        if value in (None, ""):
            return None
        return zones.read(str(value), self._unlisted_zones, lambda: self._note("timezone"))

    def start(self) -> tuple[datetime | None, bool]:
        """The moment as written, and whether it ended in Z."""
        value = self._body.get("start_time")
        found = _START.fullmatch(value) if isinstance(value, str) else None
        try:
            if found is not None:
                return datetime.fromisoformat(found[1]), bool(found[2])
        except ValueError:
            found = None
        if value not in (None, ""):
            self._note("start_time")
        return None, False

    def tracking_fields(self) -> list[Json] | None:
        value = self._body.get("tracking_fields")
        rows = value if isinstance(value, list) else []
        fitting: list[Json] = [row for row in rows if isinstance(row, dict) and "field" in row]
        if value is not None and fitting != value:
            self._note("tracking_fields")
        return fitting or None

    def _note(self, name: str, message: str = "Invalid field.") -> None:
        self._problems.append((name, message))
