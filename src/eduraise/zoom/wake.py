"""A host's wake-ups: token, licence and list in one go, seldom, because each rotation can be lost.

When one is due is planned in `planning`.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Prefetch, QuerySet

from eduraise.core import breaker, clock, hooks
from eduraise.zoom import looking, planning, preflight, silence
from eduraise.zoom.api import HostZoom
from eduraise.zoom.enums import USABLE, HostState, Licence
from eduraise.zoom.models import BusyTime, ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.reading import with_zoom
from zoomclient import (
    ConnectionLost,
    ListKind,
    MeetingSummary,
    OutcomeUnknown,
    Refused,
    User,
    UserType,
    ZoomError,
)

UNLESS_DONE = timedelta(minutes=10)
CHECK_SECONDS = 3.0
log = structlog.get_logger(__name__)


def wake_due(now: datetime, limit: int = 20) -> Counter[str]:
    """Look at the hosts whose time has come; what came of it, counted."""
    outcomes: Counter[str] = Counter()
    hosts = ZoomUser.objects.filter(state__in=USABLE, wake_at__lte=now).order_by("wake_at")
    for host in list(hosts[:limit]):
        if not breaker.may_call(silence.BREAKER, now):
            outcomes["silent"] += 1
            break
        if take(host, now):
            outcomes[wake(host, clock.now())] += 1
    return outcomes


def take(host: ZoomUser, now: datetime) -> bool:
    """One process wakes a host: the next wake-up is planned before this one begins."""
    again_at = now + UNLESS_DONE
    taken = ZoomUser.objects.filter(pk=host.pk, wake_at=host.wake_at).update(wake_at=again_at)
    host.wake_at = again_at
    return bool(taken)


def wake(host: ZoomUser, now: datetime) -> str:
    """Check one host: its token, what Zoom says of it, what its list holds. Plans the next wake-up."""
    try:
        me, rows, seats = with_zoom(host, now, _ask)
    except ConnectionLost:
        preflight.without_connection(host, now)
        return "lost"
    except ZoomError as problem:
        silence.note(problem, now)
        if isinstance(problem, OutcomeUnknown):
            _doubt(host, problem.reason, now)
        return "silent"
    breaker.answered(silence.BREAKER)
    with transaction.atomic():
        _store_check(host, me, now)
        compare_list(host, rows, now)
    preflight.look_over(ZoomUser.objects.select_related("account").get(pk=host.pk), seats, now)
    # who asked for another meanwhile gets it
    ZoomUser.objects.filter(pk=host.pk, wake_at=host.wake_at).update(wake_at=planning.next_wake(host, now))
    return "checked"


def check(host: ZoomUser, now: datetime) -> str:
    """Ask Zoom of a host because somebody waits for it: "checked", "deactivated", "lost" or "silent"."""
    if not breaker.may_call(silence.BREAKER, now):
        return "silent"
    try:
        me = with_zoom(host, now, lambda zoom: zoom.users.get(zoom.user_id), seconds=CHECK_SECONDS)
    except ConnectionLost:
        return "lost"
    except ZoomError as problem:
        silence.note(problem, now)
        return "silent"
    breaker.answered(silence.BREAKER)
    _store_check(host, me, now)
    return "checked" if is_active(me) else "deactivated"


def _ask(zoom: HostZoom) -> tuple[User, list[MeetingSummary], int | None]:
    me = zoom.users.get(zoom.user_id)
    return me, list(zoom.meetings.list(zoom.user_id, ListKind.SCHEDULED)), _seats(zoom)


def _seats(zoom: HostZoom) -> int | None:
    """How many Zoom lets into this host's meetings; None where it may not be asked."""
    try:
        feature = zoom.users.settings(zoom.user_id).feature
    except Refused:
        return None
    return feature.large_meeting_capacity if feature.large_meeting else feature.meeting_capacity


def licence_of(me: User) -> str:
    """A Zoom user's type in our words (https://developers.zoom.us/docs/api/users/, read 2026-11-23)."""
    licences = {UserType.BASIC: Licence.BASIC, UserType.LICENSED: Licence.LICENSED}
    return licences.get(me.type, Licence.NONE if me.type else Licence.UNKNOWN)  # type: ignore[call-overload, no-any-return]


def _store_check(host: ZoomUser, me: User, now: datetime) -> None:
    is_there = is_active(me)
    back = host.state == HostState.DOUBTFUL
    ZoomUser.objects.filter(pk=host.pk).update(
        email=me.email or host.email,
        name=me.name or host.name,
        licence=licence_of(me),
        zone=me.timezone,
        checked_at=now,
        check_result="ok" if is_there else "deactivated",
        **({} if is_there else {"state": HostState.GONE, "state_since": now, "state_reason": "deactivated"}),
        **({"state": HostState.CONNECTED, "state_since": now} if is_there and back else {}),
    )


def is_active(me: User) -> bool:
    """Whether a Zoom user can hold meetings: not deactivated, not merely invited."""
    return me.status in ("", "active")


def _doubt(host: ZoomUser, reason: str, now: datetime) -> None:
    ZoomUser.objects.filter(pk=host.pk, state=HostState.CONNECTED).update(
        state=HostState.DOUBTFUL, state_since=now, state_reason=reason[:60]
    )


def compare_list(host: ZoomUser, rows: list[MeetingSummary], now: datetime) -> None:
    """Take over what a host's list says: strays become busy times, and what differs is to be read.

    Nothing else follows from a list: it may be older than a change of ours, and what it doesn't hold may be
    there all the same.
    """
    listed = {row.id: row for row in rows}
    meetings = list(_standing(host))
    known = {meeting.meeting_number for meeting in meetings} | {meeting.ref for meeting in meetings}
    strays = [row for row in rows if not known & {row.id, looking.first_line(row.agenda)}]
    BusyTime.objects.filter(host=host).delete()
    BusyTime.objects.bulk_create(
        [busy(host, row, now) for row in strays if row.start_time], ignore_conflicts=True
    )
    doubted = [
        meeting.pk
        for meeting in meetings
        if meeting.meeting_number and differs(meeting, listed.get(meeting.meeting_number), now)
    ]
    hooks.meetings_doubted.tell(meeting_ids=doubted, now=now)
    ZoomUser.objects.filter(pk=host.pk).update(listed_at=now)


def _standing(host: ZoomUser) -> QuerySet[ZoomMeeting]:
    """The host's meetings that are ours, with the sittings that are wanted."""
    wanted = ZoomOccurrence.objects.filter(wanted_gone=False, replaced=False)
    return ZoomMeeting.objects.filter(host=host, gone_at__isnull=True).prefetch_related(
        Prefetch("occurrences", wanted)
    )


def differs(meeting: ZoomMeeting, row: MeetingSummary | None, now: datetime) -> bool:
    """Whether a list's row (None: it holds none) says otherwise of a coming meeting than we hold."""
    coming = [one for one in meeting.occurrences.all() if one.wanted_ends_at > now]
    if not coming:
        return False
    if row is None:
        return meeting.missing_at is None
    if meeting.missing_reads or row.topic[:300] != meeting.zoom_topic:
        return True
    if meeting.type != ZoomMeeting.SCHEDULED or row.start_time is None:
        return False
    return (row.start_time, row.duration) != (coming[0].zoom_starts_at, coming[0].zoom_minutes)


def busy(host: ZoomUser, row: MeetingSummary, now: datetime) -> BusyTime:
    """A meeting of the host's own, as a time when she is busy. Whose topic it is, only she is shown."""
    assert row.start_time
    return BusyTime(
        host=host,
        zoom_key=row.id,
        topic=row.topic[:300],
        starts_at=row.start_time,
        ends_at=row.start_time + timedelta(minutes=max(row.duration or 60, 1)),
        seen_at=now,
    )
