"""A breaker that all processes share: after two failures within a minute nobody calls, but for one probe."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Case, F, Q, Value, When

from eduraise.core.models import Breaker

WINDOW = timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=30)


def may_call(name: str, now: datetime) -> bool:
    """Whether a call may go out: the breaker is closed, or this caller is the one probe of these 30 s."""
    breaker = Breaker.objects.filter(name=name).first()
    if breaker is None or breaker.opened_at is None:
        return True
    claimed = Breaker.objects.filter(
        Q(probe_until__isnull=True) | Q(probe_until__lte=now), name=name, opened_at__isnull=False
    ).update(probe_until=now + PROBE_EVERY, fence=F("fence") + 1)
    return claimed == 1


def is_open(name: str) -> bool:
    """Whether calls are held back at present."""
    return Breaker.objects.filter(name=name, opened_at__isnull=False).exists()


def opened_at(name: str) -> datetime | None:
    """Since when calls are held back; None while they go out."""
    return Breaker.objects.filter(name=name).values_list("opened_at", flat=True).first()


def failed(name: str, now: datetime) -> None:
    """A call got no answer. The second within a minute opens the breaker."""
    breaker, _made = Breaker.objects.get_or_create(name=name)
    # in one statement: of two that fail at once both count
    opens = Q(failed_at_2__gte=now - WINDOW, opened_at__isnull=True)
    Breaker.objects.filter(pk=breaker.pk).update(
        failed_at_1=F("failed_at_2"),
        failed_at_2=now,
        opened_at=Case(When(opens, then=Value(now)), default=F("opened_at")),
        probe_until=Case(When(opens, then=Value(now + PROBE_EVERY)), default=F("probe_until")),
    )


def answered(name: str) -> None:
    """A call got an answer: close the breaker and forget earlier failures."""
    failing = Breaker.objects.filter(name=name).exclude(opened_at__isnull=True, failed_at_2__isnull=True)
    # asked first: nearly always there is nothing to write, and on SQLite even that would wait for a writer
    if failing.exists():
        failing.update(failed_at_1=None, failed_at_2=None, opened_at=None, probe_until=None)
