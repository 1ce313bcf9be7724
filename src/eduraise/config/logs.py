"""How the product logs: one line an event to stderr, the framework's and libraries' lines alike, no secrets.

Code keeps secrets out of what it logs; `redact` is the second net, for what an error's text carries along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import structlog

HIDDEN = "***"
SECRETS = frozenset(
    {
        "access_token",
        "authorization",
        "client_secret",
        "code",
        "join_url",
        "passcode",
        "password",
        "pwd",
        "refresh_token",
        "secret",
        "start_url",
        "token",
        "verifier",
        "zak",
    }
)
_NAMES = "|".join(sorted(SECRETS - {"code"}))
# In text: parameters of links and forms, JSON fields, credentials in a header, Zoom's start links
_IN_TEXT = (
    re.compile(rf"""(?i)(?P<kept>(?:\b(?:{_NAMES}|tk)|[?&](?:code|state))=)[^&\s"'<>;,)\\]+"""),
    re.compile(rf"""(?i)(?P<kept>\b(?:{_NAMES})\\*["']\s*:\s*\\*["'])[^"'\\]+"""),
    re.compile(r"(?i)\b(?P<kept>(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"(?P<kept>zoom\.us/s/)[^\s\"'<>]+"),
    # the address of a calendar's feed, in what the framework says of a request
    re.compile(r"(?P<kept>/calendars/)[^\s\"'<>/]+(?=\.ics)"),
)


def redact(_logger: Any, _method: str, event: Any) -> Any:
    """Hide secrets, by a field's name and by their looks in any text, however deep. A structlog processor."""
    return {name: _redacted(value, name) for name, value in event.items()}


def _redacted(value: Any, name: str = "") -> Any:
    if name.lower() in SECRETS and value and not isinstance(value, int):
        return HIDDEN
    if isinstance(value, str):
        for pattern in _IN_TEXT:
            value = pattern.sub(rf"\g<kept>{HIDDEN}", value)
        return value
    if isinstance(value, Mapping):
        return {key: _redacted(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_redacted(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _redacted(str(value))


_BEFORE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


def configure(*, readable: bool) -> dict[str, Any]:
    """Set structlog up, and answer the framework's LOGGING. readable: key=value for people, else JSON."""
    structlog.configure(
        processors=[
            *_BEFORE[:3],
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_BEFORE[3:],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    first = ["timestamp", "level", "event"]
    renderer: Any = (
        structlog.processors.KeyValueRenderer(key_order=first, drop_missing=True)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact, renderer],
        "foreign_pre_chain": _BEFORE,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {name: {"level": "WARNING"} for name in ("django_ox", "httpx", "httpcore")},
    }
