"""The simulated Zoom, the school whose teachers are connected to it, and time that only the run moves."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from eduraise.core import crash
from eduraise.zoom import api
from tests.linked import LinkedZoom, linked
from tests.simulation.storm import Storm, begin
from tests.zoom.test_wholeaccount import configure
from tests.zoom_simulator import ZoomSim, zoom_sim

__all__ = ["linked", "zoom_sim"]


@pytest.fixture
def storms(settings: Settings, db: None) -> Iterator[Callable[[LinkedZoom, int], Storm]]:
    """Begins runs; what they replace of the process comes back afterwards."""
    configure(settings)
    settings.ZOOM_API_URL = settings.ZOOM_OAUTH_URL = ZoomSim.base_url
    settings.BASE_URL = "https://school.test"  # to which Zoom sends teachers back
    before = random.getstate()
    yield begin
    random.setstate(before)
    crash.install()
    api.install(None)


@pytest.fixture
def storm(storms: Callable[[LinkedZoom, int], Storm], linked: LinkedZoom) -> Callable[[int], Storm]:
    """Begins the run of a seed."""
    return lambda seed: storms(linked, seed)
