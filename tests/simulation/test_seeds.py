"""Whatever people, Zoom and the network do in whatever order: afterwards what must hold, holds.

SIMULATION_SEEDS says how many runs (25), SIMULATION_FIRST the first seed (1): a run that failed is repeated
with `SIMULATION_FIRST=<seed> SIMULATION_SEEDS=1`.
"""

from __future__ import annotations

import os

import pytest
from pytest_django import Settings

from tests.linked import LinkedZoom
from tests.simulation.storm import Storm
from tests.zoom.test_wholeaccount import configure

FIRST = int(os.environ.get("SIMULATION_FIRST", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("SIMULATION_SEEDS", "25")))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_class_has_its_one_meeting_in_the_end(
    linked: LinkedZoom, settings: Settings, seed: int
) -> None:
    configure(settings)
    storm = Storm(linked, seed)
    storm.blow(60)
    if seed % 5 == 0:
        storm.archive()
    storm.calm()

    assert storm.untrue() == [], "\n".join(storm.trace)
