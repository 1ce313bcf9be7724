"""How fast Zoom's events are kept, against a receiver that only checks and inserts; and whether all are."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.environment import DATABASE, FOLDER, SECRET
from bench.figures import Figure
from bench.serving import free_port, granian, running, wait_for

EVENTS = 1000
ROUNDS = 3
SENDERS = 8
BARE = FOLDER / "receiver.sqlite3"


def measure() -> list[Figure]:
    """The product's rate against a bare receiver's, and what was lost. Its tables are there already."""
    ours, bare = free_port(), free_port()
    log = FOLDER / "log"
    shutil.copy(DATABASE, BARE)
    receiver = {"BENCH_RECEIVER_FILE": str(BARE)}
    rates: dict[int, list[float]] = {ours: [], bare: []}
    with (
        running(granian("eduraise.config.wsgi:application", ours), {}, log) as web,
        running(granian("bench.receiver:application", bare), receiver, log) as other,
    ):
        wait_for(f"http://localhost:{ours}/health/live", web)
        wait_for(f"http://localhost:{bare}/", other, status=400)
        for number in range(ROUNDS):
            rates[ours].append(offer(ours, number))
            rates[bare].append(offer(bare, number))
    offered = ROUNDS * EVENTS
    lost = 2 * offered - kept(DATABASE) - kept(BARE)
    mine, yardstick = median(rates[ours]), median(rates[bare])
    note = f"{mine:.0f}/s against {yardstick:.0f}/s"
    return [
        Figure(
            "Zoom's events: rate against a bare receiver",
            mine / yardstick,
            "×",
            0.7,
            at_most=False,
            note=note,
        ),
        Figure("Zoom's events: answered 200 and not kept", lost, "events", 0),
    ]


def offer(port: int, number: int) -> float:
    """Deliver a round of events, each once, on kept connections; how many a second were answered."""
    bodies = [body_of(number * EVENTS + index) for index in range(EVENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(lambda share: deliver(port, share), (bodies[n::SENDERS] for n in range(SENDERS))))
    return EVENTS / (time.perf_counter() - began)


def deliver(port: int, bodies: list[bytes]) -> None:
    """Post each, and insist on 200."""
    with closing(http.client.HTTPConnection("localhost", port, timeout=30)) as connection:
        for body in bodies:
            stamp = str(int(time.time()))
            signed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
            headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}"}
            connection.request("POST", "/zoom/webhook/", body, headers | {"content-type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"an event was answered with {answer.status}")


def body_of(number: int) -> bytes:
    """An event of Zoom's usual size, each another."""
    meeting = {"id": str(90_000_000 + number), "uuid": f"uuid-{number}==", "topic": "Lesson", "type": 2}
    participant = {
        "user_name": "Nora Castell",
        "participant_uuid": f"P-{number}",
        "join_time": "2026-03-02T08:00:00Z",
    }
    payload = {"account_id": "account", "object": meeting | {"participant": participant}}
    return json.dumps(
        {"event": "meeting.participant_joined", "event_ts": number, "payload": payload}
    ).encode()


def kept(path: Path) -> int:
    """How many events a database holds."""
    with closing(sqlite3.connect(path)) as database:
        rows: int = database.execute("SELECT count(*) FROM events_zoomevent").fetchone()[0]
        return rows
