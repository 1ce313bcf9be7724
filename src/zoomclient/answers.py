"""What an answer of Zoom's API means: an error of the tree, or a body to read."""

import re
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from zoomclient.errors import (
    AccessTokenRefused,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ZoomError,
)
from zoomclient.http import Answer
from zoomclient.models import ZoomModel
from zoomclient.refusals import find_refusal, refusal_error
from zoomclient.retry_after import read_wait
from zoomclient.secret import MASK

MAX_MESSAGE = 500

_TOKEN = re.compile(r"[A-Za-z0-9_.\-]{40,}")


def error_in(answer: Answer, now: datetime) -> ZoomError | None:
    """The error that an answer is, None for a success."""
    body = answer.body if isinstance(answer.body, dict) else {}
    code, message = code_of(body), message_of(body)
    facts: dict[str, Any] = {
        "call": answer.call,
        "status": answer.status,
        "code": code,
        "request_id": answer.request_id,
    }
    if answer.status == 429 or (code == 429 and answer.is_success):
        wait = read_wait(answer.headers, message, now)
        return RateLimited(
            message,
            retry_at=wait.retry_at,
            daily=wait.daily,
            per_host=wait.per_host,
            per_registrant=wait.per_registrant,
            **facts,
        )
    if answer.is_success and not _is_failure(body):
        return answer.unreadable(answer.garbage) if answer.garbage else None
    line = find_refusal(code, message) if answer.status < 500 else None
    if line:
        return refusal_error(line, body, message, facts)
    if answer.status == 401:
        return AccessTokenRefused(message, **facts)
    if answer.status == 408 or answer.status >= 500 or answer.is_success:
        return OutcomeUnknown(message, reason="server_error", **facts)
    if 400 <= answer.status < 500 and code is not None:
        return Refused(message, **facts)
    return answer.unreadable(answer.garbage or "neither a success nor one of Zoom's errors")


def code_of(body: dict[str, Any]) -> int | None:
    """Zoom's number; it has been seen as text."""
    code = body.get("code")
    if isinstance(code, str) and code.isascii() and code.isdigit() and len(code) <= 9:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def message_of(body: dict[str, Any]) -> str:
    """Zoom's words on one line; what looks like a token in them is masked, whoever put it there."""
    message = body.get("message")
    return _TOKEN.sub(MASK, " ".join(message.split()))[:MAX_MESSAGE] if isinstance(message, str) else ""


def _is_failure(body: dict[str, Any]) -> bool:
    """Zoom has answered 200 with {"code": 200, "message": "Webinar plan is missing. …"}."""
    return code_of(body) not in (None, 0) and isinstance(body.get("message"), str) and "id" not in body


def read[Model: ZoomModel](model: type[Model], answer: Answer, body: Any) -> Model:
    """The body as that model. Raises Unreadable, naming the fields but none of their values."""
    try:
        return model.from_answer(body)
    except ValidationError as problem:
        fields = sorted({".".join(str(part) for part in error["loc"]) for error in problem.errors()})
    raise answer.unreadable(f"{model.__name__}: {', '.join(fields)}")
