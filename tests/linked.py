"""A school whose teachers are connected to the simulated Zoom, and one hand that moves both clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from pytest_django import Settings

from eduraise.accounts.models import User
from eduraise.core import breaker
from eduraise.core.codes import new_uid
from eduraise.zoom import api, push, silence
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.models import ZoomAccount, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.wanting import want_meeting
from tests.school import School
from tests.zoom_simulator import ZoomSim

SETTINGS = {
    "entry": "waiting_room",
    "has_passcode": True,
    "mutes_on_entry": True,
    "auto_recording": "none",
    "requires_sign_in": False,
}


class LinkedZoom:
    """The simulated Zoom, with shorthands for what tests of meetings say."""

    def __init__(self, school: School, sim: ZoomSim) -> None:
        self.school, self.sim = school, sim
        sim.set_time(school.now)

    @property
    def now(self) -> datetime:
        return self.school.now

    def advance(self, **step: float) -> datetime:
        """Move the product's clock and Zoom's together."""
        self.sim.advance(timedelta(**step))
        return self.school.clock.advance(**step)

    def before_call(self, act: Callable[[object], None]) -> None:
        """Let something happen between the product's decision to call Zoom and the call."""
        through = self.sim.transport

        class First(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                act(request)
                return through.handle_request(request)

        api.install(First())

    def connect(self, teacher: User, *, licence: str = Licence.LICENSED) -> ZoomUser:
        """Link a teacher as the consent page would: her own Zoom user, a live pair."""
        self.sim.user(teacher.email, licence="licensed" if licence == Licence.LICENSED else "basic")
        pair = self.sim.grant(teacher.email)
        with self.sim.client(pair["access_token"]) as client:
            me = client.get("/v2/users/me").json()
        account, _made = ZoomAccount.objects.get_or_create(zoom_account_id=me["account_id"])
        host = ZoomUser.objects.filter(account=account, zoom_user_id=me["id"]).first()
        host = host or ZoomUser(account=account, zoom_user_id=me["id"])
        host.email, host.name, host.licence, host.teacher = me["email"], teacher.name, licence, teacher
        host.state, host.state_since = HostState.CONNECTED, self.now
        host.api_url, host.scopes = self.sim.base_url, pair["scope"].split()
        host.access_token, host.refresh_token = pair["access_token"], pair["refresh_token"]
        host.access_expires_at = self.now + timedelta(seconds=pair["expires_in"])
        host.token_version += 1
        host.save()
        return host

    def want(self, host: ZoomUser, *, held_for: UUID | None = None, **changes: Any) -> ZoomOccurrence:
        """Want a meeting of an hour, tomorrow at ten by Madrid's clocks unless said otherwise."""
        starts_at = changes.pop("starts_at", self.now + timedelta(days=1, hours=1))
        values: dict[str, Any] = {
            "program": self.school.program,
            "topic": "Sets",
            "agenda": "Bring paper",
            "settings": SETTINGS,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=60),
            "zone": "Europe/Madrid",
            "by": None,
        }
        return want_meeting(host=host, held_for=held_for or new_uid(), now=self.now, **(values | changes))

    def push(self, *, at_most: int = 10) -> list[str]:
        """Let the worker run, its clock standing still; what came of each operation, sorted."""
        outcomes: list[str] = []
        for _turn in range(at_most):
            found = +push.push_due(self.now)
            if not found:
                break
            outcomes += found.elements()
        return sorted(outcome for outcome in outcomes if outcome != "not now")

    def numbers(self) -> list[str]:
        """The numbers of the meetings that stand at Zoom."""
        return sorted(str(meeting["id"]) for meeting in self.sim.meetings)

    def states(self) -> list[tuple[str, str]]:
        """All operations, oldest first: kind and state."""
        return list(ZoomOperation.objects.order_by("id").values_list("kind", "state"))


@pytest.fixture
def linked(school: School, zoom_sim: ZoomSim, settings: Settings) -> Iterator[LinkedZoom]:
    """The school, with the simulated Zoom in this process."""
    settings.ZOOM_API_URL = settings.ZOOM_OAUTH_URL = zoom_sim.base_url
    api.install(zoom_sim.transport)
    yield LinkedZoom(school, zoom_sim)
    api.install(None)


def silence_over() -> None:
    """Zoom answers again, and everybody knows."""
    breaker.answered(silence.BREAKER)
