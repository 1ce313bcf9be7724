"""Tests of classes that go as far as Zoom have the simulated one."""

from tests.linked import linked
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]
