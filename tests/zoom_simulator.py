"""A simulated Zoom for tests: `zoom_sim` in this process, `zoom_server` as a process of its own."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.shapes import CheckedTransport, check_event
from zoomsim.app import App, create_app
from zoomsim.http import ConnectionDropped
from zoomsim.switch_table import SWITCHES

REDIRECT_URL = "https://school.test/zoom/connect/callback/"
# What takes a webhook: headers and raw body → status and body of the answer.
Receiver = Callable[[dict[str, str], bytes], tuple[int, bytes]]


def answers_of(switch: str) -> list[Any]:
    """All that a switch may be set to, for a test that tries each."""
    kind = SWITCHES[switch][0]
    if kind is bool:
        return [False, True]
    assert isinstance(kind, tuple), f"{switch} may be set to anything"
    return list(kind)


def each_answer(*switches: str) -> list[Any]:
    """Parameters of a test that holds whatever each of these switches is set to: its name, the value."""
    return [
        pytest.param(switch, value, id=f"{switch}={value}")
        for switch in switches
        for value in answers_of(switch)
    ]


class InProcessTransport(httpx.BaseTransport):
    """Calls the simulator's application directly, as a caller over a socket would see it.

    A dropped connection is a RemoteProtocolError; an answer later than the read timeout a ReadTimeout, with
    the work done and no time spent waiting.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._local = threading.local()
        app.sim.options.sleep = self._wait

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._local.waited = 0.0
        started: list[Any] = []
        environ = _environ(request)
        try:
            body = b"".join(
                self._app(environ, lambda status, headers, *rest: started.extend([status, headers]))
            )
        except ConnectionDropped as dropped:
            problem = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(problem, request=request) from dropped
        limit = request.extensions.get("timeout", {}).get("read")
        if limit is not None and self._local.waited > limit:
            raise httpx.ReadTimeout("The read operation timed out", request=request)
        answer = httpx.Response(int(started[0].split()[0]), headers=started[1], stream=httpx.ByteStream(body))
        answer.extensions["is_faulty"] = bool(environ.get("zoomsim.fault"))
        return answer

    def _wait(self, seconds: float) -> None:
        self._local.waited = getattr(self._local, "waited", 0.0) + seconds


class ZoomSim:
    """The simulated Zoom of one test, and the hand that moves it.

    base_url and transport are for a client under test; times follow real (or the test's moved) time.
    """

    base_url = "https://zoom.test"
    webhook_secret = "sim-webhook-secret"

    def __init__(self, **options: Any) -> None:
        options = {"webhook_url": "https://school.test/zoom/webhook/", "send": self._receive} | options
        self.app = create_app(base_url=self.base_url, redirect_urls=[REDIRECT_URL], **options)
        self.sim = self.app.sim
        self.receiver: Receiver = lambda headers, body: (204, b"")
        self.plain_transport = InProcessTransport(self.app)
        self.transport = CheckedTransport(
            self.plain_transport, is_faulty=lambda response: bool(response.extensions["is_faulty"])
        )
        self.people = People(self)
        self.switch(url_validation=False)

    def client(self, token: str = "", **kwargs: Any) -> httpx.Client:
        """A client whose every call is checked against Zoom's shapes."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(transport=self.transport, base_url=self.base_url, headers=headers, **kwargs)

    def control(self, method: str, name: str, **fields: Any) -> Any:
        """A call of `/_sim/<name>`; raises ValueError with the simulator's own words."""
        path = f"/_sim/{name}"
        with httpx.Client(transport=self.plain_transport, base_url=self.base_url) as client:
            if method == "GET":
                answer = client.get(path, params=fields)
            else:
                answer = client.request(method, path, json=fields)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()

    def grant(self, email: str, **fields: Any) -> dict[str, Any]:
        """Authorise the app for a Zoom user, as if on the consent page: the token endpoint's answer."""
        token: dict[str, Any] = self.control("POST", "grants", email=email, **fields)
        return token

    def user(self, email: str, **fields: Any) -> dict[str, Any]:
        """Add or change a Zoom user: licence, status, timezone, settings, revoke."""
        user: dict[str, Any] = self.control("POST", "users", email=email, **fields)
        return user

    def set_time(self, instant: datetime) -> None:
        """Stop the simulator's clock at an instant."""
        self.control("POST", "clock", set=instant.isoformat(), stopped=True)

    def advance(self, by: timedelta | float) -> None:
        """Move its clock, by seconds or a timedelta."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        self.control("POST", "clock", advance_seconds=seconds)

    def fault(
        self, do: str, *, times: int | None = 1, probability: float | None = None, skip: int = 0, **rest: Any
    ) -> int:
        """Something to go wrong: `do` with what it needs, and whom it strikes (operation, route, event …)."""
        match = {
            key: rest.pop(key)
            for key in ("operation", "route", "grant_type", "email", "event")
            if key in rest
        }
        spec: dict[str, Any] = {"match": match, "effect": {"do": do, **rest}, "skip": skip, "times": times}
        if probability is not None:
            spec |= {"probability": probability, "times": None}
        number: int = self.control("POST", "faults", **spec)["id"]
        return number

    def switch(self, **switches: Any) -> None:
        self.control("POST", "switches", **switches)

    def limit(self, **limits: Any) -> None:
        self.control("POST", "limits", **limits)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """Every call of the API and the token endpoint so far, oldest first."""
        calls: list[dict[str, Any]] = self.control("GET", "log")["calls"]
        return calls

    def called(self, operation: str) -> int:
        """How often an operation was called."""
        return sum(1 for call in self.calls if call["operation"] == operation)

    @property
    def meetings(self) -> list[dict[str, Any]]:
        """The meetings that exist at Zoom now, each as GET /meetings/{id} answers, by number."""
        meetings: list[dict[str, Any]] = self.control("GET", "meetings")["meetings"]
        return meetings

    @property
    def webhooks(self) -> list[dict[str, Any]]:
        """Every webhook so far, oldest first, with state and tries."""
        webhooks: list[dict[str, Any]] = self.control("GET", "webhooks")["webhooks"]
        return webhooks

    @property
    def events(self) -> list[str]:
        """The names of the webhooks so far."""
        return [webhook["event"] for webhook in self.webhooks]

    def edit_meeting(self, number: int, **fields: Any) -> dict[str, Any]:
        """Change a meeting by hand in Zoom."""
        meeting: dict[str, Any] = self.control("POST", "meetings", number=number, **fields)
        return meeting

    def add_meeting(self, host: str, **fields: Any) -> dict[str, Any]:
        """Make a meeting by hand in Zoom."""
        meeting: dict[str, Any] = self.control("POST", "meetings", host=host, **fields)
        return meeting

    def delete_meeting(self, number: int, **fields: Any) -> None:
        """Delete a meeting, or one date of it, by hand in Zoom."""
        self.control("DELETE", "meetings", number=number, **fields)

    def truth(self) -> dict[str, Any]:
        """What really happened: meetings, sittings, and who was where from when until when."""
        truth: dict[str, Any] = self.control("GET", "truth")
        return truth

    def deliver(self) -> int:
        """Send the webhooks that are due to `receiver`; how many tries."""
        return self.sim.deliver_due()

    def close(self) -> None:
        """Check that every webhook was as Zoom sends them, and let go."""
        switches = self.sim.switches.all()
        like_samples = switches["joined_moment"] == "date_time" or switches["deauthorized_time"] == "inside"
        for webhook in self.webhooks:
            check_event(webhook["body"], is_sample=like_samples)
        self.sim.store.close()

    def _receive(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        return self.receiver(headers, body)


class People:
    """People in the simulator's meetings; a meeting is given by its number."""

    def __init__(self, zoom: ZoomSim) -> None:
        self._zoom = zoom

    def host_start(self, meeting: int) -> dict[str, Any]:
        return self._act(meeting, "host_start")

    def host_leave(self, meeting: int, **fields: Any) -> dict[str, Any]:
        return self._act(meeting, "host_leave", **fields)

    def join(self, meeting: int, *people: str | dict[str, str], count: int = 0) -> dict[str, Any]:
        return self._act(meeting, "join", people=list(people), count=count)

    def admit(self, meeting: int, *people: str) -> dict[str, Any]:
        return self._act(meeting, "admit", people=list(people))

    def wait(self, meeting: int, *people: str) -> dict[str, Any]:
        return self._act(meeting, "wait", people=list(people))

    def leave(self, meeting: int, *people: str, **fields: Any) -> dict[str, Any]:
        return self._act(meeting, "leave", people=list(people), **fields)

    def end(self, meeting: int, **fields: Any) -> dict[str, Any]:
        return self._act(meeting, "end", **fields)

    def where(self, meeting: int) -> dict[str, Any]:
        """Names by place: room, waiting, before_host."""
        places: dict[str, Any] = self._zoom.control("GET", "people", meeting=meeting)
        return places

    def _act(self, meeting: int, action: str, **fields: Any) -> dict[str, Any]:
        places: dict[str, Any] = self._zoom.control(
            "POST", "people", meeting=meeting, action=action, **fields
        )
        return places


class ZoomServer:
    """The simulator as a process on a free port; its state is in a file, so that it can be restarted."""

    def __init__(self, state: Path, **environment: str) -> None:
        self._state = state
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "zoomsim",
            "--port",
            str(self.port),
            "--state",
            str(self._state),
            "--limits",
            "off",
        ]
        self._process = subprocess.Popen(
            command, env=os.environ | self._environment, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not _is_open(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the simulator did not start")
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int | None:
        """Ask it to stop; its exit code."""
        return self._end(signal.SIGTERM)

    def control(self, method: str, name: str, **fields: Any) -> Any:
        query, body = (fields, None) if method == "GET" else ({}, fields)
        answer = httpx.request(
            method, f"{self.base_url}/_sim/{name}", params=query, json=body, trust_env=False
        )
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()

    def _end(self, number: signal.Signals) -> int | None:
        if self._process is None:
            return None
        self._process.send_signal(number)
        code = self._process.wait(timeout=10)
        self._process = None
        return code


@pytest.fixture
def zoom_sim() -> Iterator[ZoomSim]:
    """A fresh simulated Zoom in this process; every call and webhook is checked against Zoom's shapes."""
    zoom = ZoomSim()
    yield zoom
    zoom.close()


@pytest.fixture
def zoom_server(tmp_path: Path) -> Iterator[ZoomServer]:
    """A simulated Zoom as a running process."""
    server = ZoomServer(tmp_path / "zoomsim.sqlite3", ZOOMSIM_REDIRECT_URLS=REDIRECT_URL)
    server.start()
    yield server
    server.kill()


def _environ(request: httpx.Request) -> dict[str, Any]:
    parts = urlsplit(str(request.url))
    body = request.read()
    raw_path = request.url.raw_path.decode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.url.path.encode().decode("latin-1"),
        "RAW_URI": raw_path,
        "QUERY_STRING": request.url.query.decode(),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or 443),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_open(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
