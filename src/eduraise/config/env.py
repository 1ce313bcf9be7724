"""Reads and checks every environment variable once, and names all that are missing or wrong together.

The table `VARIABLES` is what docs/reference/settings.md is made from.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class EnvironmentProblem(SystemExit):
    """One or more settings are missing or wrong; the message names each with what it should be."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("EduRaise can't start:\n" + "\n".join(f"  {problem}" for problem in problems))


class Wrong(ValueError):
    """What a value should have been."""


@dataclass(frozen=True)
class Variable:
    """One setting by environment: its name, what it is for, how it is read, and its default as text."""

    name: str
    purpose: str
    read: Callable[[str], Any]
    default: str | None = None
    required: bool = False


def text(value: str) -> str:
    """Any text, without blanks around it."""
    return value.strip()


def flag(value: str) -> bool:
    """1, true, yes or on; 0, false, no, off or nothing."""
    lowered = value.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"", "0", "false", "no", "off"}:
        return False
    raise Wrong("1 or 0")


def words(value: str) -> tuple[str, ...]:
    """A comma-separated list."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def url(value: str) -> str:
    """An http or https address without a slash at its end."""
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Wrong("an address such as https://classes.example.org")
    return value.strip().rstrip("/")


def secret_key(value: str) -> str:
    """At least 32 characters."""
    if len(value) < 32:
        raise Wrong("at least 32 random characters")
    return value


def encryption_keys(value: str) -> tuple[str, ...]:
    """Comma-separated keys of 32 bytes in URL-safe base64, newest first."""
    keys = words(value)
    for key in keys:
        try:
            ok = len(urlsafe_b64decode(key)) == 32
        except ValueError:
            ok = False
        if not ok:
            raise Wrong("keys made by 'eduraise generate_key', newest first, separated by commas")
    if not keys:
        raise Wrong("at least one key made by 'eduraise generate_key'")
    return keys


def database(value: str) -> dict[str, Any]:
    """`sqlite:///path/to/file` or `postgresql://user:password@host:port/name`, as a DATABASES entry."""
    parts = urlsplit(value.strip())
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        # sqlite:///relative.db and sqlite:////absolute.db, as is customary
        return sqlite(Path(path[1:] if path.startswith("/") else path))
    if parts.scheme in {"postgres", "postgresql"}:
        return postgresql(parts.path, parts.hostname, parts.port, parts.username, parts.password, parts.query)
    raise Wrong("sqlite:///path or postgresql://user:password@host/name")


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite as an embedded database that survives a power cut and eight writers at once."""
    if not path.name:
        raise Wrong("sqlite:///path/to/file")
    pragmas = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA journal_size_limit=67108864;"
        "PRAGMA wal_autocheckpoint=1000;PRAGMA temp_store=MEMORY;"
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        # IMMEDIATE: a transaction that will write takes the one writer's place before it reads
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }


def postgresql(
    path: str, host: str | None, port: int | None, user: str | None, password: str | None, query: str
) -> dict[str, Any]:
    """PostgreSQL 15 or newer; `?host=/socket/dir` names a socket, `?pool=1` a pool for each process."""
    options = dict(parse_qsl(query))
    pool = options.pop("pool", "0") in {"1", "true"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(path.lstrip("/")),
        "HOST": options.pop("host", host or ""),
        "PORT": str(port or ""),
        "USER": unquote(user or ""),
        "PASSWORD": unquote(password or ""),
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": not pool,
        "OPTIONS": {**options, **({"pool": True} if pool else {})},
    }


def mail(value: str) -> dict[str, Any]:
    """`smtp://user:password@host:587`, `smtps://…`, `file:///dir` or `console:`, as a Django mailer."""
    parts = urlsplit(value.strip())
    if parts.scheme in {"smtp", "smtps", "smtp+tls"} and parts.hostname:
        return {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": parts.hostname,
                "port": parts.port or (465 if parts.scheme == "smtps" else 587),
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "use_ssl": parts.scheme == "smtps",
                "use_tls": parts.scheme == "smtp+tls",
                "timeout": 15,
            },
        }
    if parts.scheme == "file" and parts.path:
        return {
            "BACKEND": "eduraise.notifications.folder.FolderBackend",
            "OPTIONS": {"file_path": unquote(parts.path)},
        }
    if parts.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "memory":
        return {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    raise Wrong("smtp+tls://user:password@host:587, smtps://…, file:///folder or console:")


VARIABLES: tuple[Variable, ...] = (
    Variable("BASE_URL", "the address people open EduRaise by", url, required=True),
    Variable("SECRET_KEY", "signs sessions and links", secret_key, required=True),
    Variable(
        "ENCRYPTION_KEYS", "encrypt Zoom tokens and links; newest first", encryption_keys, required=True
    ),
    Variable("DATABASE_URL", "where everything is kept", database, "sqlite:///var/eduraise.sqlite3"),
    Variable("EMAIL_URL", "how mail leaves", mail, "console:"),
    Variable("EMAIL_FROM", "the sender of mail", text, "EduRaise <eduraise@localhost>"),
    Variable("MEDIA_DIR", "uploaded materials, and recordings that are kept here", text, "var/media"),
    Variable("RECORDING_UPLOAD_MB", "the longest recording that may be added by hand, in MB", int, "500"),
    Variable("ORGANISATION", "the organisation's name", text, ""),
    Variable(
        "SPARE_ROOM", "where classes are led while Zoom is down, of teachers who keep no room", text, ""
    ),
    Variable("DEFAULT_TIME_ZONE", "the zone of new people and programs", text, "UTC"),
    Variable("ZOOM_CLIENT_ID", "Zoom app's client id", text, ""),
    Variable("ZOOM_CLIENT_SECRET", "Zoom app's client secret", text, ""),
    Variable("ZOOM_WEBHOOK_SECRET", "Zoom app's secret tokens; several while rotating", words, ""),
    Variable("ZOOM_ACCOUNT_ID", "account of a server-to-server app", text, ""),
    Variable("ZOOM_S2S_CLIENT_ID", "client id of a server-to-server app", text, ""),
    Variable("ZOOM_S2S_CLIENT_SECRET", "client secret of a server-to-server app", text, ""),
    Variable("ZOOM_API_URL", "Zoom's API", url, "https://api.zoom.us"),
    Variable("ZOOM_OAUTH_URL", "Zoom's sign-in", url, "https://zoom.us"),
    Variable("TRUSTED_PROXIES", "proxies in front that set X-Forwarded-For", int, "0"),
    Variable("METRICS_TOKEN", "lets Prometheus read /metrics from elsewhere", text, ""),
    Variable("WEB_THREADS", "threads of a web process", int, "8"),
    Variable("ZOOM_SENDERS", "calls to Zoom that a worker makes at a time", int, "16"),
    Variable("MAILS_OF_ONE_PERSON", "mails that a teacher's acts may send in a day", int, "2000"),
    Variable("DEBUG", "developers only: pages show tracebacks", flag, "0"),
    Variable("DEMO", "the demo's sign-in buttons, banner and mail page", flag, "0"),
    Variable("DEMO_BUSY_FILE", "demo only: stands while its school is being made", text, ""),
    Variable("CLOCK_OFFSET_FILE", "demo and tests only: seconds added to now", text, ""),
)


@dataclass
class Environment:
    """The checked values by name."""

    values: dict[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def read(source: Mapping[str, str] = os.environ) -> Environment:
    """Every variable, read and checked. Raises EnvironmentProblem that names all that is wrong."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        raw = source.get(variable.name, "")
        if not raw and variable.required:
            problems.append(f"{variable.name} is missing: {variable.purpose}.")
            continue
        try:
            values[variable.name] = variable.read(raw or variable.default or "")
        except ValueError as wrong:
            expected = str(wrong) if isinstance(wrong, Wrong) else "a whole number"
            problems.append(f"{variable.name} is wrong: it should be {expected}.")
    problems += contradictions(values)
    if problems:
        raise EnvironmentProblem(problems)
    return Environment(values, frozenset(name for name in source if source[name]))


def contradictions(values: dict[str, Any]) -> list[str]:
    """What is right alone and wrong together."""
    problems = []
    base = urlsplit(values.get("BASE_URL", "https://x"))
    plain_http_allowed = values.get("DEMO") or values.get("DEBUG")
    if base.scheme == "http" and base.hostname not in LOOPBACK and not plain_http_allowed:
        problems.append("BASE_URL must begin with https: http is accepted for localhost and the demo only.")
    for name in ("ZOOM_API_URL", "ZOOM_OAUTH_URL"):
        parts = urlsplit(values.get(name, "https://x"))
        if parts.scheme == "http" and parts.hostname not in LOOPBACK and not plain_http_allowed:
            problems.append(f"{name} must begin with https.")
    if values.get("CLOCK_OFFSET_FILE") and not (values.get("DEMO") or values.get("DEBUG")):
        problems.append("CLOCK_OFFSET_FILE belongs to the demo and to tests: set DEMO=1 or DEBUG=1 with it.")
    if bool(values.get("ZOOM_CLIENT_ID")) != bool(values.get("ZOOM_CLIENT_SECRET")):
        problems.append("ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET go together: one of them is missing.")
    return problems
