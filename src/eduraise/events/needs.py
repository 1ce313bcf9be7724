"""What an admin must see: events that failed, and classes that Zoom tells nothing of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
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


def failed_events() -> Iterator[Problem]:
    """One line while events stand dead; one query."""
    dead = ZoomEvent.objects.filter(state=ZoomEvent.State.DEAD).aggregate(
        n=Count("pk"), since=Min("received_at")
    )
    if dead["n"]:
        yield Problem(
            severity="warn",
            title=ngettext(
                "%(n)d event from Zoom could not be applied",
                "%(n)d events from Zoom could not be applied",
                dead["n"],
            )
            % dead,
            detail=_("What they told is read from Zoom instead, later and less exactly."),
            verb=_("See the events"),
            url=reverse("events:list"),
            since=dead["since"],
        )


def silent_accounts(now: datetime) -> Iterator[Problem]:
    """One line while classes were found running of which no event came; two queries at most.

    Only where events are expected: an installation without a public address gets none, and knows it.
    """
    found = _running_untold(now)
    if found["n"] and webhook_secrets():
        yield Problem(
            severity="warn",
            title=_("Zoom’s events don’t arrive"),
            detail=_(
                "Classes were found running that Zoom did not tell of. They are read every minute instead. "
                "Look whether the Zoom app’s event subscription is on, and whether its secret token is ours."
            ),
            verb=_("See the events"),
            url=reverse("events:list"),
            since=found["since"],
        )


def _running_untold(now: datetime) -> dict[str, object]:
    """Sittings of the last day that a reading found, with no event of their account since they began."""
    untold = Q(host__account__webhook_seen_at__isnull=True) | Q(
        host__account__webhook_seen_at__lt=F("started_at")
    )
    return ZoomInstance.objects.filter(
        untold,
        occurrence__isnull=False,
        seen_running_at__gte=now - LATELY,
        started_at__lt=now - TOLD_WITHIN,
    ).aggregate(n=Count("pk"), since=Min("started_at"))
