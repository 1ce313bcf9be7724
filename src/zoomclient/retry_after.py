"""When a 429 lets one try again. Zoom has written Retry-After as seconds and as an ISO date-time; HTTP has a
date.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from zoomclient.limits import next_utc_day

SECOND = timedelta(seconds=1)
LONGEST = timedelta(days=2)
"""No wait is longer: Zoom's longest period is a day, so a later moment is a mistake."""


@dataclass(frozen=True, slots=True)
class Wait:
    """retry_at: aware, in UTC, after `now` and at most LONGEST after it."""

    retry_at: datetime
    daily: bool
    per_host: bool
    per_registrant: bool = False


def read_wait(headers: Mapping[str, str], message: str, now: datetime) -> Wait:
    """From an answer's headers (names in any case) and its message.

    The host's own daily quota comes without any header, told by its text alone:
    {"code": 429, "message": "You have exceeded the daily rate limit (100) of Meeting Create/Update API
    requests permitted for this particular user. You may resume these requests at GMT 00:00:00."}
    (https://devforum.zoom.us/t/18928, read 2026-11-23). So does a registrant's, three additions and ten
    changes of status a day (https://developers.zoom.us/docs/api/rate-limits/, read 2026-11-25).
    """
    lower = {name.lower(): value for name, value in headers.items()}
    text = message.lower()
    per_host = "daily" in text and "particular user" in text
    daily = per_host or "daily" in text or lower.get("x-ratelimit-type", "").lower().startswith("daily")
    told = retry_after(lower.get("retry-after", ""), now) or _reset(lower.get("x-ratelimit-reset", ""))
    per_registrant = daily and not per_host and "registrant" in text
    if daily and (per_host or told is None or told <= now):
        told = next_utc_day(now)
    told = told or now
    return Wait(min(max(told, now + SECOND), now + LONGEST), daily, per_host, per_registrant)


def retry_after(value: str, now: datetime) -> datetime | None:
    """A Retry-After header as an instant in UTC, None if there is none or it makes no sense."""
    value = value.strip()
    try:
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
            return now.astimezone(UTC) + timedelta(seconds=float(value))
        if re.match(r"[0-9]{4}-", value):
            return _aware(datetime.fromisoformat(value))
        return _aware(parsedate_to_datetime(value)) if value else None
    except (ValueError, OverflowError, TypeError):
        return None


def _reset(value: str) -> datetime | None:
    """Zoom's X-RateLimit-Reset: seconds since 1970."""
    return datetime.fromtimestamp(int(value), UTC) if re.fullmatch(r"[0-9]{9,10}", value.strip()) else None


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
