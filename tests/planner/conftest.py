"""The simulated Zoom and the school whose teachers are connected to it."""

from tests.linked import linked
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]
