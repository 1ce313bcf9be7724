"""An account's calls are spaced by Zoom's rates, for all its hosts together, and its word is obeyed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from eduraise.core import clock
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import Plan
from eduraise.zoom.models import RateWindow, ZoomAccount, ZoomUser
from eduraise.zoom.slots import LONGEST_WAIT
from tests.linked import LinkedZoom
from zoomclient import NotSent, RateLimited

pytestmark = pytest.mark.django_db

# https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-23
PRO_LIGHT, FREE_LIGHT, FREE_LIGHT_A_DAY = 30, 4, 6_000


@pytest.fixture
def passing(linked: LinkedZoom) -> Iterator[LinkedZoom]:
    """Who waits for a slot lets the time pass, here and at Zoom."""
    clock.install(
        product=linked.school.clock, pausing=lambda wait: bool(linked.advance(seconds=wait.total_seconds()))
    )
    linked.sim.limit(mode="on")
    yield linked
    clock.install(product=linked.school.clock)


def ask(zoom: LinkedZoom, host: ZoomUser) -> None:
    with_zoom(host, zoom.now, lambda client: client.users.me())


def test_calls_are_spaced_so_that_zoom_refuses_none(passing: LinkedZoom) -> None:
    hosts = [passing.connect(passing.school.tariq), passing.connect(passing.school.tove)]
    passing.advance(seconds=1)  # connecting called Zoom, too
    left_at = []
    for number in range(3 * PRO_LIGHT):
        ask(passing, hosts[number % 2])
        left_at.append(passing.now)
    assert [call["status"] for call in passing.sim.calls if call["operation"] == "user"][-90:] == [200] * 90
    gaps = {later - earlier for earlier, later in pairwise(left_at)}
    assert min(gaps) >= timedelta(seconds=1 / PRO_LIGHT)
    # at least 95 % of what Zoom allows
    assert left_at[-1] - left_at[0] <= timedelta(seconds=3 / 0.95)


def test_whoever_would_wait_too_long_takes_no_slot_and_learns_when(linked: LinkedZoom) -> None:
    host = linked.connect(linked.school.tariq)
    told = []
    for _ in range(4 * PRO_LIGHT):
        try:
            ask(linked, host)
        except NotSent as problem:
            told.append(problem.retry_at)
    assert 1.9 * PRO_LIGHT <= linked.sim.called("user") - 2 <= 2.1 * PRO_LIGHT
    assert len(set(told)) == 1, "asking in vain must not put off who comes later"
    assert told[0]
    assert LONGEST_WAIT < told[0] - linked.now < LONGEST_WAIT + timedelta(seconds=0.1)


def test_a_free_accounts_day_is_counted(passing: LinkedZoom) -> None:
    host = passing.connect(passing.school.tariq)
    ZoomAccount.objects.update(plan=Plan.FREE)
    ask(passing, host)
    RateWindow.objects.update(day_used=FREE_LIGHT_A_DAY)
    with pytest.raises(NotSent) as refused:
        ask(passing, host)
    tomorrow = datetime.combine(passing.now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    assert refused.value.retry_at == tomorrow
    passing.advance(seconds=(tomorrow - passing.now).total_seconds())
    host.refresh_from_db()
    ask(passing, host)
    assert [row.day_used for row in RateWindow.objects.filter(label="light")] == [1]


def test_a_limit_that_zoom_names_holds_for_every_host_of_the_account(linked: LinkedZoom) -> None:
    tariq, tove = linked.connect(linked.school.tariq), linked.connect(linked.school.tove)
    before = linked.sim.called("user")
    body = {
        "code": 429,
        "message": "You have reached the maximum daily rate limit for this API. Refer to the response"
        " header for details on when you can make another request.",
    }
    again_at = linked.now + timedelta(hours=3)
    headers = {"Retry-After": f"{again_at:%Y-%m-%dT%H:%M:%SZ}", "X-RateLimit-Type": "Daily-limit"}
    linked.sim.fault("status", operation="user", status=429, body=body, headers=headers)
    with pytest.raises(RateLimited):
        ask(linked, tariq)
    with pytest.raises(NotSent) as refused:
        ask(linked, tove)
    assert refused.value.retry_at == again_at.replace(microsecond=0)
    assert linked.sim.called("user") == before + 1
    linked.advance(hours=3, seconds=1)
    ask(linked, tove)


def test_a_registrants_spent_day_holds_nobody_else_up(linked: LinkedZoom) -> None:
    host = linked.connect(linked.school.tariq)
    words = "You have exceeded the daily rate limit (3) of Add Registrant API requests for the registrant."
    linked.sim.fault("status", operation="user", status=429, body={"code": 429, "message": words})
    with pytest.raises(RateLimited):
        ask(linked, host)
    ask(linked, host)


def test_a_clock_that_was_set_back_holds_nothing_up(linked: LinkedZoom) -> None:
    host = linked.connect(linked.school.tariq)
    ask(linked, host)
    RateWindow.objects.update(next_free_at=linked.now + timedelta(days=30))
    ask(linked, host)


def test_each_plan_has_its_own_rate(passing: LinkedZoom) -> None:
    host = passing.connect(passing.school.tariq)
    passing.sim.limit(plan="free")
    ZoomAccount.objects.update(plan=Plan.FREE)
    began_at = passing.advance(seconds=1)
    for _ in range(2 * FREE_LIGHT + 1):
        ask(passing, host)
    assert timedelta(seconds=2) <= passing.now - began_at <= timedelta(seconds=2 / 0.95)
