"""What lies behind marks on a page: under which names people came, when they went aside, what was changed.

Each for any number of people in one query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.attendance.enums import KnownBy, Room
from eduraise.attendance.models import Interval, MarkChange, Participant, Register
from eduraise.attendance.spans import Span, united
from eduraise.classes.models import ClassSession
from eduraise.core.models import AuditEntry


def names_of(session: ClassSession, people: Collection[int]) -> dict[int, list[str]]:
    """By person under which names they were in Zoom, and how that was known."""
    rows = Participant.objects.filter(instance__occurrence__held_for=session.uid, person__in=people).order_by(
        "pk"
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for person, name, known_by in rows.values_list("person", "name", "known_by"):
        words = {"name": name or _("without a name"), "how": str(KnownBy(known_by).label)}
        found[person][_("“%(name)s”: %(how)s") % words] = None
    return {person: list(names) for person, names in found.items()}


def asides_of(
    session: ClassSession, people: Collection[int], until: datetime | None
) -> dict[int, list[Span]]:
    """When they were in breakout rooms, by person, as seconds since the class's start.

    What has no end yet lasts until `until`, and is left out where that is None.
    """
    rows = Interval.objects.filter(
        participant__instance__occurrence__held_for=session.uid,
        participant__person__in=people,
        room=Room.BREAKOUT,
    ).order_by("pk")
    columns = ("participant__person", "participant__instance", "join_key", "pk")
    ends: dict[tuple[Any, ...], list[datetime | None]] = {}
    for person, sitting, key, pk, joined, left in rows.values_list(*columns, "joined_at", "left_at"):
        stay = ends.setdefault((person, sitting, key or pk), [None, None])
        stay[0], stay[1] = joined or stay[0], left or stay[1]
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for (person, *_rest), (joined, left) in ends.items():
        ended = left or until
        if joined is not None and ended is not None:
            found[person].append((joined, ended))
    return {person: united(seconds_since(session.starts_at, stays)) for person, stays in found.items()}


def changes_of(marks: Collection[int]) -> dict[int, list[MarkChange]]:
    """What was changed of these marks, by mark, the last first."""
    found: dict[int, list[MarkChange]] = defaultdict(list)
    for change in MarkChange.objects.filter(mark__in=marks).select_related("by").order_by("-at", "-pk"):
        found[change.mark_id].append(change)
    return found


@dataclass(frozen=True)
class Happening:
    """Something that was done to a register as a whole: in words, by whom, with what reason."""

    at: datetime
    words: str
    by: str
    why: str


_HAPPENED = {
    "attendance.reopened": gettext_lazy("Opened again"),
    "attendance.entries_applied": gettext_lazy("What became known after the lock was let count"),
    "attendance.not_held": gettext_lazy("Said that it was not held"),
    "attendance.held": gettext_lazy("Said that it was held after all"),
}


def happened_to(register: Register) -> list[Happening]:
    """What was done to a register as a whole, the last first; one query."""
    rows = AuditEntry.objects.filter(thing_uid=register.uid, verb__in=_HAPPENED).order_by("-at", "-pk")
    return [
        Happening(row.at, str(_HAPPENED[row.verb]), row.actor_label, str(row.after.get("why", "")))
        for row in rows
    ]


def seconds_since(since: datetime, stays: Iterable[tuple[datetime, datetime]]) -> list[Span]:
    """Stays as whole seconds after an instant."""
    return [
        (int((began - since).total_seconds()), int((ended - since).total_seconds())) for began, ended in stays
    ]
