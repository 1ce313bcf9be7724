"""A school, a simulated Zoom in a process of its own, and the work that goes on after a process died."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.core import breaker, clock
from eduraise.notifications.folder import mails_in
from eduraise.ops import regular
from eduraise.ops.schedule import REGULAR
from eduraise.zoom import asking
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.silence import BREAKER
from tests.linked import LinkedZoom
from tests.moving import MovingClock
from tests.school import School
from tests.sweep.processes import Browser, WebServer, client, work
from tests.truths import untrue
from tests.zoom_simulator import ZoomServer

STEP = timedelta(seconds=20)
# what an installation's worker does all the time, in the order of its list
WORK = tuple(work.name for work in REGULAR if work.name not in ("heartbeat", "prune"))


class FileClock(MovingClock):
    """Real time, moved for all processes at once by the file of seconds that they read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._set(0.0)

    def __call__(self) -> datetime:
        return clock.now()

    def advance(self, **step: float) -> datetime:
        self._set(self._seconds + timedelta(**step).total_seconds())
        return clock.now()

    def _set(self, seconds: float) -> None:
        self._seconds = seconds
        self._file.write_text(str(seconds), encoding="ascii")


class SimulatedZoom(ZoomServer):
    """The simulator's process, spoken to as `zoom_sim` is. Its clock is the file's."""

    def control(self, method: str, name: str, **fields: Any) -> Any:
        query, body = (fields, None) if method == "GET" else ({}, fields)
        answer = self._caller.request(method, f"/_sim/{name}", params=query, json=body)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()

    def start(self) -> None:
        super().start()
        self._caller = client(self.base_url)

    def reset(self) -> None:
        """As new: nobody, no meeting, no fault."""
        self.control("POST", "reset")
        self.control("POST", "switches", url_validation=False)

    def set_time(self, instant: datetime) -> None:
        """Nothing to do: the file moves it."""

    def user(self, email: str, **fields: Any) -> dict[str, Any]:
        """Add or change a Zoom user."""
        user: dict[str, Any] = self.control("POST", "users", email=email, **fields)
        return user

    def grant(self, email: str) -> dict[str, Any]:
        """Authorise the app as if on the consent page."""
        token: dict[str, Any] = self.control("POST", "grants", email=email)
        return token

    def client(self, token: str = "") -> httpx.Client:
        """A client of its API."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client(self.base_url, headers=headers)

    @property
    def meetings(self) -> list[dict[str, Any]]:
        """The meetings that stand there now."""
        meetings: list[dict[str, Any]] = self.control("GET", "meetings")["meetings"]
        return meetings

    def called(self, operation: str) -> int:
        """How often an operation was called."""
        return len(self.control("GET", "log", operation=operation)["calls"])


class World:
    """What a scenario acts on. tariq teaches and is connected; sana is enrolled, and hears of things."""

    def __init__(self, school: School, sim: SimulatedZoom, folder: Path, port: int) -> None:
        self.school, self.sim, self.folder, self.port = school, sim, folder, port
        self.linked = LinkedZoom(school, sim)  # type: ignore[arg-type]
        self.lost_mails = 0
        assert school.sana.pk
        self.host = self.linked.connect(school.tariq)

    # Before

    @property
    def tomorrow(self) -> str:
        """As a form takes it: a class of the next full hour may begin before it is booked."""
        return f"{clock.now() + timedelta(days=1):%Y-%m-%d}"

    def book(self, topic: str = "Sets", *, in_hours: float = 26, teacher: User | None = None) -> ClassSession:
        """A class as the form books it: wanted, committed, tried at once in this process."""
        return schedule_class(
            by=teacher or self.school.tariq, draft=self.draft(topic, in_hours, teacher), now=clock.now()
        )

    def draft(self, topic: str, in_hours: float, teacher: User | None = None) -> ClassDraft:
        """A class of an hour at a full minute."""
        starts_at = (clock.now() + timedelta(hours=in_hours)).replace(second=0, microsecond=0)
        return ClassDraft(
            program=self.school.program,
            teacher=teacher or self.school.tariq,
            topic=topic,
            starts_at=starts_at,
            duration=timedelta(minutes=60),
            zone="Europe/Madrid",
        )

    def book_later(self, *topics: str) -> list[ClassSession]:
        """Classes that are wanted while Zoom is silent: a worker has to book them."""
        breaker.failed(BREAKER, clock.now())
        breaker.failed(BREAKER, clock.now())
        booked = [self.book(topic, in_hours=26 + 2 * hour) for hour, topic in enumerate(topics)]
        breaker.answered(BREAKER)
        assert self.sim.meetings == []
        return booked

    def edit(self, session: ClassSession, **edit: Any) -> ClassSession:
        """Change a class."""
        return change_class(
            session=session,
            seen_version=session.version,
            edit=Edit(**edit),
            by=self.school.tariq,
            now=clock.now(),
        )

    def cancel(self, session: ClassSession) -> ClassSession:
        """Cancel a class."""
        return cancel_class(
            session=session, seen_version=session.version, by=self.school.tariq, now=clock.now()
        )

    def expire_token(self) -> None:
        """The host's access token has run out; the next call has to refresh it."""
        ZoomUser.objects.filter(pk=self.host.pk).update(access_expires_at=clock.now())

    def do(self, *names: str) -> None:
        """Let a living worker do pieces of regular work. Raises AssertionError if one fails."""
        for name in names:
            run = regular.run(name, now=clock.now())
            assert run.result == "ok", f"{name}: {run.result}"

    def consent(self, browser: Browser, person: User) -> str:
        """Let somebody go to Zoom and agree there; the address of ours to which Zoom sends her back."""
        answer = browser.post("/zoom/connect/start/")
        asked = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        user = self.sim.user(person.email, licence="licensed")
        with self.sim.client() as zoom:
            back = zoom.post("/oauth/authorize", data=asked | {"user": user["id"], "decision": "allow"})
        where = urlsplit(back.headers["location"])
        return f"{where.path}?{where.query}"

    def start(self, session: ClassSession) -> None:
        """The host starts the meeting in Zoom."""
        session.refresh_from_db()
        assert session.occurrence
        number = int(session.occurrence.meeting.meeting_number or 0)
        self.sim.control("POST", "people", meeting=number, action="host_start")

    # The death

    def worker_dies(self, name: str, crash_at: str) -> None:
        """A worker does one piece of work, and dies at it."""
        work(name, self.folder, crash_at=crash_at)

    def web(self, crash_at: str = "") -> WebServer:
        """A web server that dies when it passes the point."""
        return WebServer(self.folder, self.port, crash_at=crash_at)

    # Afterwards

    def carry_on(self, minutes: float = 6) -> None:
        """Let a living worker go on for so long, in steps of twenty seconds."""
        for _step in range(int(timedelta(minutes=minutes) / STEP)):
            self.school.clock.advance(seconds=STEP.total_seconds())
            self.do(*WORK)

    def mails(self) -> Counter[str]:
        """How often each mail arrived, by its Message-ID."""
        return Counter(mail["Message-ID"] for _name, mail in mails_in(self.folder / "mail"))

    def untrue(self) -> list[str]:
        """What doesn't hold, of all that must."""
        now = clock.now()
        found = untrue(self.sim, now)
        found += [f"arrived {number} times: {one}" for one, number in self.mails().items() if number > 1]
        return found + self._dead_links()

    def _dead_links(self) -> list[str]:
        """Connections whose tokens Zoom doesn't take any more."""
        dead = []
        for host in ZoomUser.objects.filter(teacher__isnull=False):
            me = asking.with_zoom(host, clock.now(), lambda zoom: zoom.users.me())
            dead += [f"{host} answers as {me.id}"] if me.id != host.zoom_user_id else []
        return dead


def until(is_so: Callable[[], object], what: str) -> None:
    """Wait for another process to have done something. Raises AssertionError after ten seconds."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.02)


def database_now_moved() -> datetime:
    """Leases as seen by a process that lives on for as long as the product's clock was moved."""
    return clock._database_now() + clock.offset()
