"""The simulated Zoom, for what looks at an installation as a whole."""

from tests.linked import linked
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]
