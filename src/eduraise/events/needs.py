"""What an admin must see: events that failed, and classes that Zoom tells nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.core.hooks import Problem, Waiting
from eduraise.events.models import ZoomEvent
from eduraise.events.signing import webhook_secrets
from eduraise.zoom.models import ZoomInstance

# Zoom tells of a beginning within seconds; its first repetition comes after five minutes.
TOLD_WITHIN = timedelta(minutes=3)
LATELY = timedelta(hours=24)


def needs_of_admins(now: datetime) -> Iterator[Waiting]:
    """Events that stand dead, and classes of the last day that were found running of which no event came."""
    dead = ZoomEvent.objects.filter(state=ZoomEvent.State.DEAD)
    yield Waiting(dead, "received_at", lambda number, since: [_failed_events(number, since)])
    yield Waiting(_running_untold(now), "started_at", _silence)


def _silence(_number: int, since: datetime) -> Iterator[Problem]:
    # Only where events are expected: an installation without a public address gets none, and knows it
    if webhook_secrets():
        yield _silent_accounts(since)


def _failed_events(number: int, since: datetime) -> Problem:
    return Problem(
        severity="warn",
        title=ngettext(
            "%(n)d event from Zoom could not be applied",
            "%(n)d events from Zoom could not be applied",
            number,
        )
        % {"n": number},
        detail=_("What they told is read from Zoom instead, later and less exactly."),
        verb=_("See the events"),
        url=reverse("events:list"),
        since=since,
    )


def _silent_accounts(since: datetime) -> Problem:
    return Problem(
        severity="warn",
        title=_("Zoom’s events don’t arrive"),
        detail=_(
            "Classes were found running that Zoom did not tell of. They are read every minute instead. "
            "Look whether the Zoom app’s event subscription is on, and whether its secret token is ours."
        ),
        verb=_("See the events"),
        url=reverse("events:list"),
        since=since,
    )


def _running_untold(now: datetime) -> QuerySet[ZoomInstance]:
    """Sittings of the last day that a reading found, with no event of their account since they began."""
    untold = Q(host__account__webhook_seen_at__isnull=True) | Q(
        host__account__webhook_seen_at__lt=F("started_at")
    )
    return ZoomInstance.objects.filter(
        untold,
        occurrence__isnull=False,
        seen_running_at__gte=now - LATELY,
        started_at__lt=now - TOLD_WITHIN,
    )
