"""The audit log: one row for each thing that somebody did to another's data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from eduraise.core.models import AuditEntry

request_id: ContextVar[str] = ContextVar("request_id", default="")


class Actor(Protocol):
    """Somebody with a name and a uid."""

    uid: UUID
    name: str


def record(
    verb: str,
    *,
    by: Actor | None,
    at: datetime,
    thing: Any = None,
    program_uid: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    label: str = "",
) -> AuditEntry:
    """Write one entry in the present transaction.

    verb: dotted, past tense (`class.scheduled`); by: None for the system, then `label` says which part;
    thing: a row with a uid; before, after: named fields only, never secrets, JSON-ready.
    """
    entry = _entry(verb, by, at, thing, program_uid, label, before, after)
    entry.save()
    return entry


def record_all[Thing](
    verb: str,
    *,
    by: Actor | None,
    at: datetime,
    things: Iterable[Thing],
    program_uid: UUID | None = None,
    after: Callable[[Thing], dict[str, Any]] | None = None,
) -> None:
    """Write one entry for each of several rows to which the same was done, in one query.

    after: what `record` is given, of each row.
    """
    AuditEntry.objects.bulk_create(
        _entry(verb, by, at, thing, program_uid, after=after(thing) if after else None) for thing in things
    )


def _entry(
    verb: str,
    by: Actor | None,
    at: datetime,
    thing: Any,
    program_uid: UUID | None,
    label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    return AuditEntry(
        at=at,
        actor_uid=by.uid if by else None,
        actor_label=by.name if by else (label or "EduRaise"),
        verb=verb,
        thing_kind=thing._meta.model_name if thing is not None else "",
        thing_uid=getattr(thing, "uid", None),
        program_uid=program_uid,
        before=before or {},
        after=after or {},
        request_id=request_id.get(),
    )
