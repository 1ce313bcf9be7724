"""The way in for Zoom's events: whose they are, how old, kept. What they mean is found out later.

Nothing in a body is read before it is in the database, and it is in the database before Zoom is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from eduraise.core import crash
from eduraise.events.keeping import Delivery, keep
from eduraise.events.models import ZoomEvent
from zoomclient import webhooks

FRESH = timedelta(seconds=300)
# Zoom tries again 5, 25 and 85 minutes later; whether with a new time stamp is not documented.
LATE = timedelta(hours=2)
# Older than that it is not believed, only taken as a reason to read.
HINT = timedelta(hours=24)
MAX_CHALLENGE_BYTES = 1024


class TooOld(webhooks.WebhookError):
    """Signed by Zoom, but more than a day ago, or in a time that has not come yet."""


def receive(
    raw: bytes, *, timestamp: str | None, signature: str | None, secrets: Sequence[str], now: datetime
) -> dict[str, str] | None:
    """Keep one delivery; the answer to a URL validation, or None where there is nothing to say.

    raw: the body's bytes as they came; timestamp, signature: Zoom's two headers; secrets: all that may have
    signed it. Committed when this returns, however often it came before. Raises WebhookError
    (SignatureRefused, TooOld, or EventUnreadable for a challenge that must not be answered), and
    OperationalError when the database has no room within 2 seconds.
    """
    signed_at = webhooks.verify(secrets, timestamp, signature, raw)
    age = age_of(signed_at, now)
    crash.point("events.door.verified")
    keep(Delivery(raw, signed_at, age, now))
    crash.point("events.door.stored")
    if age is ZoomEvent.Age.FRESH and webhooks.URL_VALIDATION.encode() in raw[:MAX_CHALLENGE_BYTES]:
        return _validation(raw, timestamp, signature, secrets)
    return None


def age_of(signed_at: datetime, now: datetime) -> ZoomEvent.Age:
    """How much an event is worth by its age. Raises TooOld."""
    age = now - signed_at
    if age > HINT or age < -FRESH:
        raise TooOld("signed at another time")
    if age > LATE:
        return ZoomEvent.Age.HINT
    return ZoomEvent.Age.LATE if age > FRESH else ZoomEvent.Age.FRESH


def _validation(
    raw: bytes, timestamp: str | None, signature: str | None, secrets: Sequence[str]
) -> dict[str, str] | None:
    """The answer to a challenge, made with the secret that signed it: while rotating there are two."""
    event = webhooks.parse_event(raw)
    if event.name != webhooks.URL_VALIDATION:
        return None
    if len(raw) > MAX_CHALLENGE_BYTES:
        raise webhooks.EventUnreadable("a challenge of more than 1 KiB")
    return webhooks.challenge_answer(_signer(raw, timestamp, signature, secrets), event.plain_token)


def _signer(raw: bytes, timestamp: str | None, signature: str | None, secrets: Sequence[str]) -> str:
    for secret in secrets:
        try:
            webhooks.verify([secret], timestamp, signature, raw)
        except webhooks.SignatureRefused:
            continue
        return secret
    raise webhooks.SignatureRefused("made by none of our secrets")
