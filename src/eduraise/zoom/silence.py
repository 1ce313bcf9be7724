"""Whether Zoom is silent: what a call's outcome says of it, for everyone who calls."""

from __future__ import annotations

from datetime import datetime

from eduraise.core import breaker
from zoomclient import NotSent, OutcomeUnknown, ZoomError

BREAKER = "zoom"
# Why a call was held back here
OURS = ("own_limit", "day_spent", "refreshing")


def note(problem: ZoomError, now: datetime) -> None:
    """Count a call that got no answer; one that was answered, however, ends a silence.

    What we held back ourselves says nothing of Zoom.
    """
    if isinstance(problem, OutcomeUnknown | NotSent) and problem.reason not in OURS:
        breaker.failed(BREAKER, now)
    elif not isinstance(problem, NotSent):
        breaker.answered(BREAKER)
