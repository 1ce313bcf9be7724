"""A host removes the app at Zoom: her tokens go at once, her classes stay, and nobody else is touched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from eduraise.classes.models import ClassSession
from eduraise.core.models import AuditEntry
from eduraise.events.apply import apply_due
from eduraise.events.models import ZoomEvent
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import Connecting, ZoomUser
from tests.events.booked import ACCOUNT, HOST, Booked, iso
from tests.events.knocking import Zoom
from tests.moving import MovingClock

pytestmark = pytest.mark.django_db
OTHER_HOST = "y2zDzABCDEfg23HiJKl4mO"


@pytest.fixture
def host(booked: Booked) -> ZoomUser:
    """Tariq's Zoom, connected for a day, with a pair, the pair before, and a second try unconfirmed."""
    host = booked.host
    host.access_token, host.refresh_token, host.previous_refresh_token = "access", "refresh", "previous"
    host.token_version, host.state_since = 3, booked.school.now - timedelta(days=1)
    host.save()
    Connecting.objects.create(
        state_hash="s",
        person=booked.school.tariq,
        session_hash="s",
        verifier="v",
        created_at=host.state_since,
        expires_at=booked.school.now,
        spent_at=host.state_since,
        zoom_account_id=ACCOUNT,
        zoom_user_id=HOST,
        access_token="pending access",
        refresh_token="pending refresh",
    )
    return host


def removed(at: datetime, **said: Any) -> dict[str, Any]:
    """app_deauthorized, as Zoom's page shows it."""
    payload = {
        "account_id": ACCOUNT,
        "user_id": HOST,
        "signature": "827edc34",
        "deauthorization_time": iso(at),
        "client_id": "sim-client",
        "event_ts": f"{at:%Y-%m-%d %H:%M:%S}",
    }
    return {"event": "app_deauthorized", "payload": payload | said}


def tokens() -> list[str | None]:
    row = ZoomUser.objects.get(zoom_user_id=HOST)
    pending = Connecting.objects.get()
    return [
        row.access_token,
        row.refresh_token,
        row.previous_refresh_token,
        pending.access_token,
        pending.refresh_token,
    ]


def stands() -> tuple[str, str]:
    row = ZoomUser.objects.get(zoom_user_id=HOST)
    return row.state, row.state_reason


def test_tokens_are_erased_and_the_connection_is_lost(
    zoom: Zoom, booked: Booked, host: ZoomUser, moving: MovingClock
) -> None:
    olus = booked.connect(booked.school.olu, OTHER_HOST)
    ZoomUser.objects.filter(pk=olus.pk).update(state_since=host.state_since)

    assert zoom.tells(removed(moving())).status_code == 200
    apply_due(moving())

    assert tokens() == [None] * 5
    assert stands() == (HostState.LOST, "removed_at_zoom")
    assert ZoomUser.objects.get(pk=olus.pk).state == HostState.CONNECTED
    assert ClassSession.objects.get().cancelled_at is None
    assert ZoomUser.objects.get(pk=host.pk).teacher == booked.school.tariq


def test_told_twice_and_once_more_it_is_done_once(zoom: Zoom, host: ZoomUser, moving: MovingClock) -> None:
    at = moving()
    zoom.tells(removed(at))
    apply_due(moving())
    moving.advance(minutes=5)
    zoom.tells(removed(at))
    zoom.tells(removed(at, event_ts="2026-03-02 08:00:01"))
    apply_due(moving())

    assert AuditEntry.objects.filter(verb="zoom.removed_at_zoom").count() == 1
    assert ZoomUser.objects.get(pk=host.pk).token_version == 4
    assert ZoomUser.objects.get(pk=host.pk).state_since == at


def test_whoever_connected_again_since_keeps_the_new_grant(
    zoom: Zoom, host: ZoomUser, moving: MovingClock
) -> None:
    zoom.tells(removed(host.state_since - timedelta(hours=1)))
    apply_due(moving())

    row = ZoomUser.objects.get(pk=host.pk)
    assert (row.access_token, row.state) == ("access", HostState.CONNECTED)
    assert row.wake_at == moving()


@pytest.mark.parametrize(
    "claim", [{"client_id": "another-app"}, {"client_id": None}, {"account_id": "OTHER"}, {"user_id": "none"}]
)
def test_of_another_app_account_or_user_nothing_is_erased(
    zoom: Zoom, host: ZoomUser, moving: MovingClock, claim: dict[str, Any]
) -> None:
    zoom.tells(removed(moving(), **claim))
    apply_due(moving())

    assert tokens()[:3] == ["access", "refresh", "previous"]
    assert stands()[0] == HostState.CONNECTED


def test_a_forged_one_is_refused(zoom: Zoom, host: ZoomUser, moving: MovingClock) -> None:
    assert zoom.tells(removed(moving()), secret="guessed").status_code == 401

    assert not ZoomEvent.objects.exists()
    assert stands()[0] == HostState.CONNECTED


def test_tokens_kept_of_a_connection_that_was_lost_before_go_too(
    zoom: Zoom, host: ZoomUser, moving: MovingClock
) -> None:
    ZoomUser.objects.update(state=HostState.LOST, state_reason="invalid_grant", state_since=moving())
    zoom.tells(removed(moving() - timedelta(minutes=10)))
    apply_due(moving())

    assert tokens() == [None] * 5
    assert stands() == (HostState.LOST, "invalid_grant")
