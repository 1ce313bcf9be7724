"""Which seeds are run, and how one that failed is told and run again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

FIRST, MANY = "SIMULATION_FIRST", "SIMULATION_SEEDS"


def seeds(environment: Mapping[str, str] = os.environ) -> range:
    """The seeds that the environment asks for: 1 to 25 unless it says otherwise."""
    first = int(environment.get(FIRST, "1"))
    return range(first, first + int(environment.get(MANY, "25")))


def command(seed: int, environment: Mapping[str, str] = os.environ) -> str:
    """What runs one seed again, on the same kind of database."""
    is_postgres = environment.get("TEST_DATABASE_URL", "").startswith("postgres")
    through = "scripts/postgres " if is_postgres else ""
    return f"{FIRST}={seed} {MANY}=1 {through}.venv/bin/pytest -n 0 tests/simulation/test_seeds.py"


def told(seed: int, trace: Sequence[str], environment: Mapping[str, str] = os.environ) -> str:
    """The story of a run, and how to run it again."""
    return "\n".join(
        [f"What happened, with seed {seed}:", *trace, "Run it again with:", command(seed, environment)]
    )
