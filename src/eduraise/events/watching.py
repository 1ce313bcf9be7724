"""Which meetings are to be read at Zoom and when, which hosts looked at: noted here, done by the reconciler.

A watch is a row of work like any other: one process takes it, a reading that fails is tried again after a
growing pause, and hosts take turns, so that neither a meeting that can't be read nor a host with many keeps
others waiting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from eduraise.core import clock, queue
from eduraise.events.meaning import Told
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.zoom.enums import USABLE
from eduraise.zoom.models import ZoomAccount, ZoomInstance, ZoomMeeting, ZoomOccurrence, ZoomUser

LEASE = timedelta(seconds=60)
BEFORE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=6)
EVERY, EVERY_AFTER_END, EVERY_WITH_EVENTS = timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=10)
EVENTS_LATELY = timedelta(hours=1)


def ask_for_meetings(meeting_ids: Collection[int], now: datetime) -> None:
    """Have these meetings read as soon as may be. Asking twice is asking once; what fails keeps its pause."""
    ids = sorted(set(meeting_ids))
    if not ids:
        return
    with transaction.atomic():
        # a row that is there is written too, so that a reading which ends now can't take it away before it
        # bears this question
        MeetingWatch.objects.bulk_create(
            [MeetingWatch(meeting_id=pk, next_at=now) for pk in ids],
            update_conflicts=True,
            unique_fields=["meeting"],
            update_fields=["meeting"],
        )
        watches = MeetingWatch.objects.filter(meeting__in=ids)
        watches.filter(Q(asked_at__isnull=True) | Q(asked_at__lt=now)).update(asked_at=now)
        watches.filter(attempts=0, next_at__gt=now).update(next_at=now)


def plan(now: datetime) -> None:
    """Watch the meetings whose time has come, and no longer those that are gone; three queries."""
    MeetingWatch.objects.filter(meeting__gone_at__isnull=False).delete()
    MeetingWatch.objects.bulk_create(
        [MeetingWatch(meeting_id=pk, next_at=now) for pk in _timely(now).values_list("pk", flat=True)],
        ignore_conflicts=True,
    )


def _timely(now: datetime) -> QuerySet[ZoomMeeting]:
    """Meetings to read because of the hour: around their classes, or seemingly missing; not watched yet."""
    watched = MeetingWatch.objects.filter(meeting=OuterRef("pk"))
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
    missing = Q(missing_reads__gt=0, missing_at__isnull=True) & unread_for(EVERY)
    return ZoomMeeting.objects.filter(
        around | missing,
        ~Exists(watched),
        meeting_number__isnull=False,
        gone_at__isnull=True,
        host__state__in=USABLE,
    )


def due(now: datetime) -> QuerySet[MeetingWatch]:
    """What is to be read now: each host's longest due first, then each one's second, and so on."""
    turn = Window(RowNumber(), partition_by=F("meeting__host"), order_by=["next_at", "pk"])
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=clock.lease_now())
    return (
        MeetingWatch.objects.filter(
            free,
            next_at__lte=now,
            meeting__meeting_number__isnull=False,
            meeting__gone_at__isnull=True,
            meeting__host__state__in=USABLE,
        )
        .select_related("meeting__host__account")
        .annotate(turn=turn)
        .order_by("turn", "next_at", "pk")
    )


def take(watch: MeetingWatch) -> bool:
    """Have it for this process alone, for a minute; False if another took it."""
    rows = MeetingWatch.objects.all()
    fence = queue.claim(rows, watch, lease_now=clock.lease_now(), lease=LEASE)
    if fence is None:
        return False
    watch.fence, watch.attempts = fence, watch.attempts + 1
    return True


def settle(watch: MeetingWatch, begun_at: datetime) -> None:
    """It was read: that was all, unless somebody asked after the reading had begun."""
    ours = MeetingWatch.objects.filter(pk=watch.pk, fence=watch.fence)
    if not ours.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=begun_at)).delete()[0]:
        again(watch, begun_at)


def again(watch: MeetingWatch, now: datetime) -> None:
    """Have it read once more, at once: what was read counts for nothing, through nobody's fault."""
    MeetingWatch.objects.filter(pk=watch.pk, fence=watch.fence).update(
        next_at=now, lease_until=None, attempts=0
    )


def put_off(watch: MeetingWatch, why: str, now: datetime, until: datetime | None = None) -> None:
    """It could not be read: later, after a pause that grows, or when Zoom's limits allow it."""
    MeetingWatch.objects.filter(pk=watch.pk, fence=watch.fence).update(
        next_at=until or now + queue.back_off(watch.attempts),
        lease_until=None,
        last_error_code=why[:80],
        last_error_at=now,
    )


def ask_for_hosts(host_ids: Collection[int], now: datetime) -> None:
    """Have these hosts checked, and their meetings listed, as soon as may be; of one that was gone from the
    account, the account is asked.
    """
    gone = ZoomUser.objects.filter(pk__in=host_ids, by_account=True).exclude(state__in=USABLE)
    ZoomAccount.objects.filter(is_whole=True, hosts__in=gone).update(wake_at=now)
    ZoomUser.objects.filter(
        Q(wake_at__isnull=True) | Q(wake_at__gt=now), pk__in=host_ids, state__in=USABLE
    ).update(wake_at=now)


def note_seen(batch: Iterable[Told]) -> None:
    """Remember when each account's events last came in time; while they do, less is read."""
    newest: dict[str, datetime] = {}
    for told in batch:
        if told.row.age == ZoomEvent.Age.FRESH:
            account = told.event.account_id
            newest[account] = max(newest.get(account, told.row.received_at), told.row.received_at)
    for account, seen_at in newest.items():
        ZoomAccount.objects.filter(
            Q(webhook_seen_at__isnull=True) | Q(webhook_seen_at__lt=seen_at), zoom_account_id=account
        ).update(webhook_seen_at=seen_at)
