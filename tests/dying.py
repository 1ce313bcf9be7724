"""A process that dies at a crash point, within the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from eduraise.core import crash


class Died(BaseException):
    """No error that anybody catches."""


@contextmanager
def dying_at(point: str) -> Iterator[None]:
    """What is done within it must come to the point, and ends there. What it had leased stays leased."""

    def passing(name: str) -> None:
        if name == point:
            raise Died

    crash.install(passing)
    try:
        with pytest.raises(Died):
            yield
    finally:
        crash.install()
