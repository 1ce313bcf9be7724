"""Teachers' connections as they stand here, held against what Zoom would say of their tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eduraise.notifications.models import Message
from eduraise.zoom.enums import HostState
from eduraise.zoom.losing import LOST
from eduraise.zoom.models import ZoomUser
from zoomsim.oauth import grants

if TYPE_CHECKING:
    from tests.simulation.people import People
    from tests.simulation.witness import Witness
    from tests.zoom_simulator import ZoomSim

# After how many lost answers Zoom takes the kept pair no more
ENDS_AFTER = {"strict": 1, "grace": 2}


def lost_without_need(sim: ZoomSim, witness: Witness, people: People) -> Iterator[str]:
    """A connection is lost only when Zoom takes its pair no more, which takes lost answers, or a consent
    whose pair was lost."""
    for host in _lost():
        mode = sim.control("GET", "switches")["refresh_mode"]
        token = host.refresh_token or ""
        if _lives(sim, token):
            yield f"{host} is held to be lost, and Zoom takes its pair"
        elif host.email not in people.agreed and witness.unanswered(token) < ENDS_AFTER[mode]:
            yield f"{host} was lost after {witness.unanswered(token)} lost answers, under {mode} rules"


def untold() -> Iterator[str]:
    """The teacher of a lost connection was told of it."""
    for host in _lost():
        since = Message.objects.filter(
            person=host.teacher, kind=LOST, thing_uid=host.uid, created_at__gte=host.state_since
        )
        if not since.exists():
            yield f"{host} was lost at {host.state_since}, and nobody told its teacher"


def links_work(sim: ZoomSim) -> Iterator[str]:
    """At rest each teacher's connection is one that Zoom takes."""
    for host in ZoomUser.objects.filter(teacher__isnull=False):
        if not host.is_usable:
            yield f"{host} is {host.state}"
        elif not host.by_account and not _lives(sim, host.refresh_token or ""):
            yield f"{host} is held to be connected, and Zoom takes its pair no more"


def _lost() -> list[ZoomUser]:
    rows = ZoomUser.objects.filter(teacher__isnull=False, state=HostState.LOST)
    return list(rows.select_related("teacher"))


def _lives(sim: ZoomSim, token: str) -> bool:
    with sim.sim.turn():
        found = grants.find_token(sim.sim, token, "refresh")
        return found is not None and grants.may_be_spent(sim.sim, *found)
