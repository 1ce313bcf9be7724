"""One simulator for the whole sweep, a world for each scenario."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from eduraise.core import clock
from eduraise.zoom import api
from tests.school import School
from tests.sweep.processes import free_port
from tests.sweep.world import FileClock, SimulatedZoom, World, database_now_moved


@pytest.fixture(scope="session")
def sweep_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes of the sweep keep what they share."""
    return tmp_path_factory.mktemp("sweep")


@pytest.fixture(scope="session")
def web_port() -> int:
    """Where the web server listens whenever there is one: the simulator sends its webhooks there."""
    return free_port()


@pytest.fixture(scope="session")
def simulated(sweep_folder: Path, web_port: int) -> Iterator[SimulatedZoom]:
    """The simulator, started once."""
    (sweep_folder / "offset").write_text("0", encoding="ascii")
    sim = SimulatedZoom(
        sweep_folder / "zoomsim.sqlite3",
        ZOOMSIM_REDIRECT_URLS=f"http://localhost:{web_port}/zoom/connect/callback/",
        ZOOMSIM_WEBHOOK_URL=f"http://localhost:{web_port}/zoom/webhook/",
        CLOCK_OFFSET_FILE=str(sweep_folder / "offset"),
    )
    sim.start()
    yield sim
    sim.kill()


@pytest.fixture
def world(
    transactional_db: None, settings: Settings, simulated: SimulatedZoom, sweep_folder: Path, web_port: int
) -> Iterator[World]:
    """A school, and Zoom as new."""
    settings.CLOCK_OFFSET_FILE = str(sweep_folder / "offset")
    settings.BASE_URL = f"http://localhost:{web_port}"
    settings.ZOOM_API_URL = settings.ZOOM_OAUTH_URL = simulated.base_url
    settings.MAILERS = settings.MAILERS | {
        "outgoing": {
            "BACKEND": "eduraise.notifications.folder.FolderBackend",
            "OPTIONS": {"file_path": str(sweep_folder / "mail")},
        }
    }
    shutil.rmtree(sweep_folder / "mail", ignore_errors=True)
    api.install(None)
    clock.install(leases=database_now_moved)
    hand = FileClock(sweep_folder / "offset")
    simulated.reset()
    yield World(School(hand), simulated, sweep_folder, web_port)
    clock.install()
