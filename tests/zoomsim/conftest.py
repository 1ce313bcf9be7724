"""Fixtures of the simulator's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from tests.zoom_simulator import ZoomSim, zoom_server, zoom_sim

__all__ = ["zoom_server", "zoom_sim"]

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TARIQ = "teacher@demo.example"


@pytest.fixture
def zoom(zoom_sim: ZoomSim) -> ZoomSim:
    """A simulated Zoom that stands still on a Monday morning."""
    zoom_sim.set_time(MONDAY)
    return zoom_sim


@pytest.fixture
def tariq(zoom: ZoomSim) -> Iterator[httpx.Client]:
    """Calls of the app in the name of a licensed teacher."""
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        yield client


@pytest.fixture
def account(zoom: ZoomSim) -> Iterator[httpx.Client]:
    """Calls of the account's own app (server-to-server)."""
    with zoom.client() as client:
        answer = client.post(
            "/oauth/token",
            data={"grant_type": "account_credentials", "account_id": "sim-account"},
            auth=("sim-s2s-client", "sim-s2s-secret"),
        )
    with zoom.client(answer.json()["access_token"]) as client:
        yield client
