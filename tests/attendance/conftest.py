"""A class of which Zoom tells."""

from __future__ import annotations

import pytest

from tests.attendance.rows import Told
from tests.linked import LinkedZoom, linked
from tests.school import School
from tests.zoom_simulator import zoom_sim

__all__ = ["LinkedZoom", "linked", "zoom_sim"]


@pytest.fixture
def told(school: School) -> Told:
    """Tariq's class at nine; Sana is its student."""
    assert school.sana
    return Told(school)
