"""The yardstick: a receiver of Zoom's events that checks signature and age, inserts a row, and answers.

No framework; the same server and threads as the product's, a database with the same tables and durability.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

SECRET = os.environ["ZOOM_WEBHOOK_SECRET"].encode()
PATH = os.environ["BENCH_RECEIVER_FILE"]
FRESH_SECONDS = 300
INSERT = (
    "INSERT OR IGNORE INTO events_zoomevent (uid, body, digest, signed_at, received_at, next_at, age, state,"
    " copies, event, account_id, skipped_why, fence, attempts, last_error_code)"
    " VALUES (?, ?, ?, ?, ?, ?, 'fresh', 'received', 1, '', '', '', 0, 0, '')"
)
_here = threading.local()


def database() -> sqlite3.Connection:
    """This thread's connection."""
    if not hasattr(_here, "connection"):
        _here.connection = sqlite3.connect(PATH, timeout=20, isolation_level=None)
        _here.connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    connection: sqlite3.Connection = _here.connection
    return connection


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Keep one event."""
    if environ["REQUEST_METHOD"] != "POST":
        start("400 Bad Request", [("Content-Length", "0")])
        return [b""]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    stamp = environ["HTTP_X_ZM_REQUEST_TIMESTAMP"].encode()
    wanted = "v0=" + hmac.new(SECRET, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    is_fresh = abs(time.time() - int(stamp)) <= FRESH_SECONDS
    if not is_fresh or not hmac.compare_digest(wanted, environ["HTTP_X_ZM_SIGNATURE"]):
        start("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    signed_at = f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d %H:%M:%S}"
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    row = (uuid.uuid4().hex, body, hashlib.sha256(body).hexdigest())
    connection = database()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(INSERT, (*row, signed_at, now, now))
    connection.execute("COMMIT")
    start("200 OK", [("Content-Length", "0")])
    return [b""]
