"""A term of a thousand classes on its way to Zoom: as fast as Zoom lets an account be called, and not faster.

Each part is a process of its own: the worker as `eduraise worker` starts it, and the simulated Zoom on a
socket, which keeps to the rates of its account's plan and answers as late as one across a sea.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.db import transaction
from tests.moving import MovingClock
from tests.school import School

from bench.environment import FOLDER
from bench.figures import Figure
from bench.serving import TOOLS, free_port, running, wait_for
from eduraise.accounts.models import User
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.scheduling import schedule_class
from eduraise.core import breaker, clock
from eduraise.zoom.enums import OPEN_STATES, HostState, Licence
from eduraise.zoom.models import ZoomAccount, ZoomMeeting, ZoomOperation, ZoomUser
from eduraise.zoom.rates import rates_of
from eduraise.zoom.silence import BREAKER
from zoomclient.limits import RATES, RateClass

CLASSES = 1000
# Zoom lets a hundred meetings a day be made for one host, and fifteen of them are kept for repairs
HOSTS = 12
CLASSES_OF_A_DAY = 6
# half of the calls are answered so late, half so late
SECONDS_TO_AN_ANSWER = (0.15, 0.3)
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class PretendZoom:
    """The simulator's process."""

    url: str

    def control(self, method: str, name: str, **fields: Any) -> Any:
        """What `/_sim/<name>` answers."""
        asked = {"params": fields} if method == "GET" else {"json": fields}
        answer = httpx.request(method, f"{self.url}/_sim/{name}", timeout=30, trust_env=False, **asked)
        return answer.raise_for_status().json()


def measure() -> list[Figure]:
    """The rate at which Zoom saw the creates, and what went wrong. Fills a fresh database."""
    clock.install()
    with pretend_zoom() as zoom:
        hosts = connected_hosts(zoom)
        plan_term(hosts)
        worker = [str(TOOLS / "eduraise"), "worker"]
        with running(worker, {"ZOOM_API_URL": zoom.url, "ZOOM_OAUTH_URL": zoom.url}, FOLDER / "log"):
            wait_until_pushed()
        calls = zoom.control("GET", "log")["calls"]
        stand_there = {str(meeting["id"]) for meeting in zoom.control("GET", "meetings")["meetings"]}
    creates = [datetime.fromisoformat(call["at"]) for call in calls if call["operation"] == "meetingCreate"]
    rate = (len(creates) - 1) / (creates[-1] - creates[0]).total_seconds()
    allowed = RATES[rates_of(ZoomAccount.objects.get())][RateClass.LIGHT].per_second
    known = set(ZoomMeeting.objects.values_list("meeting_number", flat=True))
    return [
        Figure(
            "a term to Zoom: share of the rate that Zoom allows",
            100 * rate / allowed,
            "%",
            95,
            at_most=False,
            note=f"{rate:.1f}/s of {allowed}/s, {len(creates)} creates",
        ),
        Figure(
            "a term to Zoom: calls refused for a limit",
            sum(call["status"] == 429 for call in calls),
            "calls",
            0,
        ),
        Figure("a term to Zoom: classes without a meeting", CLASSES - len(known & stand_there), "classes", 0),
        Figure("a term to Zoom: meetings of no class", len(stand_there - known), "meetings", 0),
    ]


@contextmanager
def pretend_zoom() -> Iterator[PretendZoom]:
    """The simulator with its limits on, far away."""
    port = free_port()
    zoom = PretendZoom(f"http://localhost:{port}")
    command = [sys.executable, "-m", "zoomsim", "--port", str(port), "--limits", "on"]
    with running(command, {}, FOLDER / "log") as process:
        wait_for(f"{zoom.url}/_sim/clock", process)
        near, far = SECONDS_TO_AN_ANSWER
        everything = {"route": "* /v2/*"}
        zoom.control(
            "POST", "faults", match=everything, effect={"do": "delay", "seconds": near}, probability=0.5
        )
        zoom.control("POST", "faults", match=everything, effect={"do": "delay", "seconds": far}, times=None)
        yield zoom


def connected_hosts(zoom: PretendZoom) -> list[ZoomUser]:
    """Teachers of one program each, with their own licensed Zoom users."""
    school = School(MovingClock(clock.now()))
    return [connected(school, zoom, number) for number in range(1, HOSTS + 1)]


def connected(school: School, zoom: PretendZoom, number: int) -> ZoomUser:
    """One of them, as the consent page would leave her."""
    teacher = school.teacher(f"teacher{number}")
    school.assign(teacher, school.make_program(f"P{number}", f"Program {number}"))
    pair = zoom.control("POST", "grants", email=f"teacher{number:02}@demo.example")
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}
    me = httpx.get(f"{zoom.url}/v2/users/me", headers=bearer, trust_env=False).json()
    account, _made = ZoomAccount.objects.get_or_create(zoom_account_id=me["account_id"])
    return ZoomUser.objects.create(
        account=account,
        zoom_user_id=me["id"],
        email=me["email"],
        licence=Licence.LICENSED,
        teacher=teacher,
        state=HostState.CONNECTED,
        state_since=school.now,
        api_url=zoom.url,
        scopes=pair["scope"].split(),
        access_token=pair["access_token"],
        access_expires_at=school.now + timedelta(seconds=pair["expires_in"]),
        refresh_token=pair["refresh_token"],
        token_version=1,
    )


def plan_term(hosts: list[ZoomUser]) -> None:
    """The classes, each as the form books it; while Zoom is silent, so that a worker has to book them."""
    breaker.failed(BREAKER, clock.now())
    breaker.failed(BREAKER, clock.now())
    with transaction.atomic():
        for number in range(CLASSES):
            teacher = hosts[number % HOSTS].teacher
            assert teacher
            schedule_class(by=teacher, draft=draft(teacher, number // HOSTS), now=clock.now())
    breaker.answered(BREAKER)


def draft(teacher: User, number: int) -> ClassDraft:
    """Her so-and-so-manieth class of an hour, from the day after tomorrow on."""
    day, hour = divmod(number, CLASSES_OF_A_DAY)
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return ClassDraft(
        program=teacher.assignments.get().program,
        teacher=teacher,
        topic=f"Lesson {number + 1}",
        starts_at=midnight + timedelta(days=2 + day, hours=8 + hour),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )


def wait_until_pushed() -> None:
    """Until no operation is open."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ZoomOperation.objects.filter(state__in=OPEN_STATES).exists():
        if time.monotonic() > deadline:
            raise RuntimeError("the term is not at Zoom yet")
        time.sleep(0.5)
