"""Several deeds that begin together, each in a thread with its own connection to the database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from eduraise.core.errors import DomainError
from eduraise.core.once import SentBefore


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same moment; what each gave, or the refusal that it met.

    A refusal is an answer, which the test looks at. Any other error is raised here.
    """
    start = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return deed()
        except (DomainError, SentBefore) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def by_code(results: list[Any]) -> list[Any]:
    """The same with each refusal's code in its place."""
    return [each.code if isinstance(each, DomainError) else each for each in results]
