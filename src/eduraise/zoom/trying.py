"""Trying Zoom out: a meeting is made, read and removed again, on one host, because an admin asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eduraise.core import clock
from eduraise.zoom import looking, quota
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.wishes import new_ref
from zoomclient import MeetingDraft, NotFound, OutcomeUnknown, ZoomError

TOPIC = "EduRaise test meeting, removed at once"
MINUTES = 15


@dataclass(frozen=True)
class Tried:
    """What came of it. step: "made", "read" or "removed", the last that went well; reason: why it went no
    further, "" if all went well; left: the number of a meeting that stays at Zoom, "" if none does.
    """

    step: str
    reason: str = ""
    left: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether all went well."""
        return not self.reason


def try_meeting(host: ZoomUser, now: datetime) -> Tried:
    """Make a meeting for tomorrow on `host`, read it, remove it. Call it outside a transaction."""
    if not quota.take_of_day(host, now, is_repair=False):
        return Tried("", "quota_spent")
    ref = new_ref(now)
    draft = MeetingDraft(
        topic=TOPIC,
        starts_at=(now + timedelta(days=1)).replace(second=0, microsecond=0),
        duration=timedelta(minutes=MINUTES),
        timezone="UTC",
        agenda=ref,
    )
    try:
        number = with_zoom(host, now, lambda zoom: zoom.meetings.create(zoom.user_id, draft)).id
    except OutcomeUnknown as problem:
        return Tried("", problem.reason, _remove_found(host, ref, now))
    except ZoomError as problem:
        return Tried("", problem.reason)
    return _read_and_remove(host, number, clock.now())


def _read_and_remove(host: ZoomUser, number: str, now: datetime) -> Tried:
    step, reason = "made", ""
    try:
        with_zoom(host, now, lambda zoom: zoom.meetings.get(number))
        step = "read"
    except ZoomError as problem:
        reason = problem.reason
    removed = _remove(host, number, now)
    if removed:
        return Tried(step, removed, number)
    return Tried("removed" if not reason else step, reason)


def _remove(host: ZoomUser, number: str, now: datetime) -> str:
    """Remove it; "" if it is gone, else why not."""
    try:
        with_zoom(host, now, lambda zoom: zoom.meetings.delete(number))
    except NotFound:
        return ""
    except ZoomError as problem:
        return problem.reason
    return ""


def _remove_found(host: ZoomUser, ref: str, now: datetime) -> str:
    """Zoom may have made it all the same: what bears this reference is removed; what can't be, is named."""
    try:
        found = with_zoom(host, now, lambda zoom: looking.find_by_ref(zoom, ref))
    except ZoomError:
        return ""
    return ", ".join(row.id for row in found if _remove(host, row.id, now))
