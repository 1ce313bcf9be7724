"""Which meetings are to be read at Zoom, which hosts to be looked at: noted here, done by the reconciler."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from eduraise.events.meaning import Told
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.zoom.enums import USABLE
from eduraise.zoom.models import ZoomAccount, ZoomUser


def ask_for_meetings(meeting_ids: Collection[int], now: datetime) -> None:
    """Have these meetings read as soon as may be. Asking twice is asking once."""
    MeetingWatch.objects.bulk_create(
        [MeetingWatch(meeting_id=pk, next_at=now, asked_at=now) for pk in sorted(set(meeting_ids))],
        update_conflicts=True,
        unique_fields=["meeting"],
        update_fields=["next_at", "asked_at"],
    )


def ask_for_hosts(host_ids: Collection[int], now: datetime) -> None:
    """Have these hosts checked, and their meetings listed, as soon as may be."""
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
