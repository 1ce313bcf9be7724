"""What classes were before they were changed as one, so that all of it can be put back later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from eduraise.classes import snapshots
from eduraise.classes.models import ChangeSet, ClassSession, Series


@dataclass(frozen=True)
class Was:
    """A class before a change. version: that it has as long as nobody changed it since. series, original_on
    (a date in ISO form), occurrence: where it was held, by key."""

    session: int
    version: int
    values: snapshots.Snapshot
    teacher: int
    series: int | None
    original_on: str | None
    occurrence: int | None

    @classmethod
    def of(cls, session: ClassSession) -> Self:
        """A class as it is now."""
        return cls(
            session=session.pk,
            version=session.version,
            values=snapshots.take(session),
            teacher=session.teacher_id,
            series=session.series_id,
            original_on=session.original_on.isoformat() if session.original_on else None,
            occurrence=session.occurrence_id,
        )

    @property
    def on(self) -> date | None:
        """Its date on the rule of its series."""
        return date.fromisoformat(self.original_on) if self.original_on else None


def remember(sessions: Iterable[ClassSession]) -> list[Was]:
    """What these are, before they are changed."""
    return [Was.of(session) for session in sessions]


def stored(remembered: Iterable[Was], changed: Sequence[ClassSession]) -> list[dict[str, Any]]:
    """As `ChangeSet.was` keeps it: each with the version that it has by now."""
    versions = {session.pk: session.version for session in changed}
    return [asdict(was) | {"version": versions.get(was.session, was.version)} for was in remembered]


def read(rows: Iterable[dict[str, Any]]) -> list[Was]:
    """The same back."""
    return [Was(**row) for row in rows]


def put_back_series(change_set: ChangeSet) -> dict[str, Any] | None:
    """Give a whole series the topic that it had before it was changed by one call; what its meeting was to
    be, as `zoom.whole_series` takes it. None where single dates alone were changed."""
    was = change_set.undo or {}
    if "series" not in was:
        return None
    series = Series.objects.select_related("meeting__program__class_settings").get(pk=was["series"])
    series.topic = was["topic"]
    series.save(update_fields=["topic"])
    return {"meeting": series.meeting, "topic": was["meeting_topic"], "settings": was["settings"]}
