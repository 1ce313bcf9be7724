"""Zoom as functions: a client whose transport is the test's own answer, and a server on a real socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.contract.shapes import CheckedTransport
from tests.zoomclient.simulated import EventDoor, Simulator
from zoomclient import OAuth, TokenPair, Zoom

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TOKEN = "eyJzdiI6IjAwMDAwMSIsImFsZyI6IkhTNTEyIn0.CANARY-ACCESS"
CLIENT_SECRET = "CANARY-CLIENT-SECRET"

type Answering = Callable[[httpx.Request], httpx.Response]


def zoom_that(answers: Answering, **options: Any) -> Zoom:
    """A client for which this function is Zoom; its clock stands at NOW."""
    transport = httpx.MockTransport(answers)
    return Zoom("https://api.zoom.us", TOKEN, transport=transport, clock=lambda: NOW, **options)


class Zoomed:
    """Gives these answers, status and body, one by one, the last one for good; keeps what was asked."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self._answers = answers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        status, body = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        return httpx.Response(status) if body is None else httpx.Response(status, json=body)

    @property
    def lines(self) -> list[str]:
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def sent(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


def zoom_answers(*answers: tuple[int, Any], checked: bool = True, **options: Any) -> tuple[Zoom, Zoomed]:
    """A client of such a Zoom. checked: the test fails by what is not as Zoom publishes it."""
    zoomed = Zoomed(*answers)
    transport: httpx.BaseTransport = httpx.MockTransport(zoomed)
    if checked:
        transport = CheckedTransport(transport)
    return Zoom("https://api.zoom.us", TOKEN, transport=transport, clock=lambda: NOW, **options), zoomed


def oauth_that(answers: Answering, **options: Any) -> OAuth:
    """The same for its OAuth server."""
    return OAuth(
        "https://zoom.us",
        "client",
        CLIENT_SECRET,
        transport=httpx.MockTransport(answers),
        clock=lambda: NOW,
        **options,
    )


class Zoomlike:
    """A listening socket; `serve` is called with each connection and the bytes of its first request."""

    def __init__(self, serve: Callable[[socket.socket, bytes], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.requests: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = connection.recv(65536)
                self.requests.append(request)
                self._serve(connection, request)
            except OSError:
                return  # the client hung up, as it should

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def listen() -> Iterator[Callable[[Callable[[socket.socket, bytes], None]], Zoomlike]]:
    """Starts servers and stops them after the test."""
    servers: list[Zoomlike] = []

    def start(serve: Callable[[socket.socket, bytes], None]) -> Zoomlike:
        servers.append(Zoomlike(serve))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


type Listen = Callable[[Callable[[socket.socket, bytes], None]], Zoomlike]


@pytest.fixture(scope="session")
def door() -> Iterator[EventDoor]:
    door = EventDoor()
    yield door
    door.close()


@pytest.fixture(scope="session")
def process(door: EventDoor) -> Iterator[Simulator]:
    simulator = Simulator(webhook_url=door.url)
    yield simulator
    simulator.close()


@pytest.fixture
def sim(process: Simulator) -> Simulator:
    process.control("reset")
    process.control("clock", set="2027-03-01T08:00:00Z", stopped=False)
    return process


@pytest.fixture
def pair(sim: Simulator) -> TokenPair:
    return sim.consent()


@pytest.fixture
def zoom(sim: Simulator, pair: TokenPair) -> Iterator[Zoom]:
    with sim.zoom(pair) as zoom:
        yield zoom
