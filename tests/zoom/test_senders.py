"""Several operations at a time: none twice, those of one meeting in order; one that breaks stops no other."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import httpx
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from eduraise.core import breaker, clock
from eduraise.zoom import api, silence
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.quota import take_of_day
from eduraise.zoom.rates import AccountLimiter
from eduraise.zoom.senders import Senders
from eduraise.zoom.wanting import want_change
from tests.at_once import at_once
from tests.linked import SETTINGS, LinkedZoom, silence_over
from tests.school import School
from zoomclient import Call, NotSent, RateLimited
from zoomclient.operations import GET_MEETING

PATIENCE_SECONDS = 20
PRO_LIGHT = 30


class Recorder:
    """Carries nothing; notes what was under way when. Keys of one meeting share their tens."""

    def __init__(self, together: int = 1) -> None:
        self.began: list[int] = []
        self.under_way: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._all_here = threading.Barrier(together)

    def carry(self, key: int) -> str:
        with self._lock:
            self.began.append(key)
            self.under_way[key // 10] += 1
            self.most[key // 10] = max(self.most[key // 10], self.under_way[key // 10])
        if self._all_here.parties > 1:
            self._all_here.wait(PATIENCE_SECONDS)
        with self._lock:
            self.under_way[key // 10] -= 1
        return "done"


def test_as_many_go_at_a_time_as_may() -> None:
    # each waits until all four are under way
    recorder = Recorder(together=4)
    with Senders(recorder.carry, 4) as senders:
        for key in (10, 20, 30, 40):
            senders.give(key, key // 10)

    assert senders.outcomes == {"done": 4}


def test_what_is_of_one_meeting_goes_in_order_one_after_the_other() -> None:
    recorder = Recorder()
    keys = [meeting * 10 + number for number in range(8) for meeting in range(1, 7)]
    with Senders(recorder.carry, 5) as senders:
        for key in keys:
            senders.give(key, key // 10)

    assert sorted(recorder.began) == sorted(keys)
    assert set(recorder.most.values()) == {1}
    for meeting in range(1, 7):
        of_meeting = [key for key in recorder.began if key // 10 == meeting]
        assert of_meeting == sorted(of_meeting)


def test_one_that_breaks_stops_neither_its_sender_nor_the_next_of_its_meeting() -> None:
    def carry(key: int) -> str:
        if key == 10:
            raise RuntimeError("of this one")
        return "done"

    with Senders(carry, 2) as senders:
        for key in (10, 11, 20, 30, 40):
            senders.give(key, key // 10)

    assert senders.outcomes == {"broken": 1, "done": 4}


def test_one_sender_is_the_caller_itself() -> None:
    threads = set[threading.Thread]()

    def carry(key: int) -> str:
        threads.add(threading.current_thread())
        return "done"

    with Senders(carry, 1) as senders:
        senders.give(10, 1)
        senders.give(20, 2)

    assert threads == {threading.current_thread()}


@pytest.fixture
def busy(transactional_db: None, linked: LinkedZoom, settings: Settings) -> Iterator[LinkedZoom]:
    """Eight senders; what is wanted waits for the worker."""
    settings.ZOOM_SENDERS = 8
    for _ in range(2):
        breaker.failed(silence.BREAKER, linked.now)
    yield linked
    connection.close()


def hosts_of(zoom: LinkedZoom, count: int) -> list[ZoomUser]:
    return [zoom.connect(zoom.school.teacher(f"teacher{number}")) for number in range(count)]


def want_many(zoom: LinkedZoom, count: int = 24) -> list[ZoomOccurrence]:
    """So many meetings, of three hosts."""
    hosts = hosts_of(zoom, 3)
    return [
        zoom.want(hosts[number % 3], starts_at=zoom.now + timedelta(days=2, hours=number))
        for number in range(count)
    ]


def test_many_meetings_are_made_once_each(busy: LinkedZoom) -> None:
    want_many(busy)
    silence_over()

    assert busy.push() == ["done"] * 24
    assert busy.sim.called("meetingCreate") == 24
    assert busy.numbers() == sorted(ZoomMeeting.objects.values_list("meeting_number", flat=True))


def test_calls_to_zoom_are_out_at_the_same_time(busy: LinkedZoom) -> None:
    all_out = threading.Barrier(8)
    busy.before_call(lambda _request: all_out.wait(PATIENCE_SECONDS))
    want_many(busy)
    silence_over()

    assert busy.push() == ["done"] * 24


def test_changes_go_beside_each_other_and_none_is_lost(
    busy: LinkedZoom,
) -> None:
    wanted = want_many(busy, 6)
    silence_over()
    busy.push()
    for number, occurrence in enumerate(wanted):
        meanwhile = ZoomOccurrence.objects.select_related("meeting__host").get(pk=occurrence.pk)
        with transaction.atomic():
            want_change(
                occurrence=meanwhile,
                topic=f"Graphs {number}",
                agenda="Bring paper",
                settings=SETTINGS,
                starts_at=occurrence.wanted_starts_at,
                ends_at=occurrence.wanted_ends_at,
                zone="Europe/Madrid",
                not_before=busy.now,
                now=busy.now,
                by=None,
            )

    assert busy.push() == ["done"] * 6
    assert sorted(meeting["topic"] for meeting in busy.sim.meetings) == [f"Graphs {n}" for n in range(6)]


def test_several_who_begin_a_host_s_day_at_once_each_take_one_of_it(busy: LinkedZoom) -> None:
    [host] = hosts_of(busy, 1)

    def take(day: int) -> bool:
        return take_of_day(host, busy.now + timedelta(days=day), is_repair=False)

    for day in range(12):
        assert at_once(*[partial(take, day)] * 6) == [True] * 6
    assert list(host.days.values_list("used", flat=True)) == [6] * 12


def test_a_sender_that_breaks_at_its_call_leaves_no_second_meeting_and_stops_no_other(
    busy: LinkedZoom,
) -> None:
    through, first = busy.sim.transport, threading.Lock()

    class BreaksOnce(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = through.handle_request(request)
            if first.acquire(blocking=False):
                raise RuntimeError("after Zoom had done it")
            return answer

    want_many(busy)
    api.install(BreaksOnce())
    silence_over()

    assert busy.push(at_most=1) == ["broken", *["done"] * 23]
    [left] = ZoomOperation.objects.exclude(state=OperationState.DONE)
    assert left.state == OperationState.CALLING
    # its lease runs out, as a dead process's does
    ZoomOperation.objects.filter(pk=left.pk).update(lease_until=busy.now - timedelta(days=1))
    busy.push()

    left.refresh_from_db()
    assert (left.state, left.answer_code) == ("done", "adopted")
    assert len(busy.numbers()) == busy.sim.called("meetingCreate") == 24


def a_call() -> Call:
    return Call(GET_MEETING, {"meetingId": "1"}, 10)


def test_slots_are_taken_ahead_by_who_sends_much(busy: LinkedZoom, school: School) -> None:
    [host] = hosts_of(busy, 1)
    limiter, left_at = AccountLimiter(host.account), []
    clock.install(
        product=school.clock,
        pausing=lambda wait: left_at.append(school.clock.advance(seconds=wait.total_seconds())),
    )
    with CaptureQueriesContext(connection) as asked:
        for _ in range(PRO_LIGHT):
            limiter.before(a_call())

    writes = [query for query in asked if query["sql"].startswith('UPDATE "zoom_ratewindow"')]
    assert len(writes) < PRO_LIGHT / 2
    assert left_at[-1] - left_at[0] >= timedelta(seconds=(PRO_LIGHT - 2) / PRO_LIGHT)


def test_who_was_woken_late_does_not_make_it_too_many_in_a_second(busy: LinkedZoom, school: School) -> None:
    [host] = hosts_of(busy, 1)
    limiter, waits = AccountLimiter(host.account), list[timedelta]()
    clock.install(product=school.clock, pausing=waits.append)
    began = time.monotonic()
    for _ in range(PRO_LIGHT):
        limiter.before(a_call())
        school.clock.advance(
            seconds=1
        )  # by our clock each has a second of its own, in truth they come at once
    assert waits == []

    limiter.before(a_call())

    assert sum(waits, timedelta()) > timedelta(seconds=began + 1 - time.monotonic())


def test_slots_taken_ahead_hold_no_more_once_zoom_asked_to_wait(busy: LinkedZoom, school: School) -> None:
    host = ZoomUser.objects.get(pk=hosts_of(busy, 1)[0].pk)
    limiter = AccountLimiter(host.account)
    for _ in range(10):
        limiter.before(a_call())
    busy.sim.fault(
        "status",
        operation="user",
        status=429,
        headers={"Retry-After": "30"},
        body={"code": 429, "message": "You have reached the maximum per-second rate limit for this API."},
    )
    with pytest.raises(RateLimited):
        with_zoom(host, busy.now, lambda client: client.users.me())
    with pytest.raises(NotSent) as refused:
        with_zoom(host, busy.now, lambda client: client.users.me())
    assert refused.value.retry_at == busy.now + timedelta(seconds=30)
