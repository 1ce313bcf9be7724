"""The yardstick: a receiver of Zoom's events that checks the signature, inserts the bytes, commits, answers.

No framework; the same server, threads and durability of the database as the product's.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

SECRET = os.environ["ZOOM_WEBHOOK_SECRET"].encode()
PATH = os.environ["BENCH_RECEIVER_FILE"]
_here = threading.local()


def database() -> sqlite3.Connection:
    """This thread's connection."""
    if not hasattr(_here, "connection"):
        _here.connection = sqlite3.connect(PATH, timeout=20, isolation_level=None)
        _here.connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE IF NOT EXISTS event (digest TEXT PRIMARY KEY, body BLOB NOT NULL);"
        )
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
    if not hmac.compare_digest(wanted, environ["HTTP_X_ZM_SIGNATURE"]):
        start("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    connection = database()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT OR IGNORE INTO event VALUES (?, ?)", (hashlib.sha256(body).hexdigest(), body))
    connection.execute("COMMIT")
    start("200 OK", [("Content-Length", "0")])
    return [b""]
