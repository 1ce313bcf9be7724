"""What was left for classes that another page lists, read in that list's own query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from eduraise.classes.models import ClassSession
from eduraise.classes.texts import lesson_of, titled
from eduraise.notes.models import Note


@dataclass(frozen=True)
class By:
    """Who wrote it."""

    name: str


@dataclass(frozen=True)
class Earlier:
    """The class that it was written to."""

    code: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Left:
    """A note as it is shown at the class that it is for; the parts have the names that a `Note` has."""

    text: str
    by: By | None
    session: Earlier
    changed_at: datetime | None


def with_left(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """The same classes with what the class before left for each, for `left_for`."""
    earlier = Note.objects.present().filter(
        session__program=OuterRef("program"), session__starts_at__lt=OuterRef("starts_at")
    )
    between = ClassSession.objects.not_cancelled().filter(
        program=OuterRef(OuterRef("program")),
        starts_at__gt=OuterRef("session__starts_at"),
        starts_at__lt=OuterRef(OuterRef("starts_at")),
    )
    written = JSONObject(
        was_for_another=Exists(between),
        was_cancelled=Q(session__cancelled_at__isnull=False),
        text="text",
        by="by__name",
        code="session__code",
        topic="session__topic",
        starts_at="session__starts_at",
        ends_at="session__ends_at",
        changed_at=F("changed_at"),
    )
    one = earlier.latest_first().annotate(written=written).values("written")[:1]
    return classes.annotate(left_note=Subquery(one))


def left_for(session: ClassSession) -> Left | None:
    """What was left for a class of `with_left`; None if nothing was."""
    found: dict[str, Any] | None = vars(session).get("left_note")
    if not found or found["was_for_another"]:
        return None
    starts_at, ends_at = _instant(found["starts_at"]), _instant(found["ends_at"])
    return Left(
        text=found["text"],
        by=By(found["by"]) if found["by"] else None,
        session=Earlier(found["code"], _title(session, found), starts_at, ends_at),
        changed_at=_instant(found["changed_at"]) if found["changed_at"] else None,
    )


def _title(session: ClassSession, found: dict[str, Any]) -> str:
    """What the class before is called: its topic is that before this one's, unless it was cancelled."""
    topic: str = found["topic"]
    if found["was_cancelled"] or not session.held_before:
        return topic
    return titled(topic, lesson_of(session.syllabus, session.held_before - 1), session.program.title)


def _instant(written: str) -> datetime:
    """An instant as the database writes it in JSON: SQLite without its zone, which is UTC."""
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
