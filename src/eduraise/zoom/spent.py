"""Zoom's limits of a day that are used up: which, and until when nothing is booked or changed for a host."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from eduraise.ui import times
from eduraise.zoom.enums import OPEN_STATES
from eduraise.zoom.hosts import DAILY_CALLS, KEPT_FOR_REPAIRS
from eduraise.zoom.models import HostDay, RateWindow, ZoomMeeting, ZoomOperation, ZoomUser
from eduraise.zoom.slots import FARTHEST
from zoomclient import NotSent, RateLimited, ZoomError
from zoomclient.limits import next_utc_day, utc_day
from zoomclient.operations import CREATE_MEETING

# Of the host, and of the whole account, as an operation keeps it
OF_HOST, OF_ACCOUNT = "quota_spent", "day_spent"
CODES = (OF_HOST, OF_ACCOUNT)


def code_of(problem: ZoomError) -> str:
    """What an operation keeps of why it waits: Zoom's reason, or which limit of a day is used up."""
    if isinstance(problem, RateLimited) and problem.daily:
        return OF_HOST if problem.per_host else OF_ACCOUNT
    return problem.reason[:80]


def is_for_long(retry_at: datetime, now: datetime) -> bool:
    """Whether the account's next call is further off than its queue is ever long: a limit of Zoom's, then."""
    return retry_at > now + FARTHEST


def until(host: ZoomUser, now: datetime) -> datetime | None:
    """When Zoom takes bookings and changes of a host again, where a limit of the day is used up."""
    ends = [_of_host(host, now), _of_account(host, now)]
    return max((end for end in ends if end is not None), default=None)


def _of_host(host: ZoomUser, now: datetime) -> datetime | None:
    day = HostDay.objects.filter(host=host, utc_on=utc_day(now)).first()
    if day is None:
        return None
    if day.blocked_until is not None and day.blocked_until > now:
        return day.blocked_until
    return next_utc_day(now) if day.used >= DAILY_CALLS - KEPT_FOR_REPAIRS else None


def _of_account(host: ZoomUser, now: datetime) -> datetime | None:
    label = CREATE_MEETING.rate_class
    window = RateWindow.objects.filter(account=host.account_id, label=label).first()
    ends = window.blocked_until if window else None
    return ends if ends is not None and is_for_long(ends, now) else None


def meeting_waits_until(meeting: ZoomMeeting, now: datetime) -> datetime | None:
    """When what waits for a meeting is sent, where it waits for a limit of the day; else None."""
    waiting = ZoomOperation.objects.filter(
        meeting=meeting, state__in=OPEN_STATES, last_error_code__in=CODES, next_at__gt=now
    )
    return waiting.order_by("next_at").values_list("next_at", flat=True).first()


def retry_at_of(problem: ZoomError) -> datetime | None:
    """When it may be asked again, if what went wrong says so."""
    return problem.retry_at if isinstance(problem, RateLimited | NotSent) else None


def when_words(at: datetime, now: datetime) -> str:
    """ "Thu 26 Nov, 01:00", by the reader's clocks."""
    return times.day_and_span(at, None, timezone.get_current_timezone(), now)
