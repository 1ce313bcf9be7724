"""The job engine, seen from here: what it gave up, and how to try again.

Everything that knows which engine runs the tasks stands in this file and in the settings. With another
`django.tasks` engine its own tools show its jobs, and these lists are empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command

if TYPE_CHECKING:
    from django_ox.models import OxTask


def is_ours() -> bool:
    """Whether the engine is the one that keeps its jobs in our database."""
    return str(settings.TASKS["default"]["BACKEND"]).startswith("django_ox.")


def failed_jobs(limit: int = 20) -> list[OxTask]:
    """Jobs that the engine gave up after all tries, newest first."""
    if not is_ours():
        return []
    from django_ox.models import OxTask

    return list(OxTask.objects.filter(status="FAILED").order_by("-enqueued_at")[:limit])


def retry_job(job_id: str) -> bool:
    """Put a failed job back; False if it isn't there or isn't failed any more."""
    from django_ox import actions

    return is_ours() and actions.retry(job_id)


def prune_jobs() -> None:
    """Forget jobs that went well more than an hour ago."""
    if is_ours():
        call_command("ox_prune", older_than="1h", verbosity=0)
