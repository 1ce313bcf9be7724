"""A read is tried again within its time; what changes something never is. On a time of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.zoomclient.conftest import NOW, TOKEN
from zoomclient import (
    AccessTokenRefused,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    RegistrantDraft,
    Retry,
    Zoom,
    ZoomError,
)
from zoomclient.limits import Call

ME = {"id": "u1", "email": "tariq@school.example", "type": 2}
FINE = httpx.codes.OK


class Waiting:
    """A Zoom that gives these answers in turn (an exception is raised), and a time that only waits move."""

    def __init__(self, *answers: int | Exception, headers: dict[str, str] | None = None) -> None:
        self._answers = list(answers)
        self._headers = headers or {}
        self.calls = 0
        self.waits: list[float] = []
        self.passed = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        answer = self._answers[min(self.calls, len(self._answers) - 1)]
        self.calls += 1
        if isinstance(answer, Exception):
            raise answer
        body = ME if answer == FINE else {"code": answer, "message": "no"}
        return httpx.Response(answer, json=body, headers=self._headers)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds

    def zoom(self, *, limiter: Any = None, **retry: Any) -> Zoom:
        given = {"sleep": self.sleep, "draw": lambda: 1.0, "timer": lambda: self.passed}
        return Zoom(
            "https://api.zoom.us",
            TOKEN,
            transport=httpx.MockTransport(self),
            clock=lambda: NOW + timedelta(seconds=self.passed),
            limiter=limiter,
            seconds=10.0,
            retry=Retry(**(given | retry)),
        )


@pytest.mark.parametrize(
    "trouble", [500, 503, 429, httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.ReadError("x")]
)
def test_a_read_is_tried_again_after_a_passing_trouble(trouble: int | Exception) -> None:
    there = Waiting(trouble, FINE)

    assert there.zoom().users.me().id == "u1"
    assert (there.calls, len(there.waits)) == (2, 1)


def test_nothing_is_tried_again_by_itself() -> None:
    there = Waiting(500, FINE)

    with (
        Zoom("https://api.zoom.us", TOKEN, transport=httpx.MockTransport(there)) as zoom,
        pytest.raises(OutcomeUnknown),
    ):
        zoom.users.me()
    assert there.calls == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda zoom: zoom.meetings.delete("1"),
        lambda zoom: zoom.meetings.end("1"),
        lambda zoom: zoom.registrants.add("1", RegistrantDraft(email="sana@school.example", first_name="S")),
        lambda zoom: zoom.recordings.recover("u=="),
    ],
)
@pytest.mark.parametrize("trouble", [500, 429, httpx.ConnectError("x"), httpx.ReadTimeout("x")])
def test_what_changes_something_is_never_repeated(
    change: Callable[[Zoom], Any], trouble: int | Exception
) -> None:
    there = Waiting(trouble)

    with pytest.raises(ZoomError):
        change(there.zoom())
    assert (there.calls, there.waits) == (1, [])


@pytest.mark.parametrize("status", [400, 401, 404])
def test_an_answer_that_repeats_is_taken(status: int) -> None:
    there = Waiting(status)

    with pytest.raises((Refused, AccessTokenRefused)):
        there.zoom().users.me()
    assert there.calls == 1


def test_waits_double_up_to_a_bound() -> None:
    there = Waiting(500)

    with pytest.raises(OutcomeUnknown):
        there.zoom(attempts=7, seconds=60, first_wait=0.5, longest_wait=4.0).users.me()
    assert there.waits == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_waits_are_a_random_part_of_that() -> None:
    there = Waiting(500)
    draws = iter([0.0, 0.25])

    with pytest.raises(OutcomeUnknown):
        there.zoom(draw=lambda: next(draws), first_wait=1.0).users.me()
    assert there.waits == [0.0, 0.5]


def test_no_attempt_begins_that_could_end_too_late() -> None:
    """Each may take 10 seconds: of 13, waits of 1 and 2 leave enough for a third, none for a fourth."""
    there = Waiting(500)

    with pytest.raises(OutcomeUnknown):
        there.zoom(attempts=9, seconds=13, first_wait=1.0).users.me()
    assert there.waits == [1.0, 2.0]


def test_zooms_own_moment_is_waited_for() -> None:
    there = Waiting(429, FINE, headers={"retry-after": "7"})

    assert there.zoom().users.me().id == "u1"
    assert there.waits == [7.5]


def test_a_day_is_not_waited_for() -> None:
    there = Waiting(429, headers={"retry-after": "2026-03-03T00:00:00Z", "x-ratelimit-type": "Daily-limit"})

    with pytest.raises(RateLimited) as problem:
        there.zoom().users.me()
    assert problem.value.retry_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert (there.calls, there.waits) == (1, [])


class TwoSecondsLater:
    """Lets a call go two seconds after it asked first."""

    asked = 0

    def before(self, call: Call) -> None:
        self.asked += 1
        if self.asked == 1:
            raise NotSent("wait", reason="own_limit", retry_at=NOW + timedelta(seconds=2))

    def limited(self, call: Call, problem: RateLimited) -> None:
        """Not told of anything here."""


def test_the_limiter_is_asked_each_time_and_its_moment_is_waited_for() -> None:
    there, limiter = Waiting(503, FINE), TwoSecondsLater()

    assert there.zoom(limiter=limiter).users.me().id == "u1"
    assert (limiter.asked, there.calls, there.waits) == (3, 2, [2.5, 1.0])


def test_each_page_has_its_own_attempts() -> None:
    answers = iter(
        [
            httpx.Response(500),
            httpx.Response(200, json={"meetings": [{"id": 1}], "next_page_token": "t"}),
            httpx.Response(500),
            httpx.Response(500),
            httpx.Response(200, json={"meetings": [{"id": 2}]}),
        ]
    )
    retry = Retry(sleep=lambda seconds: None)
    transport = httpx.MockTransport(lambda request: next(answers))
    zoom = Zoom("https://api.zoom.us", TOKEN, transport=transport, retry=retry)

    assert [one.id for one in zoom.meetings.list("me")] == ["1", "2"]


@pytest.mark.parametrize(
    "wrong", [{"attempts": 0}, {"seconds": 0}, {"first_wait": 0}, {"first_wait": 9.0, "longest_wait": 8.0}]
)
def test_a_retry_makes_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="an attempt"):
        Retry(**wrong)
