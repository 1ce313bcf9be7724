"""What time it is. The one place that reads the clock; everything else is given `now`.

In the demo and in tests a file of seconds (`CLOCK_OFFSET_FILE`) moves the product's clock in every
process at once. Leases never follow it: they compare `lease_now()`, the database's own time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

type Clock = Callable[[], datetime]
type Pause = Callable[[timedelta], None]


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _product_clock()


def lease_now() -> datetime:
    """The instant that leases are compared with: the same for all processes, whatever their clocks say."""
    return _lease_clock()


def offset() -> timedelta:
    """How far the product's clock is moved; zero outside the demo and tests."""
    path = settings.CLOCK_OFFSET_FILE
    if not path:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(path).read_text(encoding="ascii").strip() or 0))
    except FileNotFoundError:
        return timedelta()


def pause(wait: timedelta) -> None:
    """Let a short time pass: before a call may leave, or until another process is done."""
    if wait > timedelta():
        _pause(wait)


def install(
    *, product: Clock | None = None, leases: Clock | None = None, pausing: Pause | None = None
) -> None:
    """Replace the clocks, for runs on virtual time; None puts the real one back.

    pausing: how time passes in `pause`; without it nobody waits where the product's clock is virtual.
    """
    global _product_clock, _lease_clock, _pause
    _product_clock = product or _real_now
    _lease_clock = leases or _database_now
    _pause = pausing or (_no_pause if product else _real_pause)


def _real_pause(wait: timedelta) -> None:
    time.sleep(wait.total_seconds())


def _no_pause(_wait: timedelta) -> None:
    """On a clock that stands still there is nothing to wait for."""


def _real_now() -> datetime:
    return datetime.now(UTC) + offset()


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            at: datetime = cursor.fetchone()[0]
            return at.astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0])


_product_clock: Clock = _real_now
_lease_clock: Clock = _database_now
_pause: Pause = _real_pause
