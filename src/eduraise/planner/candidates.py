"""A class that somebody may want to plan, wherever it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from eduraise.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A class as a timetable or a table gives it. on: local date in `zone`. holiday: its name, "" for none;
    next_free: the day that it could be on instead, None where there is none. number: the line of the table
    that it comes from. said_teacher: whom the table names, where nobody here is called so."""

    on: date
    local_start: time
    minutes: int
    zone: str
    topic: str
    teacher: User | None = None
    slot_uid: UUID | None = None
    every_weeks: int = 1
    holiday: str = ""
    next_free: date | None = None
    number: int | None = None
    said_teacher: str = ""
