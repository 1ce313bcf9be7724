"""What an admin must see: events that failed, and classes that Zoom tells nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.core.hooks import Problem
from eduraise.events.models import ZoomEvent
from eduraise.events.signing import webhook_secrets
from eduraise.zoom.models import ZoomInstance

# Zoom tells of a beginning within seconds; its first repetition comes after five minutes.
TOLD_WITHIN = timedelta(minutes=3)
LATELY = timedelta(hours=24)
DEAD, UNTOLD = "dead", "untold"


def needs_of_admins(now: datetime) -> Iterator[Problem]:
    """One line while events stand dead, and one while classes were found running of which no event came.

    One query.
    """
    rows = _dead().union(_running_untold(now), all=True)
    found = {what: (number, since) for what, number, since in rows if number}
    if DEAD in found:
        yield _failed_events(*found[DEAD])
    # Only where events are expected: an installation without a public address gets none, and knows it
    if UNTOLD in found and webhook_secrets():
        yield _silent_accounts(found[UNTOLD][1])


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


def _dead() -> QuerySet[Any, Any]:
    """Events that can't be applied: (DEAD, how many, since when), or none of them."""
    return _counted(ZoomEvent.objects.filter(state=ZoomEvent.State.DEAD), DEAD, "received_at")


def _running_untold(now: datetime) -> QuerySet[Any, Any]:
    """Sittings of the last day that a reading found, with no event of their account since they began."""
    untold = Q(host__account__webhook_seen_at__isnull=True) | Q(
        host__account__webhook_seen_at__lt=F("started_at")
    )
    rows = ZoomInstance.objects.filter(
        untold,
        occurrence__isnull=False,
        seen_running_at__gte=now - LATELY,
        started_at__lt=now - TOLD_WITHIN,
    )
    return _counted(rows, UNTOLD, "started_at")


def _counted(rows: QuerySet[Any, Any], what: str, since: str) -> QuerySet[Any, Any]:
    named = rows.order_by().annotate(what=Value(what, output_field=CharField())).values_list("what")
    counted: QuerySet[Any, Any] = named.annotate(n=Count("pk"), since=Min(since))
    return counted
