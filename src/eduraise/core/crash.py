"""Named points at which a process may die without anything being lost.

Each step between "decided" and "known" passes one of these. In production a point does nothing; the crash
sweep counts them and kills a real process at each in turn. A point that is not listed here is refused, so
that a new step can't be forgotten.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

POINTS = (
    "zoom.push.before_claim",
    "zoom.push.claimed",
    "zoom.push.sent",
    "zoom.push.answered",
    "zoom.push.stored",
    "zoom.tokens.claimed",
    "zoom.tokens.answered",
    "zoom.tokens.stored",
    "zoom.connect.exchanged",
    "zoom.connect.pending_stored",
    "zoom.connect.confirmed",
    "events.door.verified",
    "events.door.stored",
    "events.apply.claimed",
    "events.apply.applied",
    "attendance.fold.claimed",
    "attendance.fold.folded",
    "attendance.reading.claimed",
    "attendance.reading.read",
    "notifications.send.claimed",
    "notifications.send.sent",
    "notifications.send.stored",
    "classes.action.written",
    "classes.action.committed",
    "programs.import.line_written",
    "planner.group.written",
    "recordings.settle.claimed",
    "recordings.settle.sent",
    "recordings.copy.written",
)

type Pass = Callable[[str], None]

_wanted = os.environ.get("EDURAISE_CRASH_AT", "")
_name, _, _count = _wanted.partition(":")
_left = int(_count or 1)


def point(name: str) -> None:
    """Pass the named point; dies here if `EDURAISE_CRASH_AT` is `name` or `name:nth`."""
    if name not in POINTS:
        raise LookupError(f"crash point {name!r} is not listed in core/crash.py")
    _pass(name)


def install(passing: Pass | None = None) -> None:
    """Do `passing(name)` at each point, for runs in which deaths are acted; None: as in production."""
    global _pass
    _pass = passing or _die_if_wanted


def _die_if_wanted(name: str) -> None:
    global _left
    if name == _name:
        _left -= 1
        if _left == 0:
            os.write(2, f"dies at {name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


_pass: Pass = _die_if_wanted
