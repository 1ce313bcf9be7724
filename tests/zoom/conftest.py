"""Fixtures of the link with Zoom."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.linked import LinkedZoom, linked
from tests.zoom_simulator import zoom_server, zoom_sim

__all__ = ["linked", "zoom_server", "zoom_sim"]


@pytest.fixture
def site(linked: LinkedZoom, settings: Settings) -> LinkedZoom:
    """The site under the address that the pretend Zoom sends people back to."""
    settings.BASE_URL = "https://school.test"
    return linked
