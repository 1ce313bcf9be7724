"""The demo's hand on the clocks of all processes and on the pretend Zoom: its controls, its consent page."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from eduraise.core import clock
from eduraise.core.errors import DomainError


def move_to(at: datetime) -> None:
    """Set the clocks of all processes to an instant. The file is replaced: who read it while it is written
    would find it empty, and live in the present for that moment."""
    file = Path(settings.CLOCK_OFFSET_FILE)
    written = file.with_suffix(".new")
    moved = clock.offset() + (at - clock.now())
    written.write_text(f"{moved.total_seconds():.6f}", encoding="ascii")
    written.replace(file)


def control(name: str, **fields: Any) -> dict[str, Any]:
    """One call of the pretend Zoom's controls."""
    request = urllib.request.Request(  # noqa: S310 our own address
        f"{settings.ZOOM_API_URL}/_sim/{name}",
        data=json.dumps(fields).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        found: dict[str, Any] = json.loads(answer.read())
    return found


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def consent(form: dict[str, str]) -> str:
    """Press Allow on the consent page; where it sends the browser."""
    opener = urllib.request.build_opener(_Stay)
    try:
        opener.open(f"{settings.ZOOM_OAUTH_URL}/oauth/authorize", data=urlencode(form).encode(), timeout=20)
    except urllib.error.HTTPError as redirect:
        return str(redirect.headers["Location"])
    raise DomainError("The pretend Zoom did not send the browser back.")
