"""A real process dies at every crash point; a living one carries on, and nothing is lost or done twice."""

from __future__ import annotations

import pytest

from tests.sweep.scenarios import SCENARIOS, Scenario
from tests.sweep.world import World

pytestmark = pytest.mark.sweep


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: f"{one.title}-{one.at}")
def test_nothing_is_lost(scenario: Scenario, world: World) -> None:
    scenario.story(world, scenario.at)

    assert world.untrue() == []
