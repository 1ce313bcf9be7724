"""What a class's meeting is and says of it at Zoom."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from eduraise.classes.addresses import door_url
from eduraise.classes.models import ClassSession
from eduraise.programs.models import Program


def agenda_of(session: ClassSession) -> str:
    """The class's description, its program's title, and the link to its door: no words of ours, which its
    readers' languages would differ in. The reference that the meeting is found again by comes above it."""
    parts = (session.description, session.program.title, door_url(session))
    return "\n\n".join(part for part in parts if part)


def agenda_of_series(program: Program) -> str:
    """What a recurring meeting says of itself: its classes have titles and doors of their own."""
    return program.title


class Wishes(TypedDict):
    """What a class wants of its meeting, by the names that `zoom.wanting` has for it."""

    topic: str
    agenda: str
    settings: dict[str, Any]
    starts_at: datetime
    ends_at: datetime
    zone: str


def wishes_of(session: ClassSession) -> Wishes:
    """The same of a class as it stands."""
    return Wishes(
        topic=session.topic,
        agenda=agenda_of(session),
        settings=session.chosen_settings,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
    )
