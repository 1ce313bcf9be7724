"""The way in for Zoom's events: whose they are, how old, kept. What they mean is found out later.

Nothing in a body is read before it is in the database, and it is in the database before Zoom is answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, Value, When

from eduraise.core import crash
from eduraise.events.models import ZoomEvent
from zoomclient import webhooks

FRESH = timedelta(seconds=300)
# Zoom tries again 5, 25 and 85 minutes later; whether with a new time stamp is not documented.
LATE = timedelta(hours=2)
# Older than that it is not believed, only taken as a reason to read.
HINT = timedelta(hours=24)
# An answer after 3 seconds counts as none with Zoom, which then sends the event again in 5 minutes.
PATIENCE = timedelta(seconds=2)
MAX_CHALLENGE_BYTES = 1024

_LESS_FRESH = {
    ZoomEvent.Age.FRESH: [ZoomEvent.Age.LATE, ZoomEvent.Age.HINT],
    ZoomEvent.Age.LATE: [ZoomEvent.Age.HINT],
    ZoomEvent.Age.HINT: [],
}


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
    with _not_for_long():
        keep(raw, signed_at=signed_at, age=age, now=now)
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


def keep(raw: bytes, *, signed_at: datetime, age: ZoomEvent.Age, now: datetime) -> None:
    """Store a body once. A copy is counted, and makes the first one as fresh as itself."""
    row = ZoomEvent(
        received_at=now,
        next_at=now,
        signed_at=signed_at,
        age=age,
        body=raw,
        digest=hashlib.sha256(raw).hexdigest(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        _count(row)


@transaction.atomic
def _count(copy: ZoomEvent) -> None:
    ZoomEvent.objects.filter(digest=copy.digest).update(copies=F("copies") + 1)
    if _LESS_FRESH[ZoomEvent.Age(copy.age)]:
        _freshen(copy)


def _freshen(copy: ZoomEvent) -> None:
    """What was only a hint is now believed, and applied after all."""
    was_hint = When(state=ZoomEvent.State.HINT, then=Value(ZoomEvent.State.RECEIVED))
    ZoomEvent.objects.filter(digest=copy.digest, age__in=_LESS_FRESH[ZoomEvent.Age(copy.age)]).update(
        age=copy.age,
        signed_at=copy.signed_at,
        next_at=Case(When(state=ZoomEvent.State.HINT, then=Value(copy.next_at)), default=F("next_at")),
        state=Case(was_hint, default=F("state")),
    )


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


@contextmanager
def _not_for_long() -> Iterator[None]:
    """Wait for the database no longer than Zoom waits for us."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            milliseconds = int(PATIENCE.total_seconds() * 1000)
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {milliseconds}")
                cursor.execute(f"SET LOCAL statement_timeout = {milliseconds}")
            yield
        return
    ordinary = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    _busy_timeout(int(PATIENCE.total_seconds() * 1000))
    try:
        yield
    finally:
        _busy_timeout(ordinary)


def _busy_timeout(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
