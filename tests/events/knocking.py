"""What Zoom does to deliver an event: write it, sign it, post it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.moving import MovingClock

ADDRESS = "/zoom/webhook/"
SECRET = "sim-webhook-secret"
DATA = Path(__file__).parent / "data"


def sample(name: str) -> dict[str, Any]:
    """A stored event: `captured/meeting.started` as Zoom sent it, `official/…` as its pages show it."""
    event: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return event


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    """https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events"""
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class Zoom:
    """Posts to our webhook address with a client, at the time of the test's clock."""

    def __init__(self, client: Client, clock: MovingClock) -> None:
        self.client = client
        self.clock = clock

    def tells(
        self, event: dict[str, Any] | bytes, *, signed_at: datetime | None = None, secret: str = SECRET
    ) -> HttpResponse:
        """Deliver an event, signed now or at `signed_at`."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        timestamp = str(int((signed_at or self.clock()).timestamp()))
        return self.posts(body, timestamp=timestamp, signed=signature(body, timestamp, secret))

    def posts(
        self,
        body: bytes,
        *,
        timestamp: str | None,
        signed: str | None,
        content_type: str = "application/json",
        **environ: Any,
    ) -> HttpResponse:
        """Post these very bytes with these very headers; None leaves one out."""
        headers = {"x-zm-request-timestamp": timestamp, "x-zm-signature": signed}
        answer: HttpResponse = self.client.generic(
            "POST",
            ADDRESS,
            body,
            content_type=content_type,
            headers={name: value for name, value in headers.items() if value is not None},
            **environ,
        )
        return answer
