"""Recordings as they come: a class that was held and recorded at the simulated Zoom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.linked import LinkedZoom, linked
from tests.recordings.recorded import Recorded
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]


@pytest.fixture
def media_folder(tmp_path: Path, settings: Any) -> Path:
    """Where copies lie."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "recordings"


@pytest.fixture
def held(linked: LinkedZoom, media_folder: Path) -> Recorded:
    """Tariq's class, recorded to the cloud; its recording will be ready in ten minutes."""
    return Recorded(linked)
