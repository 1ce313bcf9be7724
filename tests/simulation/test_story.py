"""A run can be repeated: its seed alone decides what happens, and one that fails says how."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction

from tests.linked import LinkedZoom
from tests.moving import MovingClock
from tests.school import School
from tests.simulation.storm import Storm, Untrue
from tests.simulation.story import command, seeds
from tests.zoom_simulator import ZoomSim

BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_without_a_wish_twenty_five_seeds_are_run() -> None:
    assert seeds({}) == range(1, 26)


@pytest.mark.parametrize(
    ("database", "through"),
    [
        ("sqlite:////tmp/school.sqlite3", ""),
        ("postgresql://postgres@/eduraise?host=/tmp/pg", "scripts/postgres "),
    ],
)
def test_the_command_runs_that_seed_alone_on_the_same_kind_of_database(database: str, through: str) -> None:
    said = command(4711, {"TEST_DATABASE_URL": database})

    assert said == (
        f"SIMULATION_FIRST=4711 SIMULATION_SEEDS=1 {through}"
        ".venv/bin/pytest -n 0 tests/simulation/test_seeds.py"
    )
    asked = dict(word.split("=", 1) for word in said.split() if word.startswith("SIMULATION_"))
    assert seeds(asked) == range(4711, 4712)


def test_a_run_that_fails_tells_its_story_and_the_command(storm: Callable[[int], Storm]) -> None:
    run = storm(7)

    def breaks() -> str:
        run.witness.seen.append("the sky fell")
        return "boom"

    run.acts = [(1, breaks)]
    with pytest.raises(Untrue, match="the sky fell") as failed:
        run.run(3)
    [note] = failed.value.__notes__
    assert note.splitlines() == [
        "What happened, with seed 7:",
        "08:00:00 breaks boom",
        "Run it again with:",
        command(7),
    ]


def test_one_seed_is_one_story(storms: Callable[[LinkedZoom, int], Storm], moving: MovingClock) -> None:
    stories = []
    for _time in range(2):
        before = transaction.savepoint_create()
        moving.set(BEGIN)
        sim = ZoomSim()
        run = storms(LinkedZoom(School(moving), sim), 1)
        run.run(40)
        calls = [f"{call['at']} {call['operation']} {call['status']}" for call in sim.calls]
        stories.append([*run.trace, *calls])
        sim.close()
        transaction.savepoint_rollback(before)
    assert stories[0] == stories[1]
