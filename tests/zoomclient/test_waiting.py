"""When a 429 lets us try again, however Zoom writes it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.zoomclient.conftest import NOW
from zoomclient.retry_after import LONGEST, read_wait, retry_after

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
HOST_DAILY = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this"
    " particular user. You may resume these requests at GMT 00:00:00."
)
ACCOUNT_DAILY = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for details on"
    " when you can make another request."
)
moments = st.integers(0, 20 * 366 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("30", NOW + timedelta(seconds=30)),
        ("0.5", NOW + timedelta(seconds=0.5)),
        ("Mon, 02 Mar 2026 09:00:00 GMT", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-03T00:00:00Z", MIDNIGHT),
        ("2026-03-03T01:00:00+01:00", MIDNIGHT),
        ("2026-03-03T00:00:00", MIDNIGHT),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("99999999999999999999", None),
        ("2026-13-45T00:00:00Z", None),
        ("0001-01-01T00:00:00+23:00", None),
    ],
)
def test_retry_after_is_read_as_it_comes(value: str, expected: datetime | None) -> None:
    assert retry_after(value, NOW) == expected


@given(moments)
def test_all_spellings_of_a_moment_mean_that_moment(moment: datetime) -> None:
    zulu, date = moment.strftime("%Y-%m-%dT%H:%M:%SZ"), format_datetime(moment, usegmt=True)

    assert [retry_after(value, NOW) for value in (zulu, moment.isoformat(), date)] == [moment] * 3


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=120), moments)
def test_whatever_is_said_the_wait_is_ahead_and_bounded(
    value: str, reset: str, message: str, now: datetime
) -> None:
    wait = read_wait({"Retry-After": value, "X-RateLimit-Reset": reset}, message, now)

    assert now < wait.retry_at <= now + LONGEST


def test_without_a_word_of_when_it_is_a_second() -> None:
    wait = read_wait({}, "You have reached the maximum per-second rate limit for this API.", NOW)

    assert (wait.retry_at, wait.daily, wait.per_host) == (NOW + timedelta(seconds=1), False, False)


def test_a_reset_in_unix_time_is_read() -> None:
    at = NOW + timedelta(seconds=7)
    wait = read_wait({"x-ratelimit-type": "QPS", "x-ratelimit-reset": str(int(at.timestamp()))}, "", NOW)

    assert (wait.retry_at, wait.daily) == (at, False)


def test_a_hosts_day_ends_at_midnight_utc_whatever_the_headers_say() -> None:
    headers = {"x-ratelimit-category": "Light", "x-ratelimit-limit": "6000", "Retry-After": "1"}
    wait = read_wait(headers, HOST_DAILY, NOW)

    assert (wait.retry_at, wait.daily, wait.per_host) == (MIDNIGHT, True, True)


def test_an_accounts_day_ends_when_the_header_says() -> None:
    headers = {"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-03-02T20:00:00Z"}
    wait = read_wait(headers, ACCOUNT_DAILY, NOW)

    assert (wait.retry_at, wait.daily, wait.per_host) == (datetime(2026, 3, 2, 20, tzinfo=UTC), True, False)


@pytest.mark.parametrize("value", ["", "2020-05-31T00:00:00Z", "0"])
def test_an_accounts_day_without_a_useful_header_ends_at_midnight_utc(value: str) -> None:
    wait = read_wait({"Retry-After": value}, ACCOUNT_DAILY, NOW)

    assert (wait.retry_at, wait.daily, wait.per_host) == (MIDNIGHT, True, False)
