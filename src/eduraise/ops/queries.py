"""What waits and what failed, across rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from eduraise.events.models import ZoomEvent
from eduraise.notifications.models import Delivery
from eduraise.zoom.models import ZoomOperation


@dataclass(frozen=True)
class QueueLength:
    """How many rows of a queue wait, are under way, and failed. url_name: the page that shows them."""

    title: Any
    url_name: str
    waiting: int
    under_way: int
    failed: int


def queue_lengths() -> list[QueueLength]:
    """Each queue with its numbers; one query a queue."""
    return [
        _length(
            _("Changes at Zoom"),
            "zoom:operations",
            ZoomOperation,
            waiting={"pending"},
            under_way={"calling", "unknown"},
            failed={"failed"},
        ),
        _length(
            _("Events from Zoom"),
            "events:list",
            ZoomEvent,
            waiting={"received", "waiting", "hint"},
            under_way=set(),
            failed={"dead"},
        ),
        _length(
            _("Mail"),
            "notifications:failed",
            Delivery,
            waiting={"waiting"},
            under_way={"sending"},
            failed={"failed"},
        ),
    ]


def _length(
    title: Any, url_name: str, model: type, *, waiting: set[str], under_way: set[str], failed: set[str]
) -> QueueLength:
    states = waiting | under_way | failed
    rows = model.objects.filter(state__in=states).values_list("state").annotate(number=Count("id"))  # type: ignore[attr-defined]
    count = dict(rows)

    def total(wanted: set[str]) -> int:
        return sum(count.get(state, 0) for state in wanted)

    return QueueLength(title, url_name, total(waiting), total(under_way), total(failed))
