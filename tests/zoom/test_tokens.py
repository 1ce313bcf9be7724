"""Zoom replaces a pair with each refresh; none is ever lost that need not be, and none is spent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.core import clock
from eduraise.zoom import tokens
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import ZoomUser
from tests.linked import LinkedZoom
from tests.school import School
from zoomclient import ConnectionLost, NotSent, OutcomeUnknown, RateLimited


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


def refreshes(linked: LinkedZoom) -> int:
    return linked.sim.called("oauthToken")


def test_a_good_token_is_used_as_it_is(linked: LinkedZoom, host: ZoomUser) -> None:
    assert tokens.access_for(host, linked.now).token.reveal() == host.access_token
    assert ZoomUser.objects.get().token_version == 1


def test_a_token_with_less_than_five_minutes_is_refreshed_and_kept(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    linked.advance(minutes=56)

    token = tokens.access_for(host, linked.now).token

    row = ZoomUser.objects.get()
    assert (row.access_token, row.token_version, row.spends) == (token.reveal(), 2, 0)
    assert row.previous_refresh_token == host.refresh_token
    assert row.refresh_token != host.refresh_token
    with linked.sim.client(token.reveal()) as client:
        assert client.get("/v2/users/me").status_code == 200


def test_a_grant_that_is_gone_is_told_at_once_and_nothing_is_deleted(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    linked.sim.user(host.email, revoke=True)
    linked.advance(hours=2)

    with pytest.raises(ConnectionLost):
        tokens.access_for(host, linked.now)

    row = ZoomUser.objects.get()
    assert (row.state, row.refresh_token) == (HostState.LOST, host.refresh_token)


def test_after_the_loss_zoom_is_not_asked_again(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.sim.user(host.email, revoke=True)
    linked.advance(hours=2)
    for _try in range(3):
        with pytest.raises(ConnectionLost):
            tokens.access_for(host, linked.now)

    assert refreshes(linked) == 1


def test_a_refresh_that_never_left_costs_nothing(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.advance(hours=2)
    linked.sim.fault("drop_before", grant_type="refresh_token")

    with pytest.raises((OutcomeUnknown, NotSent)):
        tokens.access_for(host, linked.now)
    linked.advance(seconds=5)

    assert tokens.access_for(host, linked.now)
    assert ZoomUser.objects.get().state == HostState.CONNECTED


def test_silence_is_answered_with_growing_pauses(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.advance(hours=2)
    linked.sim.fault("drop_before", times=None, grant_type="refresh_token")
    waits = []
    for _try in range(5):
        with pytest.raises((OutcomeUnknown, NotSent)):
            tokens.access_for(ZoomUser.objects.get(), linked.now)
        row = ZoomUser.objects.get()
        assert row.refresh_not_before is not None
        waits.append(row.refresh_not_before - linked.now)
        linked.advance(seconds=waits[-1].total_seconds())

    assert (
        waits
        == [timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5)] + [timedelta(minutes=15)] * 2
    )
    assert ZoomUser.objects.get().state == HostState.CONNECTED


def test_zoom_is_asked_for_a_token_again_only_when_it_said_so(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.advance(hours=2)
    wait = {"Retry-After": "90"}
    linked.sim.fault("status", status=429, headers=wait, grant_type="refresh_token")
    with pytest.raises(RateLimited):
        tokens.access_for(host, linked.now)

    assert ZoomUser.objects.get().refresh_not_before == linked.now + timedelta(seconds=90)
    linked.advance(seconds=90)
    assert tokens.access_for(host, linked.now)


def test_a_process_that_was_stopped_still_brings_its_pair_home(linked: LinkedZoom, host: ZoomUser) -> None:
    from eduraise.zoom import api
    from zoomclient import Secret

    linked.advance(hours=2)
    with api.oauth() as oauth:
        pair = oauth.refresh(Secret(host.refresh_token))  # the stopped process has spent the pair
    with pytest.raises(ConnectionLost):
        tokens.access_for(host, linked.now)  # its successor is told that the pair is dead
    assert ZoomUser.objects.get().state == HostState.LOST

    assert tokens.store_pair(host, pair, version=1, now=linked.now)
    row = ZoomUser.objects.get()
    assert (row.state, row.access_token) == (HostState.CONNECTED, pair.access.reveal())


def test_an_older_pair_never_replaces_a_newer_one(linked: LinkedZoom, host: ZoomUser) -> None:
    from eduraise.zoom import api
    from zoomclient import Secret

    linked.advance(hours=2)
    with api.oauth() as oauth:
        older = oauth.refresh(Secret(host.refresh_token))
        newer = oauth.refresh(older.refresh or Secret(""))
    assert tokens.store_pair(host, newer, version=1, now=linked.now)

    assert not tokens.store_pair(host, older, version=1, now=linked.now)
    assert ZoomUser.objects.get().access_token == newer.access.reveal()


def test_while_another_process_refreshes_its_answer_is_awaited(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.advance(hours=2)
    ZoomUser.objects.update(lease_until=clock.lease_now() + timedelta(seconds=30))
    waited: list[timedelta] = []
    clock.install(product=linked.school.clock, pausing=waited.append)

    with pytest.raises(NotSent):
        tokens.access_for(host, linked.now)
    assert refreshes(linked) == 0
    assert sum(waited, timedelta()) == timedelta(seconds=5)
