"""Zoom tells of a user who was deactivated or is back: her classes are known to be at stake at once."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from eduraise.events.tasks import apply_waiting
from eduraise.zoom import accountlinks, wholeaccount
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.wake import wake_due
from tests.events.test_either_way import knock
from tests.linked import LinkedZoom, linked
from tests.zoom.test_wholeaccount import configure
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def host(linked: LinkedZoom, settings: Settings) -> ZoomUser:
    """Tariq, served by the organisation's account; nothing is due for hours."""
    tariq = linked.school.tariq
    linked.sim.user(tariq.email, licence="licensed")
    configure(settings)
    wholeaccount.account_due(linked.now)
    found = ZoomUser.objects.get(suggested_teacher=tariq)
    host = accountlinks.link(host=found, teacher=tariq, by=linked.school.ada, now=linked.now)
    wake_due(linked.now)
    linked.sim.receiver = knock
    return host


def hear(linked: LinkedZoom) -> None:
    """Zoom's deliveries arrive, and what they ask for is done."""
    linked.advance(minutes=1)
    linked.sim.deliver()
    apply_waiting(linked.now)
    wake_due(linked.now)
    wholeaccount.account_due(linked.now)


def test_a_deactivated_user_is_gone_within_a_minute_and_back_as_soon(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    for status, state in (("inactive", HostState.GONE), ("active", HostState.CONNECTED)):
        linked.sim.user(host.email, status=status)
        hear(linked)
        host.refresh_from_db()
        assert host.state == state


def test_a_licence_that_was_taken_is_known_within_a_minute(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.sim.user(host.email, licence="basic")
    hear(linked)
    host.refresh_from_db()
    assert host.licence == Licence.BASIC
