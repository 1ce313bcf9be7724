"""What a class's meeting says of it at Zoom."""

from __future__ import annotations

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
