"""Real processes beside the test: a web server, a worker; told where to die, and watched while they do."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings
from django.db import connection
from django.test import Client

from eduraise.accounts.models import User
from tests.classes.pages import fields_of

PATIENCE_SECONDS = 90
STOPS_SECONDS = 20


class StillAlive(AssertionError):
    """A process that was to die at a point did not come by there."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def database_url() -> str:
    """The test's own database, for another process."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{named['NAME']}"
    user = f"{named['USER']}:{named['PASSWORD']}" if named["PASSWORD"] else named["USER"]
    return f"postgresql://{user}@/{named['NAME']}?host={named['HOST']}"


def environment(folder: Path, crash_at: str = "") -> dict[str, str]:
    """What a process is told: the test's database, clock, mail folder and simulator, and where to die."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "BASE_URL": settings.BASE_URL,
        "ZOOM_API_URL": settings.ZOOM_API_URL,
        "ZOOM_OAUTH_URL": settings.ZOOM_OAUTH_URL,
        "CLOCK_OFFSET_FILE": str(settings.CLOCK_OFFSET_FILE),
        "EMAIL_URL": f"file://{folder}/mail",
        "WEB_THREADS": "4",
        "ZOOM_SENDERS": "4",
        "EDURAISE_CRASH_AT": crash_at,
    }


def work(name: str, folder: Path, *, crash_at: str) -> None:
    """Let a worker do one piece of regular work and die at it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sweep.worker", name],
        env=environment(folder, crash_at),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    point = crash_at.partition(":")[0]
    if (done.returncode, f"dies at {point}" in done.stderr) != (-signal.SIGKILL, True):
        raise StillAlive(f"exit {done.returncode}\n{done.stdout}\n{done.stderr[-3000:]}")


class WebServer:
    """`eduraise serve` on a port, until its process dies at a point or the block ends."""

    def __init__(self, folder: Path, port: int, *, crash_at: str = "") -> None:
        self.address = f"http://localhost:{port}"
        self._log = folder / "serve.log"
        self._point = crash_at.partition(":")[0]
        command = [str(Path(sys.executable).parent / "eduraise"), "serve", "--port", str(port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=environment(folder, crash_at), stdout=log, stderr=log, start_new_session=True
            )

    def __enter__(self) -> Self:
        deadline = time.monotonic() + PATIENCE_SECONDS
        with client(self.address) as caller:
            while not _is_up(caller):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__(None, None, None)
                    raise AssertionError(self._log.read_text())
                time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=STOPS_SECONDS)
        except subprocess.TimeoutExpired:
            # the parent at times misses the signal while it replaces the worker that died
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=PATIENCE_SECONDS)

    def browser(self, person: User) -> Browser:
        """A browser in which this person is signed in."""
        return Browser(self.address, person)

    def wait_for_death(self) -> None:
        """Raises StillAlive if its process doesn't die at the point."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while f"dies at {self._point}" not in self._log.read_text():
            if time.monotonic() > deadline:
                raise StillAlive(self._log.read_text()[-3000:])
            time.sleep(0.02)


def client(address: str, **options: Any) -> httpx.Client:
    """A client for one address on this machine, made without reading any certificate."""
    return httpx.Client(base_url=address, trust_env=False, verify=False, timeout=PATIENCE_SECONDS, **options)


def _is_up(caller: httpx.Client) -> bool:
    try:
        return caller.get("/health/live").status_code == 200
    except httpx.TransportError:
        return False


class Browser:
    """Sends forms over a real socket, as somebody who is signed in."""

    def __init__(self, address: str, person: User) -> None:
        signed_in = Client()
        signed_in.force_login(person)
        cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
        self.client = client(address, cookies={settings.SESSION_COOKIE_NAME: cookie})

    def get(self, path: str) -> httpx.Response:
        """Open a page; redirects are not followed."""
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        if settings.CSRF_COOKIE_NAME not in self.client.cookies:
            self.client.get("/zoom/connect/")
        token = self.client.cookies[settings.CSRF_COOKIE_NAME]
        return self.client.post(path, data=fields, headers={"X-CSRFToken": token})

    def post_to_death(self, path: str, **fields: str) -> None:
        """Send a form to a process that dies of it. Raises AssertionError if it answers."""
        self._unanswered(lambda: self.post(path, **fields))

    def get_to_death(self, path: str) -> None:
        """Open a page of a process that dies of it. Raises AssertionError if it answers."""
        self._unanswered(lambda: self.get(path))

    def form(self, path: str, form_id: str) -> dict[str, str]:
        """What a page's form would send as it stands."""
        return fields_of(self.get(path), form_id)

    def _unanswered(self, send: object) -> None:
        try:
            answer = send()  # type: ignore[operator]
        except httpx.TransportError:
            return
        said = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
        raise AssertionError(f"{answer.status_code}: {said[:1500]}")
