"""Is it alive, is it ready, and who is working."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from eduraise.core import clock
from eduraise.ops.models import Heartbeat

SILENT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Part:
    """One part of the system. needed: without it this process can't answer at all."""

    name: str
    ok: bool
    needed: bool = True


def beat(now: datetime) -> int:
    """Say that this worker is alive. Beats compare the database's own time, not the moved clock."""
    seen_at = clock.lease_now()
    Heartbeat.objects.update_or_create(
        process=f"worker@{socket.gethostname()}:{os.getpid()}",
        defaults={"kind": "worker", "seen_at": seen_at},
    )
    Heartbeat.objects.filter(seen_at__lt=seen_at - timedelta(days=1)).delete()
    return 0


def worker_seen_at() -> datetime | None:
    """When a worker last said that it is alive."""
    return (
        Heartbeat.objects.filter(kind="worker").order_by("-seen_at").values_list("seen_at", flat=True).first()
    )


def worker_is_alive() -> bool:
    """Whether a worker said so within two minutes."""
    seen_at = worker_seen_at()
    return seen_at is not None and clock.lease_now() - seen_at < SILENT_AFTER


def parts() -> list[Part]:
    """What this installation stands on, each ok or failing."""
    database = _database_answers()
    found = [Part("database", database), Part("tables", database and _tables_are_current())]
    if settings.DEMO:
        found.append(Part("demo school", not demo_is_being_set_up()))
    found.append(Part("worker", database and worker_is_alive(), needed=False))
    return found


def demo_is_being_set_up() -> bool:
    """Whether the demo's school is still being made; its clock is moved meanwhile."""
    return bool(settings.DEMO_BUSY_FILE) and Path(settings.DEMO_BUSY_FILE).exists()


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False


_current = False


def _tables_are_current() -> bool:
    """Whether every migration has run; once true it stays true for this process's code."""
    global _current
    if not _current:
        executor = MigrationExecutor(connection)
        _current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _current
