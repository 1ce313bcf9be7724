"""Where sources about Zoom disagree, what becomes of our classes is the same with both answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from eduraise.core import clock
from eduraise.zoom import tokens
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import ZoomUser
from tests.linked import LinkedZoom
from zoomclient import ConnectionLost, OutcomeUnknown

pytestmark = pytest.mark.django_db


def key(linked: LinkedZoom, host: ZoomUser) -> str:
    return tokens.access_for(host, linked.now).token.reveal()


@pytest.mark.parametrize("mode", ["strict", "grace"])
def test_a_token_lives_on_whether_or_not_the_one_before_it_does(linked: LinkedZoom, mode: str) -> None:
    linked.sim.switch(refresh_mode=mode)
    host = linked.connect(linked.school.tariq)
    seen = set()
    for _ in range(4):
        linked.advance(hours=1)
        seen.add(key(linked, host))
        assert with_zoom(host, linked.now, lambda zoom: zoom.users.me()).email == host.email
    assert len(seen) == 4


@pytest.mark.parametrize(("mode", "state"), [("strict", HostState.LOST), ("grace", HostState.CONNECTED)])
def test_a_lost_answer_to_a_refresh_is_a_lost_connection_only_where_zoom_holds_it_so(
    linked: LinkedZoom, mode: str, state: str
) -> None:
    linked.sim.switch(refresh_mode=mode)
    host = linked.connect(linked.school.tariq)
    linked.advance(hours=1)
    linked.sim.fault("do_then_drop", grant_type="refresh_token")
    with pytest.raises(OutcomeUnknown):
        key(linked, host)
    linked.advance(minutes=2)
    if state == HostState.LOST:
        with pytest.raises(ConnectionLost):
            key(linked, host)
    else:
        assert key(linked, host)
    host.refresh_from_db()
    assert host.state == state


@pytest.mark.parametrize("answer", ["invalid_grant", "invalid_request", "bare", "401"])
def test_a_grant_that_is_gone_is_known_by_each_of_its_answers(linked: LinkedZoom, answer: str) -> None:
    linked.sim.switch(dead_refresh_answer=answer)
    host = linked.connect(linked.school.tariq)
    linked.sim.user(host.email, revoke=True)
    linked.advance(hours=1)
    with pytest.raises(ConnectionLost):
        key(linked, host)
    host.refresh_from_db()
    assert (host.state, bool(host.refresh_token)) == (HostState.LOST, True)


@pytest.mark.parametrize("counts", [True, False])
def test_a_hosts_hundred_is_never_asked_for_more_whether_deletes_count_or_not(
    linked: LinkedZoom, counts: bool
) -> None:
    linked.sim.switch(delete_counts=counts)
    linked.sim.limit(mode="host")
    host = linked.connect(linked.school.tariq)
    for turn in range(90):
        linked.want(host, starts_at=linked.now + timedelta(days=2, hours=turn))
    for _ in range(20):
        linked.push()
    refused = [call for call in linked.sim.calls if call["status"] == 429]
    assert refused == []
    assert len(linked.numbers()) == 85, "fifteen are kept for repairs"


@pytest.mark.parametrize("window", ["fixed", "sliding"])
def test_calls_fit_into_zooms_seconds_wherever_they_begin(linked: LinkedZoom, window: str) -> None:
    linked.sim.switch(rate_window=window)
    linked.sim.limit(mode="on")
    host = linked.connect(linked.school.tariq)
    linked.advance(seconds=1)
    for _ in range(70):
        with_zoom(host, linked.now, lambda zoom: zoom.users.me())
    assert {call["status"] for call in linked.sim.calls if call["operation"] == "user"} == {200}


@pytest.fixture(autouse=True)
def passing(linked: LinkedZoom) -> Iterator[None]:
    """Who waits for a slot lets the time pass, here and at Zoom."""
    clock.install(
        product=linked.school.clock,
        pausing=lambda wait: bool(linked.advance(seconds=wait.total_seconds())),  # type: ignore[arg-type,return-value]
    )
    yield
    clock.install(product=linked.school.clock)
