"""In whatever zone classes are held, Zoom holds them at the instants that were meant: a zone that it doesn't
list is sent as another with the same clocks, or in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduraise.zoom import api
from eduraise.zoom.models import ZoomOccurrence, ZoomUser
from eduraise.zoom.sentzones import is_held, zone_for
from eduraise.zoom.series import Rule
from tests.linked import LinkedZoom
from tests.zoom.test_series import book
from tests.zoom_simulator import each_answer
from zoomclient.zones import LISTED
from zoomsim.meetings import zones as sim_zones

pytestmark = pytest.mark.django_db
UNLISTED = ("America/Asuncion", "Australia/Lord_Howe", "Africa/Lagos", "Pacific/Chatham", "Asia/Katmandu")
ALL = ("Europe/London", "America/New_York", "Africa/Casablanca", "Asia/Kathmandu", *UNLISTED)
TEN = time(10)


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def weekly(zone: str, first_on: date, number: int, hour: time = TEN) -> list[datetime]:
    place = ZoneInfo(zone)
    days = (first_on + timedelta(weeks=turn) for turn in range(number))
    return [datetime.combine(on, hour, place).astimezone(UTC) for on in days]


def dates(linked: LinkedZoom) -> list[datetime]:
    """When Zoom holds its one meeting, in its own words."""
    [meeting] = linked.sim.meetings
    token = linked.sim.grant(linked.school.tariq.email)["access_token"]
    with linked.sim.client(token) as client:
        answer = client.get(
            f"/v2/meetings/{meeting['id']}", params={"show_previous_occurrences": "true"}
        ).json()
    held = [one for one in answer.get("occurrences", [answer]) if one["status"] in ("available", "waiting")]
    return sorted(datetime.fromisoformat(one["start_time"]) for one in held)


def test_client_and_simulator_name_the_same_zones() -> None:
    assert LISTED == sim_zones.LISTED


@given(
    st.sampled_from(ALL),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.integers(1, 50),
    st.times().map(lambda at: time(at.hour, at.minute)),
)
def test_the_zone_that_is_sent_is_listed_and_says_the_same(
    zone: str, first_on: date, number: int, hour: time
) -> None:
    instants = weekly(zone, first_on, number, hour)
    sent = zone_for(zone, instants)
    assert sent in LISTED
    if is_held(zone, instants):
        said = [datetime.combine(first_on, hour, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(sent))]
        one_hour = {instant.astimezone(ZoneInfo(sent)).time() for instant in instants}
        # an hour that clocks skip comes out later that day in both
        own = {instant.astimezone(ZoneInfo(zone)).time() for instant in instants}
        assert len(one_hour) == len(own)
        assert said[0].tzinfo == ZoneInfo(sent)


def test_a_listed_zone_is_sent_as_it_is_and_another_by_its_likest() -> None:
    term = {zone: weekly(zone, date(2026, 12, 3), 40) for zone in (*ALL, "Europe/Kyiv")}
    sent = {zone: zone_for(zone, instants) for zone, instants in term.items()}
    assert sent["Europe/London"] == "Europe/London"
    assert sent["Europe/Kyiv"] == "Europe/Kiev"
    assert sent["Asia/Katmandu"] == "Asia/Kathmandu"
    assert sent["Africa/Lagos"].startswith("Africa/")
    assert (sent["Australia/Lord_Howe"], is_held("Australia/Lord_Howe", term["Australia/Lord_Howe"])) == (
        "UTC",
        False,
    )
    winter = term["Australia/Lord_Howe"][:8]
    assert is_held("Australia/Lord_Howe", winter)


@pytest.mark.parametrize(("switch", "answer"), each_answer("unlisted_zones"))
@pytest.mark.parametrize("zone", UNLISTED)
def test_a_single_class_is_at_its_instant_whatever_zoom_does_with_its_zone(
    linked: LinkedZoom, host: ZoomUser, zone: str, switch: str, answer: str
) -> None:
    linked.sim.switch(**{switch: answer})
    starts_at = weekly(zone, linked.now.date() + timedelta(days=3), 1)[0]
    occurrence = linked.want(host, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), zone=zone)
    linked.push()
    occurrence.refresh_from_db()
    assert occurrence.zoom_starts_at == starts_at
    assert dates(linked) == [starts_at]


@pytest.mark.parametrize("hour", [time(0, 10), TEN, time(23, 50)])
@pytest.mark.parametrize("zone", ALL)
def test_a_series_keeps_its_hour_through_every_clock_change_of_its_dates(
    linked: LinkedZoom, host: ZoomUser, zone: str, hour: time
) -> None:
    """Where no wall clock that Zoom knows holds it, its dates are put right one by one."""
    instants = weekly(zone, linked.now.date() + timedelta(days=8), 40, hour)
    rule = Rule(first=instants[0], zone=zone, every_weeks=1, minutes=60, times=40)
    assert rule.instants() == instants
    book(linked, host, rule)
    for _turn in range(4):
        linked.push(at_most=60)
        linked.advance(hours=26)  # the day's calls may be spent
    assert dates(linked) == instants
    stored = ZoomOccurrence.objects.filter(wanted_starts_at__gt=linked.now)
    assert all(row.zoom_starts_at == row.wanted_starts_at for row in stored)


def test_a_time_that_zoom_reads_by_other_rules_is_sent_again_in_utc(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    """A Zoom whose zone database is older takes 10:00 there for another instant."""
    through = linked.sim.transport

    class Behind(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            body = request.read()
            if request.method in ("POST", "PATCH") and b'"timezone":"Europe/Madrid"' in body:
                shifted = body.replace(b"T10:00:00", b"T11:00:00")
                request = httpx.Request(request.method, request.url, headers=request.headers, content=shifted)
            return through.handle_request(request)

    api.install(Behind())
    starts_at = weekly("Europe/Madrid", linked.now.date() + timedelta(days=3), 1)[0]
    occurrence = linked.want(host, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    linked.push()
    linked.advance(minutes=1)
    linked.push()
    occurrence.refresh_from_db()
    assert occurrence.zoom_starts_at == starts_at
    assert dates(linked) == [starts_at]
