"""What people are told of each class of a set: kept when they are told, so that it says the same however the
classes are changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.classes.snapshots import read_span


@dataclass(frozen=True)
class Told:
    """A class of a set as it was told. program, teacher: by key; name: the teacher's. before: the hours that
    it had, if it was moved; fields: what was changed of it, by name."""

    session: int
    code: str
    program: int
    topic: str
    starts_at: datetime
    ends_at: datetime
    teacher: int
    name: str
    before: tuple[datetime, datetime] | None
    fields: Sequence[str]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when until when it is held."""
        return self.starts_at, self.ends_at


def keep(change_set: ChangeSet, sessions: Iterable[ClassSession]) -> list[dict[str, Any]]:
    """What is told of these classes of a set, as `ChangeSet.told` holds it."""
    fields: dict[int, dict[str, str]] = {}
    changes = change_set.changes.filter(undone_at__isnull=True).order_by("pk")
    for key, field, before in changes.values_list("session", "field", "before"):
        fields.setdefault(key, {})[field] = before
    return [
        {
            "session": one.pk,
            "code": one.code,
            "program": one.program_id,
            "topic": one.topic,
            "starts_at": one.starts_at.isoformat(),
            "ends_at": one.ends_at.isoformat(),
            "teacher": one.teacher_id,
            "name": one.teacher.name,
            "before": fields[one.pk].get("time"),
            "fields": list(fields[one.pk]),
        }
        for one in sessions
        if one.pk in fields
    ]


def read(change_set: ChangeSet) -> list[Told]:
    """The same back, by start."""
    return [
        Told(
            **row
            | {
                "starts_at": datetime.fromisoformat(row["starts_at"]),
                "ends_at": datetime.fromisoformat(row["ends_at"]),
                "before": read_span(row["before"]) if row["before"] else None,
            }
        )
        for row in change_set.told
    ]
