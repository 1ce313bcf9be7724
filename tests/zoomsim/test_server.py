"""The simulator as a process: real connections, a state that survives a kill, the command itself."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.contract.shapes import CheckedTransport, check_event
from tests.zoom_simulator import ZoomServer
from tests.zoomsim.conftest import TARIQ


class Product(HTTPServer):
    """Somebody who takes webhooks, and lets the test wait for them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.bodies: list[dict[str, Any]] = []
        self.came = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/zoom/webhook/"

    def wait_for(self, *events: str) -> list[dict[str, Any]]:
        """The bodies so far, once all these events are among them."""
        with self.came:
            done = self.came.wait_for(
                lambda: set(events) <= {body["event"] for body in self.bodies}, timeout=10
            )
        assert done, [body["event"] for body in self.bodies]
        return self.bodies


class _Take(BaseHTTPRequestHandler):
    server: Product

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.came:
            self.server.bodies.append(body)
            self.server.came.notify_all()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def product() -> Iterator[Product]:
    server = Product()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_api_works_over_a_socket(zoom_server: ZoomServer) -> None:
    with api(zoom_server) as client:
        made = client.post("/v2/users/me/meetings", json={"topic": "Algebra é"}).json()

        assert made["topic"] == "Algebra é"
        assert made["join_url"].startswith(f"{zoom_server.base_url}/j/")
        assert client.patch(f"/v2/meetings/{made['id']}", json={"topic": "Sets"}).status_code == 204
        assert client.get(f"/v2/meetings/{made['id']}").json()["topic"] == "Sets"


def test_a_connection_is_kept_and_chunks_are_read(zoom_server: ZoomServer) -> None:
    token = zoom_server.control("POST", "grants", email=TARIQ)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", zoom_server.port, timeout=5)

    connection.request(
        "POST", "/v2/users/me/meetings", iter([b'{"topic":', b' "Algebra"}']), headers, encode_chunked=True
    )
    answer = connection.getresponse()
    number = json.loads(answer.read())["id"]
    sock = connection.sock
    connection.request("DELETE", f"/v2/meetings/{number}", headers=headers)
    second = connection.getresponse()

    assert (answer.status, second.status, second.read()) == (201, 204, b"")
    assert connection.sock is sock
    connection.close()


@pytest.mark.parametrize(("do", "made"), [("drop_before", 0), ("do_then_drop", 1)])
def test_a_dropped_connection_is_dropped(zoom_server: ZoomServer, do: str, made: int) -> None:
    match, effect = {"operation": "meetingCreate"}, {"do": do}
    with api(zoom_server) as client:
        zoom_server.control("POST", "faults", match=match, effect=effect)
        with pytest.raises(httpx.RemoteProtocolError):
            client.post("/v2/users/me/meetings", json={"topic": "Algebra"})

    assert len(zoom_server.control("GET", "meetings")["meetings"]) == made


def test_a_late_answer_holds_nobody_else_up(zoom_server: ZoomServer) -> None:
    effect = {"do": "delay", "seconds": 30}
    with api(zoom_server, timeout=0.2) as slow, api(zoom_server, email="teacher01@demo.example") as other:
        zoom_server.control("POST", "faults", match={"operation": "meetingCreate"}, effect=effect)
        with pytest.raises(httpx.ReadTimeout):
            slow.post("/v2/users/me/meetings", json={"topic": "Algebra"})
        assert other.get("/v2/users/me").status_code == 200

    assert len(zoom_server.control("GET", "meetings")["meetings"]) == 1


def test_a_kill_loses_nothing_that_was_answered(zoom_server: ZoomServer) -> None:
    token = zoom_server.control("POST", "grants", email=TARIQ)
    with api(zoom_server, token=token["access_token"]) as client:
        made = client.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()
    zoom_server.control("POST", "people", meeting=made["id"], action="host_start")
    zoom_server.control("POST", "switches", refresh_mode="grace")

    zoom_server.kill()
    zoom_server.start()

    with api(zoom_server, token=token["access_token"]) as client:
        read = client.get(f"/v2/meetings/{made['id']}").json()
        assert (read["topic"], read["status"]) == ("Algebra", "started")
        again = client.post("/v2/users/me/meetings", json={"topic": "Sets"}).json()
    assert again["id"] != made["id"]
    assert zoom_server.control("GET", "switches")["refresh_mode"] == "grace"


def test_many_callers_at_once_each_get_their_own(zoom_server: ZoomServer) -> None:
    numbers: list[int] = []

    def book() -> None:
        with api(zoom_server, token=token) as client:
            for _ in range(10):
                numbers.append(client.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()["id"])

    token = zoom_server.control("POST", "grants", email=TARIQ)["access_token"]
    threads = [threading.Thread(target=book) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(numbers)) == 80
    assert len(zoom_server.control("GET", "meetings")["meetings"]) == 80


def test_webhooks_go_out_by_themselves(tmp_path: Path, product: Product) -> None:
    server = ZoomServer(tmp_path / "state.sqlite3", ZOOMSIM_WEBHOOK_URL=product.url)
    server.start()
    try:
        with api(server) as client:
            number = client.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()["id"]
        server.control("POST", "people", meeting=number, action="host_start")
        server.control("POST", "people", meeting=number, action="join", count=20)
        server.control("POST", "people", meeting=number, action="end")
        bodies = product.wait_for("endpoint.url_validation", "meeting.created", "meeting.ended")
    finally:
        server.kill()

    told = [body for body in bodies if body["event"] != "endpoint.url_validation"]
    assert len(told) == 1 + 1 + 21 + 21 + 1
    assert (told[0]["event"], told[1]["event"], told[-1]["event"]) == (
        "meeting.created",
        "meeting.started",
        "meeting.ended",
    )
    for body in bodies:
        check_event(body)


def test_what_could_not_be_sent_is_sent_after_a_restart_and_when_its_time_has_come(
    tmp_path: Path, product: Product
) -> None:
    offset = tmp_path / "offset"
    server = ZoomServer(
        tmp_path / "state.sqlite3",
        ZOOMSIM_WEBHOOK_URL=f"http://127.0.0.1:{_closed_port()}/",
        CLOCK_OFFSET_FILE=str(offset),
    )
    server.start()
    with api(server) as client:
        client.post("/v2/users/me/meetings", json={"topic": "Algebra"})
    server.kill()

    server = ZoomServer(
        tmp_path / "state.sqlite3", ZOOMSIM_WEBHOOK_URL=product.url, CLOCK_OFFSET_FILE=str(offset)
    )
    server.start()
    try:
        offset.write_text("301")
        product.wait_for("meeting.created")
    finally:
        server.kill()


def test_the_command_stops_when_asked_and_says_when_the_port_is_taken(zoom_server: ZoomServer) -> None:
    command = [sys.executable, "-m", "zoomsim", "--port", str(zoom_server.port)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert second.returncode == 1
    assert f"cannot listen on 127.0.0.1:{zoom_server.port}" in second.stderr
    assert zoom_server.stop() == 0


def api(server: ZoomServer, *, token: str = "", email: str = TARIQ, timeout: float = 5) -> httpx.Client:
    token = token or server.control("POST", "grants", email=email)["access_token"]
    transport = CheckedTransport(httpx.HTTPTransport(), is_faulty=lambda answer: answer.status_code >= 500)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(transport=transport, base_url=server.base_url, headers=headers, timeout=timeout)


def _closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
