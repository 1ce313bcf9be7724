"""Reading at Zoom what events missed. It alone must be enough: an installation may get no event at all.

A meeting is read when an event asks for it, around its classes (every minute from fifteen minutes before the
start to the planned end, then every five minutes until it is seen ended; every ten while its account's events
come in time), and when its host's list no longer holds it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from eduraise.classes.differences import notice_gone, notice_present, notice_time
from eduraise.classes.retrying import retried
from eduraise.core import breaker, clock
from eduraise.events import watching
from eduraise.events.models import MeetingWatch
from eduraise.events.schedule import has_change_under_way
from eduraise.zoom.enums import USABLE
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomOccurrence
from eduraise.zoom.reading import Reading, read_meeting
from eduraise.zoom.silence import BREAKER
from zoomclient import ZoomError

BEFORE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=6)
EVERY, EVERY_AFTER_END, EVERY_WITH_EVENTS = timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=10)
EVENTS_LATELY = timedelta(hours=1)
AGAIN = timedelta(minutes=1)


def reconcile_due(now: datetime, limit: int = 30) -> Counter[str]:
    """Read the meetings whose time has come, and note what differs; what came of it, counted."""
    outcomes: Counter[str] = Counter()
    for meeting in list(due(now)[:limit]):
        if not breaker.may_call(BREAKER, now):
            outcomes["silent"] += 1
            break
        outcomes[reconcile(meeting, clock.now())] += 1
    return outcomes


def due(now: datetime) -> QuerySet[ZoomMeeting]:
    """Meetings to read now: asked for, seemingly missing, or around their classes; longest unread first."""
    asked = MeetingWatch.objects.filter(meeting=OuterRef("pk"), next_at__lte=now)
    running = ZoomInstance.objects.filter(meeting=OuterRef("pk"), ended_at__isnull=True)
    sitting = ZoomOccurrence.objects.filter(meeting=OuterRef("pk"), wanted_gone=False, replaced=False)
    begun = sitting.filter(wanted_starts_at__lte=now + BEFORE)
    during = begun.filter(wanted_ends_at__gt=now)
    after = begun.filter(wanted_ends_at__lte=now, wanted_ends_at__gt=now - FORGOTTEN_AFTER)
    with_events = Q(host__account__webhook_seen_at__gt=now - EVENTS_LATELY)

    def unread_for(pause: timedelta) -> Q:
        return Q(read_at__isnull=True) | Q(read_at__lte=now - pause)

    around = (
        (Exists(during) & ~with_events & unread_for(EVERY))
        | (Exists(during) & with_events & unread_for(EVERY_WITH_EVENTS))
        | (Exists(after) & Exists(running) & unread_for(EVERY_AFTER_END))
    )
    missing = Q(missing_reads__gt=0, missing_at__isnull=True) & unread_for(AGAIN)
    return (
        ZoomMeeting.objects.filter(Exists(asked) | around | missing)
        .filter(meeting_number__isnull=False, gone_at__isnull=True, host__state__in=USABLE)
        .select_related("host__account")
        .order_by(F("read_at").asc(nulls_first=True), "pk")
    )


def reconcile(meeting: ZoomMeeting, now: datetime) -> str:
    """Read one meeting and compare it with its class; one word for what came of it."""
    try:
        reading = read_meeting(meeting, now)
    except ZoomError:
        MeetingWatch.objects.filter(meeting=meeting).update(next_at=now + AGAIN)
        return "unread"
    if reading.is_overtaken:
        watching.ask_for_meetings([meeting.pk], now)
        return "overtaken"
    # what asked while we were reading asks still
    MeetingWatch.objects.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=now), meeting=meeting).delete()
    compare(meeting, reading, now)
    return "missing" if reading.is_missing else "read"


@retried
@transaction.atomic
def compare(meeting: ZoomMeeting, reading: Reading, now: datetime) -> None:
    """Ours against Zoom's, both as they are now: whoever changes the class meanwhile waits, or has done so.

    A change of ours that is on its way will tell by its answer.
    """
    meeting = ZoomMeeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if meeting.wanted_gone:
        return
    busy = has_change_under_way(meeting)
    for sitting in meeting.occurrences.filter(wanted_gone=False, replaced=False):
        if meeting.missing_at is not None:
            notice_gone(held_for=sitting.held_for, now=now)
        elif meeting.missing_reads == 0:
            notice_present(held_for=sitting.held_for, now=now)
            if not busy:
                _compare_time(sitting, now)


def _compare_time(sitting: ZoomOccurrence, now: datetime) -> None:
    if sitting.zoom_starts_at is not None and sitting.zoom_minutes is not None:
        notice_time(
            held_for=sitting.held_for,
            starts_at=sitting.zoom_starts_at,
            minutes=sitting.zoom_minutes,
            now=now,
        )
