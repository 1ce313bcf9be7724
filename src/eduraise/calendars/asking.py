"""What the calendar page is asked for. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from eduraise.calendars.spans import VIEWS, WEEK

ALL_HOURS = "all"


@dataclass(frozen=True)
class Asked:
    """A view, a day, a program by its code, a teacher by uid. all_day: a week is drawn with all hours. Values
    that nobody offers are ignored."""

    view: str
    on: date
    today: date
    program: str = ""
    teacher: str = ""
    all_day: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str], today: date) -> Asked:
        """From an address's query."""
        view = query.get("view", "")
        return cls(
            view=view if view in VIEWS else WEEK,
            on=_read_date(query.get("on", "")) or today,
            today=today,
            program=query.get("program", "").replace("\0", "").strip()[:16],
            teacher=_read_uid(query.get("teacher", "")),
            all_day=query.get("hours") == ALL_HOURS,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether some classes are left out."""
        return bool(self.program or self.teacher)

    def address(self, **changed: str | date) -> str:
        """The query of the same page with something else chosen; "" clears it."""
        values = {"view": self.view, "on": self.on, "program": self.program, "teacher": self.teacher}
        values["hours"] = ALL_HOURS if self.all_day else ""
        values |= changed
        if values["view"] == WEEK:
            values["view"] = ""
        if values["on"] == self.today:
            values["on"] = ""
        written = urlencode({name: str(value) for name, value in values.items() if value})
        return f"?{written}" if written else "."


def _read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_uid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
