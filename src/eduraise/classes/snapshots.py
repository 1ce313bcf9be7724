"""A class's changeable values as plain data: to see what a change changes, and to put them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eduraise.classes.models import ClassSession

type Snapshot = dict[str, Any]

# The columns that a change may touch
FIELDS = (
    "topic",
    "description",
    "starts_at",
    "ends_at",
    "zone",
    "local_start",
    "fold",
    "tzdata",
    "chosen_settings",
    "short_notice_reason",
    "cancelled_at",
    "cancelled_by_id",
    "cancel_message",
)
INSTANTS = frozenset({"starts_at", "ends_at", "cancelled_at"})


def take(session: ClassSession) -> Snapshot:
    """The present values, JSON-ready."""
    return {field: _plain(getattr(session, field)) for field in FIELDS}


def put_back(session: ClassSession, snapshot: Snapshot) -> None:
    """Give the class the values of a snapshot; doesn't save."""
    for field, value in snapshot.items():
        is_instant = field in INSTANTS and value is not None
        setattr(session, field, datetime.fromisoformat(value) if is_instant else value)


def differences(before: Snapshot, after: Snapshot) -> dict[str, tuple[str, str]]:
    """What people would call changed, by name, as (before, after).

    "time" is `<start>/<end>` in UTC; a setting is "setting:<name>"; reasons and bookkeeping are none.
    """
    found = {
        "time": (_span(before), _span(after)),
        **{field: (str(before[field]), str(after[field])) for field in ("topic", "description", "zone")},
    }
    for name in before["chosen_settings"].keys() | after["chosen_settings"].keys():
        found[f"setting:{name}"] = (
            str(before["chosen_settings"].get(name, "")),
            str(after["chosen_settings"].get(name, "")),
        )
    return {name: values for name, values in found.items() if values[0] != values[1]}


def read_span(written: str) -> tuple[datetime, datetime]:
    """The two instants of a "time" difference."""
    start, end = written.split("/")
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _span(snapshot: Snapshot) -> str:
    return f"{snapshot['starts_at']}/{snapshot['ends_at']}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
