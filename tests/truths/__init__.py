"""What must hold whatever goes wrong, and what must hold once everything has come to rest.

Each function gives one line for each thing that is untrue; none means that all is well. They are read
from the database and from what really stands at Zoom, never from what the product says of itself.
"""

from __future__ import annotations

from datetime import datetime

from tests.truths.claims import nobody_held_twice, nothing_else_held
from tests.truths.meetings import busy_times_known, meetings_stand
from tests.truths.registrations import registrations_stand
from tests.truths.substitutes import nothing_half_handed, substitutes_stand
from tests.truths.work import events_settled, nothing_leased, operations_ended, people_told
from tests.truths.zoom import AtZoom, Simulated, seen_at

__all__ = ["AtZoom", "Simulated", "always_untrue", "seen_at", "untrue"]


def untrue(zoom: Simulated, now: datetime) -> list[str]:
    """All that doesn't hold, now that everything has come to rest."""
    there = seen_at(zoom)
    return [
        *nobody_held_twice(now),
        *nothing_else_held(there, now),
        *meetings_stand(there),
        *busy_times_known(there),
        *registrations_stand(there, now),
        *operations_ended(),
        *events_settled(),
        *people_told(now),
        *nothing_leased(),
        *nothing_half_handed(),
    ]


def always_untrue(now: datetime) -> list[str]:
    """What doesn't hold of what must hold at any moment, in the middle of whatever goes on."""
    return [*nobody_held_twice(now), *substitutes_stand(now)]
