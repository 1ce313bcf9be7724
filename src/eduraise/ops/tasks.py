"""The task behind all regular work."""

from __future__ import annotations

from django.tasks import task

from eduraise.core import clock
from eduraise.ops import regular


@task()
def run_regular(name: str) -> None:
    """Run one piece of regular work by its name."""
    regular.run(name, now=clock.now())
