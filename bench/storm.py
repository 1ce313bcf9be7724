"""Twenty-five classes of five hundred begin and end at once: every event is kept once, and applied soon.

Web and worker are processes as in production. An event that is answered 503, or not within Zoom's three
seconds, is offered again after all others, as Zoom would five minutes later.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from subprocess import Popen
from threading import Event, Thread

from django.db import connection, transaction
from django.db.models import Count, F, Min
from tests.classes.rows import make_host
from tests.moving import MovingClock
from tests.school import School

from bench.environment import FOLDER, SECRET
from bench.figures import Figure
from bench.school import fill
from bench.serving import TOOLS, free_port, granian, running, wait_for
from eduraise.attendance.models import Interval, Register
from eduraise.core import clock
from eduraise.events.models import ZoomEvent
from eduraise.zoom.models import ZoomInstance, ZoomMeeting

CLASSES = 25
PEOPLE = 500
OFFERED_IN_SECONDS = 10
SENDERS = 200
# Zoom waits so long for an answer, and comes again so often (after 5, 25 and 85 minutes)
ZOOM_WAITS_SECONDS = 3
TRIES = 4
PATIENCE_SECONDS = 400
WAITING = (ZoomEvent.State.RECEIVED, ZoomEvent.State.WAITING)
ACCOUNT = "account"


@dataclass
class Storm:
    """The offering. answers: how many by status, 0 for none in time; not_taken: to be offered again."""

    port: int
    answers: dict[int, int] = field(default_factory=dict)
    not_taken: list[bytes] = field(default_factory=list)

    def offer(self, bodies: list[bytes], *, within: float) -> list[bytes]:
        """Offer each once, evenly; those that were not taken."""
        self.not_taken = []
        began, step = time.perf_counter(), within / max(len(bodies), 1)
        with ThreadPoolExecutor(SENDERS) as senders:
            for first in range(SENDERS):
                senders.submit(self._send, bodies[first::SENDERS], began + first * step, SENDERS * step)
        return self.not_taken

    def _send(self, bodies: list[bytes], at: float, step: float) -> None:
        with closing(http.client.HTTPConnection("localhost", self.port, timeout=ZOOM_WAITS_SECONDS)) as line:
            for number, body in enumerate(bodies):
                time.sleep(max(0.0, at + number * step - time.perf_counter()))
                status = post(line, body)
                self.answers[status] = self.answers.get(status, 0) + 1
                if status != 200:
                    self.not_taken.append(body)


def post(line: http.client.HTTPConnection, body: bytes) -> int:
    """Deliver one; the answer's status, 0 for none in time."""
    stamp = str(int(time.time()))
    signed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}"}
    try:
        line.request("POST", "/zoom/webhook/", body, headers | {"content-type": "application/json"})
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        line.close()
        return 0
    return answer.status


class Watch(Thread):
    """Looks twice a second how many events wait, and since when the oldest does."""

    def __init__(self) -> None:
        super().__init__()
        self.furthest_behind = 0.0
        self.over = Event()

    def run(self) -> None:
        """Until told that it is over."""
        while not self.over.wait(0.5):
            _waiting, oldest = waiting()
            if oldest is not None:
                behind = (datetime.now(UTC) - oldest).total_seconds()
                self.furthest_behind = max(self.furthest_behind, behind)
        connection.close()


def waiting() -> tuple[int, datetime | None]:
    """How many events wait to be applied, and when the oldest of them came."""
    found = ZoomEvent.objects.filter(state__in=WAITING).aggregate(n=Count("pk"), oldest=Min("received_at"))
    return found["n"], found["oldest"]


def measure() -> list[Figure]:
    """How far behind the storm left us, how fast it was over, and what was lost or doubled."""
    clock.install()
    bodies = list(events_of(meetings_now()))
    port = free_port()
    worker = [str(TOOLS / "eduraise"), "worker"]
    log = FOLDER / "log"
    with running(granian("eduraise.config.wsgi:application", port), {}, log) as web:
        wait_for(f"http://localhost:{port}/health/live", web)
        with running(worker, {}, log) as working:
            return figures_of(bodies, Storm(port), working)


def figures_of(bodies: list[bytes], storm: Storm, worker: Popen[bytes]) -> list[Figure]:
    """Let it blow, and wait until all is applied."""
    watch, began = Watch(), time.perf_counter()
    watch.start()
    try:
        left, within = bodies, float(OFFERED_IN_SECONDS)
        for _try in range(TRIES):
            left = storm.offer(left, within=within) if left else []
            within = len(left) / 1000
        offered = time.perf_counter() - began
        while waiting()[0]:
            if worker.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                raise RuntimeError("the storm's events are not applied")
            time.sleep(0.2)
    finally:
        watch.over.set()
        watch.join()
    rate = len(bodies) / (time.perf_counter() - began)
    kept = ZoomEvent.objects.count()
    settled = ZoomEvent.objects.filter(state__in=[ZoomEvent.State.APPLIED, ZoomEvent.State.IGNORED]).count()
    answers = ", ".join(f"{status}: {number}" for status, number in sorted(storm.answers.items()))
    note = f"{len(bodies)} events, offered for {offered:.0f} s ({answers})"
    return [
        Figure("a storm of events: drained", rate, "events/s", 300, at_most=False, note=note),
        Figure("a storm of events: live figures behind at most", watch.furthest_behind, "s", 120),
        Figure(
            "a storm of events: lost, doubled, or not settled", 2 * len(bodies) - kept - settled, "events", 0
        ),
        Figure(
            "a storm of events: sittings but one for a class",
            abs(ZoomInstance.objects.count() - CLASSES),
            "",
            0,
        ),
        Figure(
            "a storm of events: comings and goings lost or doubled",
            abs(Interval.objects.count() - 2 * (PEOPLE - 1) * CLASSES),
            "facts",
            0,
        ),
        Figure("a storm of events: registers folded after it", folded_within(), "s", 30),
    ]


def folded_within() -> float:
    """How long until every class's register has all that was told, in seconds."""
    began = time.perf_counter()
    behind = Register.objects.filter(facts_version__gt=F("folded_version"))
    while behind.exists() and time.perf_counter() - began < PATIENCE_SECONDS:
        time.sleep(0.2)
    return time.perf_counter() - began


@transaction.atomic
def meetings_now() -> list[ZoomMeeting]:
    """A class of each of several teachers, about to begin."""
    school = School(MovingClock(clock.now()))
    for number in range(CLASSES):
        teacher = school.teacher(f"teacher{number}")
        program = school.make_program(f"P{number}", f"Program {number}")
        school.assign(teacher, program)
        fill(program, teacher, make_host(teacher, school.now), [school.now], school.now)
    return list(ZoomMeeting.objects.select_related("host"))


def events_of(meetings: list[ZoomMeeting]) -> Iterator[bytes]:
    """All meetings begin, everybody comes, everybody goes, all end; of each class in turn."""
    for meeting in meetings:
        yield event("meeting.started", meeting, {})
    for number in range(PEOPLE - 1):
        for meeting in meetings:
            yield event("meeting.participant_joined", meeting, participant(number, "join_time"))
    for number in range(PEOPLE - 1):
        for meeting in meetings:
            yield event("meeting.participant_left", meeting, participant(number, "leave_time"))
    for meeting in meetings:
        yield event("meeting.ended", meeting, {"end_time": moment()})


def participant(number: int, moment_name: str) -> dict[str, object]:
    """The part of an event that tells of somebody."""
    return {
        "participant": {
            "user_id": str(16778240 + number),
            "user_name": f"Person {number}",
            "participant_uuid": f"55555555-AAAA-{number}",
            moment_name: moment(),
        }
    }


def event(name: str, meeting: ZoomMeeting, more: dict[str, object]) -> bytes:
    """One event in Zoom's shape."""
    told = {
        "id": meeting.meeting_number,
        "uuid": f"{meeting.pk:022}==",
        "host_id": meeting.host.zoom_user_id,
        "topic": meeting.wanted_topic,
        "type": 2,
        "start_time": moment(),
        "timezone": "UTC",
        "duration": 60,
    }
    payload = {"account_id": ACCOUNT, "object": told | more}
    return json.dumps({"event": name, "event_ts": time.time_ns() // 1_000_000, "payload": payload}).encode()


def moment() -> str:
    """Now, as Zoom writes it."""
    return f"{clock.now():%Y-%m-%dT%H:%M:%SZ}"
