"""Asking Zoom again for what it refused."""

from __future__ import annotations

from datetime import datetime

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.zoom.wanting import retry


def try_again(*, session: ClassSession, by: User, now: datetime) -> bool:
    """Want what failed once more; False if nothing had."""
    return session.occurrence is not None and retry(meeting=session.occurrence.meeting, now=now, by=by)
