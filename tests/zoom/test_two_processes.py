"""Two processes want one rotating token at the same moment, again and again: no refresh token is spent twice,
and no caller goes without.

TOKEN_TIMES says how often (50); `.ci/run` wants it 200 times, on both databases.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pytest_django import Settings

from eduraise.core import clock
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.models import ZoomAccount, ZoomUser
from tests.sweep.processes import environment
from tests.zoom_simulator import ZoomServer, zoom_server

__all__ = ["zoom_server"]
pytestmark = pytest.mark.django_db(transaction=True)
TIMES = int(os.environ.get("TOKEN_TIMES", "50"))
TEACHER = "teacher@demo.example"


@pytest.fixture
def host(zoom_server: ZoomServer, settings: Settings, tmp_path: Path) -> ZoomUser:
    """A host with a pair of the running simulator's."""
    offset = tmp_path / "offset"
    offset.write_text("0", encoding="ascii")
    settings.ZOOM_API_URL = settings.ZOOM_OAUTH_URL = zoom_server.base_url
    settings.CLOCK_OFFSET_FILE = str(offset)
    clock.install()
    pair = zoom_server.control("POST", "grants", email=TEACHER)
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}
    me = httpx.get(f"{zoom_server.base_url}/v2/users/me", headers=bearer, trust_env=False).json()
    account = ZoomAccount.objects.create(zoom_account_id=me["account_id"])
    return ZoomUser.objects.create(
        account=account,
        zoom_user_id=me["id"],
        email=TEACHER,
        licence=Licence.LICENSED,
        state=HostState.CONNECTED,
        state_since=datetime.now(UTC),
        api_url=zoom_server.base_url,
        scopes=pair["scope"].split(),
        access_token=pair["access_token"],
        access_expires_at=datetime.now(UTC),
        refresh_token=pair["refresh_token"],
        token_version=1,
    )


class Taker:
    """One of the two."""

    def __init__(self, host: ZoomUser, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.zoom.token_taker", str(host.pk)],
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def say(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("now\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def refreshes(zoom_server: ZoomServer) -> list[int]:
    """What the simulator answered to each refresh."""
    calls = zoom_server.control("GET", "log", operation="oauthToken")["calls"]
    return [call["status"] for call in calls]


def test_two_processes_that_want_one_token_spend_each_pair_once(
    host: ZoomUser, zoom_server: ZoomServer, tmp_path: Path
) -> None:
    takers = [Taker(host, tmp_path), Taker(host, tmp_path)]
    try:
        taken = []
        for _ in range(TIMES):
            for taker in takers:
                taker.say()
            heard = {taker.hear() for taker in takers}
            taken.append(heard)
            ZoomUser.objects.filter(pk=host.pk).update(
                access_expires_at=datetime.now(UTC) - timedelta(minutes=1)
            )
    finally:
        for taker in takers:
            taker.end()

    assert [heard for heard in taken if len(heard) != 1 or "none" in str(heard)] == []
    assert len(set.union(*taken)) == TIMES, "each time it was another token, the same for both"
    assert refreshes(zoom_server) == [200] * TIMES
    host.refresh_from_db()
    assert (host.state, host.token_version) == (HostState.CONNECTED, TIMES + 1)
