from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notifications.kinds import Lessons, lessons


@pytest.fixture
def room() -> Iterator[Lessons]:
    """The room that sends, whose answers a test may change."""
    with lessons() as found:
        yield found
