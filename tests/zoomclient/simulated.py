"""A simulated Zoom as a process of its own, and a door for its events."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import httpx

from zoomclient import OAuth, TokenPair, Zoom, pkce_pair

CALLBACK = "https://school.example/zoom/callback/"


class Delivery(NamedTuple):
    """One event as it came over the wire."""

    timestamp: str | None
    signature: str | None
    body: bytes


class EventDoor:
    """Takes every event with 200."""

    def __init__(self) -> None:
        self.came: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        came = self.came

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = (self.headers["x-zm-request-timestamp"], self.headers["x-zm-signature"])
                came.put(Delivery(*headers, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *ignored: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/zoom/webhook/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Simulator:
    """`python -m zoomsim` on a free port, in memory; `close` ends it."""

    def __init__(self, webhook_url: str = "") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zoomsim", "--port", "0", "--limits", "host"],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "ZOOMSIM_REDIRECT_URLS": CALLBACK,
                "ZOOMSIM_WEBHOOK_URL": webhook_url,
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        found = re.search(r"http://localhost:(\d+)", line)
        assert found, line
        threading.Thread(target=self._process.stderr.read, daemon=True).start()  # or the pipe fills up
        self.url = f"http://127.0.0.1:{found.group(1)}"
        self._http = httpx.Client(base_url=self.url, trust_env=False)

    def control(self, name: str, **fields: Any) -> Any:
        """POST /_sim/<name>"""
        answer = self._http.post(f"/_sim/{name}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def strike(self, operation: str, times: int = 1, **effect: Any) -> None:
        """The next calls of this operation meet a fault."""
        self.control("faults", match={"operation": operation}, effect=effect, times=times)

    def calls(self, operation: str) -> int:
        """How many calls of this operation reached it."""
        return len(self._http.get("/_sim/log", params={"operation": operation}).json()["calls"])

    def topics(self) -> list[str]:
        """Of the meetings that stand at Zoom."""
        return sorted(one["topic"] for one in self._http.get("/_sim/meetings").json()["meetings"])

    def oauth(self, **options: Any) -> OAuth:
        return OAuth(self.url, "sim-client", "sim-secret", api_url=self.url, **options)

    def consent(self, email: str = "teacher@demo.example") -> TokenPair:
        """What a browser does on the consent page, then the code exchanged."""
        pkce = pkce_pair()
        with self.oauth() as oauth:
            url = oauth.authorize_url(redirect_uri=CALLBACK, state="st", code_challenge=pkce.challenge)
            asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
            user = self._user_id(email)
            back = self._http.post("/oauth/authorize", data={**asked, "user": user, "decision": "allow"})
            answer = parse_qs(urlsplit(back.headers["location"]).query)
            assert answer["state"] == ["st"]
            return oauth.exchange_code(answer["code"][0], redirect_uri=CALLBACK, code_verifier=pkce.verifier)

    def _user_id(self, email: str) -> str:
        with self.zoom(self.whole_account()) as zoom:
            return zoom.users.get(email).id

    def whole_account(self) -> TokenPair:
        """The account's own token, which reaches all its users."""
        with OAuth(self.url, "sim-s2s-client", "sim-s2s-secret", api_url=self.url) as oauth:
            return oauth.account_credentials("sim-account")

    def people(self, number: str, action: str, **fields: Any) -> Any:
        """Somebody does something in a meeting."""
        return self.control("people", meeting=int(number), action=action, **fields)

    def zoom(self, pair: TokenPair, **options: Any) -> Zoom:
        return Zoom(pair.api_url, pair.access, **options)

    def close(self) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait(timeout=10)
