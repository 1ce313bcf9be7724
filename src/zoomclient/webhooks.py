"""Zoom's events: whether one is Zoom's, what it says, and the answer to its URL validation.

Pure functions on raw bytes. How old an event may be, and what to do with a copy, is the caller's to decide.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from zoomclient import _json
from zoomclient.secret import Secret

MAX_EVENT_BYTES = 256 * 1024
URL_VALIDATION = "endpoint.url_validation"
DROPPED = frozenset({"public_ip", "private_ip"})
"""Addresses of participants, which Zoom sends without documenting it: nobody needs them."""

_TIMESTAMP = re.compile(r"[0-9]{10}|[0-9]{13}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WebhookError(ValueError):
    """A request that is not an event of Zoom's. Its text repeats nothing of the request."""


class SignatureRefused(WebhookError):
    """A header is missing or malformed, or no secret made this signature."""


class EventUnreadable(WebhookError):
    """Signed, perhaps, but not an event as Zoom describes them."""


def verify(
    secrets: Iterable[Secret | str],
    timestamp_header: str | None,
    signature_header: str | None,
    raw_body: bytes,
) -> datetime:
    """When Zoom signed it, aware. Raises SignatureRefused.

    secrets: the secret token, and while rotating the old one too; empty ones never match. The headers are
    `x-zm-request-timestamp` (seconds; milliseconds are read as well) and `x-zm-signature`. Every secret is
    tried, and each comparison takes the same time.
    (https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events, read 2026-11-23)
    """
    timestamp, signature = timestamp_header or "", signature_header or ""
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise SignatureRefused("missing or malformed header")
    message = b"v0:" + timestamp.encode() + b":" + raw_body
    keys = [key for key in (Secret(secret).reveal() for secret in secrets) if key]
    matches = [hmac.compare_digest(signature, f"v0={_sign(key, message)}") for key in keys]
    if not any(matches):
        raise SignatureRefused("made by none of our secrets")
    unit = timedelta(seconds=1) if len(timestamp) == 10 else timedelta(milliseconds=1)
    return _EPOCH + int(timestamp) * unit


def challenge_answer(secret: Secret | str, plain_token: str) -> dict[str, str]:
    """The body that answers `endpoint.url_validation`, due within 3 seconds. Verify the request first.

    The proof is made with the key and function that sign events, so that a token such as "v0:<time>:<body>"
    would have us sign a forged event: one that is not 16 to 64 of A–Z a–z 0–9 _ - raises EventUnreadable.
    """
    if not _PLAIN_TOKEN.fullmatch(plain_token):
        raise EventUnreadable("no plain token")
    key = Secret(secret).reveal()
    if not key:
        raise ValueError("There is no secret to answer with.")
    return {"plainToken": plain_token, "encryptedToken": _sign(key, plain_token.encode())}


@dataclass(frozen=True, slots=True)
class Event:
    """name: "meeting.started". sent_at: Zoom's `event_ts`, None where it has none (`app_deauthorized`).

    payload: as sent, with ids as text and participants' addresses dropped. Times are in it; order by those,
    not by arrival. download_token: of recordings, good for 24 hours.
    """

    name: str
    account_id: str
    sent_at: datetime | None
    payload: dict[str, Any] = field(repr=False)
    download_token: Secret | None = None

    @property
    def object(self) -> dict[str, Any]:
        """What it is about: the meeting, the user, the recording."""
        found = self.payload.get("object")
        return found if isinstance(found, dict) else {}

    @property
    def meeting_number(self) -> str:
        """Text, though Zoom sends a number in some events and text in others; "" where there is none.

        What has the id in events about users and accounts is no meeting.
        """
        is_of_a_meeting = not self.name.startswith(("user.", "account.", "app"))
        return _text(self.object.get("id")) if is_of_a_meeting else ""

    @property
    def meeting_uuid(self) -> str:
        """Of one held instance."""
        return _text(self.object.get("uuid"))

    @property
    def host_id(self) -> str:
        return _text(self.object.get("host_id"))

    @property
    def participant(self) -> dict[str, Any]:
        """Of the events about one; {} in the others."""
        found = self.object.get("participant")
        return found if isinstance(found, dict) else {}

    @property
    def plain_token(self) -> str:
        """Of a URL validation, for `challenge_answer`."""
        return _text(self.payload.get("plainToken"))


def parse_event(raw_body: bytes, *, drop: frozenset[str] = DROPPED) -> Event:
    """The event in a verified body. drop: keys to leave out, at any depth.

    Raises EventUnreadable: over 256 KiB, no UTF-8, no JSON, a key twice, NaN, a number of more than 19
    digits, deeper than 32, or not of the shape {"event": …, "payload": {…}}.
    """
    if len(raw_body) > MAX_EVENT_BYTES:
        raise EventUnreadable("more than 256 KiB")
    try:
        body = _tidy(_json.loads(raw_body), drop)
    except ValueError as problem:
        raise EventUnreadable(str(problem)) from None
    name, payload = (body.get("event"), body.get("payload")) if isinstance(body, dict) else (None, None)
    if not isinstance(name, str) or not 1 <= len(name) <= 200 or not isinstance(payload, dict):
        raise EventUnreadable("no event with a payload")
    token = body.get("download_token")
    return Event(
        name=name,
        account_id=_text(payload.get("account_id")),
        sent_at=_instant(body.get("event_ts")),
        payload=payload,
        download_token=Secret(token) if isinstance(token, str) and token else None,
    )


def _sign(key: str, message: bytes) -> str:
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _tidy(value: Any, drop: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: _named(name, _tidy(child, drop)) for name, child in value.items() if name not in drop}
    if isinstance(value, list):
        return [_tidy(child, drop) for child in value]
    return value


def _named(name: str, value: Any) -> Any:
    is_id = name in ("id", "pmi", "uuid") or name.endswith(("_id", "_uuid"))
    return str(value) if is_id and isinstance(value, int) and not isinstance(value, bool) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _instant(milliseconds: Any) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    except (TypeError, ValueError, OverflowError):
        return None
