"""Fixtures of the link with Zoom."""

from tests.linked import linked
from tests.zoom_simulator import zoom_server, zoom_sim

__all__ = ["linked", "zoom_server", "zoom_sim"]
