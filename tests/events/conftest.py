"""Zoom as it knocks at our door."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.events.knocking import Zoom
from tests.moving import MovingClock


@pytest.fixture
def zoom(client: Client, moving: MovingClock) -> Zoom:
    """Zoom, signing with the secret that the suite's environment names."""
    return Zoom(client, moving)
