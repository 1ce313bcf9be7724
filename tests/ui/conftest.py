"""The shell's own site, in-process for the quick tests and as a process of its own for the browser."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from eduraise.ui import nav, shell
from tests.ui import site

TEMPLATES = Path(__file__).parent / "templates"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def visitor(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of the shell's site, whose pages draw a teacher without a database."""
    monkeypatch.setattr(nav, "_entries", [])
    before = asdict(shell.wiring)
    settings.ROOT_URLCONF, settings.DEMO = "tests.ui.site", True
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}]
    site.furnish()
    yield Client(headers={"host": "localhost"}, raise_request_exception=False)
    shell.wire(**before)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the shell's site is served, under the product's middleware and policy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.environment", "tests/ui/serve.py", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(port, server)
    yield f"http://localhost:{port}"
    server.terminate()
    server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Until the server listens; an error if it died instead."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the shell's site did not start: {server.poll()}")
