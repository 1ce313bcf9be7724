"""Reading at Zoom what events missed. It alone must be enough: an installation may get no event at all.

A meeting is read when an event asks for it, around its classes (every minute from fifteen minutes before the
start to the planned end, then every five minutes until it is seen ended; every ten while its account's events
come in time), and when its host's list says otherwise of it.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime

import structlog
from django.db import transaction

from eduraise.classes.differences import (
    notice_gone,
    notice_guard,
    notice_present,
    notice_time,
    notice_webinar,
)
from eduraise.classes.retrying import retried
from eduraise.core import breaker, clock
from eduraise.events import watching
from eduraise.events.models import MeetingWatch
from eduraise.events.schedule import has_change_under_way, has_refused_change
from eduraise.zoom import preflight
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence
from eduraise.zoom.reading import Reading, read_meeting
from eduraise.zoom.series import is_as_wanted
from eduraise.zoom.silence import BREAKER
from zoomclient import ZoomError

# A turn hands on after this long: it comes again in half a minute.
WORKS_SECONDS = 20.0

log = structlog.get_logger(__name__)


def reconcile_due(now: datetime, limit: int = 200) -> Counter[str]:
    """Read the meetings whose time has come, and note what differs; what came of it, counted.

    Safe in several processes at once.
    """
    watching.plan(now)
    until = time.monotonic() + WORKS_SECONDS
    outcomes: Counter[str] = Counter()
    for watch in list(watching.due(now)[:limit]):
        if time.monotonic() > until:
            break
        if not breaker.may_call(BREAKER, now):
            outcomes["silent"] += 1
            break
        if watching.take(watch):
            outcomes[reconcile(watch, clock.now())] += 1
    return outcomes


def reconcile(watch: MeetingWatch, now: datetime) -> str:
    """Read one meeting and compare it with its class; one word for what came of it."""
    try:
        reading = read_meeting(watch.meeting, now)
        if reading.is_overtaken:
            watching.again(watch, now)
            return "overtaken"
        compare(watch.meeting, reading, now)
    except ZoomError as problem:
        watching.put_off(watch, problem.reason, now, getattr(problem, "retry_at", None))
        return "unread"
    except Exception as problem:
        # one meeting must not keep the others from being read
        log.exception("a meeting can't be read", meeting=str(watch.meeting.uid))
        watching.put_off(watch, type(problem).__name__, now)
        return "failed"
    watching.settle(watch, now)
    return "missing" if reading.is_missing else "read"


@retried
@transaction.atomic
def compare(meeting: ZoomMeeting, reading: Reading, now: datetime) -> None:
    """Ours against Zoom's, both as they are now: whoever changes the class meanwhile waits, or has done so.

    A change of ours that is on its way will tell by its answer; one that Zoom refused left the meeting where
    it was, which is no move at Zoom.
    """
    meeting = ZoomMeeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if meeting.wanted_gone:
        return
    under_way = has_change_under_way(meeting)
    for sitting in meeting.occurrences.filter(wanted_gone=False, replaced=False):
        if reading.is_webinar:
            notice_webinar(held_for=sitting.held_for, now=now)
            continue
        if meeting.missing_at is not None or (sitting.zoom_gone_at is not None and not under_way):
            notice_gone(held_for=sitting.held_for, now=now)
        elif meeting.missing_reads == 0:
            notice_present(held_for=sitting.held_for, now=now)
            refused = has_refused_change(meeting, sitting) and not reading.has_moved
            if not (under_way or refused) or is_as_wanted(sitting):
                _compare_time(sitting, now)
            _compare_guard(sitting, now)


def _compare_guard(sitting: ZoomOccurrence, now: datetime) -> None:
    codes = preflight.guard(sitting, now)
    if codes is not None and sitting.wanted_ends_at > now:
        notice_guard(held_for=sitting.held_for, codes=codes, now=now)


def _compare_time(sitting: ZoomOccurrence, now: datetime) -> None:
    if sitting.zoom_starts_at is not None and sitting.zoom_minutes is not None:
        notice_time(
            held_for=sitting.held_for,
            starts_at=sitting.zoom_starts_at,
            minutes=sitting.zoom_minutes,
            now=now,
        )
