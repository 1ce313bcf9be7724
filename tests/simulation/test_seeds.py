"""Whatever people, Zoom and the network do in whatever order: afterwards what must hold, holds.

SIMULATION_SEEDS says how many runs (25), SIMULATION_FIRST the first seed (1). A run that failed tells its
story, and the command that repeats it.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.simulation.storm import Storm
from tests.simulation.story import seeds


@pytest.mark.parametrize("seed", seeds())
def test_every_class_has_its_one_meeting_in_the_end(storm: Callable[[int], Storm], seed: int) -> None:
    storm(seed).run(60, archives=seed % 5 == 0)
