"""Zoom as it knocks at our door."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.events.booked import Booked
from tests.events.knocking import Zoom
from tests.moving import MovingClock
from tests.school import School


@pytest.fixture
def zoom(client: Client, moving: MovingClock) -> Zoom:
    """Zoom, signing with the secret that the suite's environment names."""
    return Zoom(client, moving)


@pytest.fixture
def booked(school: School) -> Booked:
    """Tariq's Zoom, with a class at 09:00 UTC under the number 1234567890."""
    return Booked(school)
