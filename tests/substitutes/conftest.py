"""A class of tariq's, and people who could take it: all of the simulated Zoom."""

from __future__ import annotations

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message
from eduraise.programs.enums import Preset
from tests.linked import LinkedZoom, linked
from tests.substitutes.scene import schedule
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]


@pytest.fixture
def wim(linked: LinkedZoom) -> User:
    """Teaches in the program too, with a Zoom of her own."""
    wim = linked.school.teacher("wim")
    linked.school.assign(wim, linked.school.program, Preset.TEACHER)
    linked.connect(wim)
    return wim


@pytest.fixture
def olu(linked: LinkedZoom) -> User:
    """Teaches elsewhere, with a Zoom of her own: she may know nothing of this program."""
    linked.connect(linked.school.olu)
    return linked.school.olu


@pytest.fixture
def session(linked: LinkedZoom) -> ClassSession:
    """A class in two days, at Zoom and told; sana attends it."""
    assert linked.school.sana.pk
    linked.connect(linked.school.tariq)
    session = schedule(linked, linked.school.tariq)
    announce_due(linked.now)
    Message.objects.all().delete()
    session.refresh_from_db()
    return session
