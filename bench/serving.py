"""Processes to measure: started on free ports, waited for, stopped by their own handle."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TOOLS = Path(sys.executable).parent
PATIENCE_SECONDS = 180


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives as long as the block."""
    with log.open("ab") as out:
        child = subprocess.Popen(command, env=os.environ | dict(environment), stdout=out, stderr=out)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()


def granian(application: str, port: int) -> list[str]:
    """The server as `eduraise serve` starts it, for any application."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    threads = ["--blocking-threads", "8", "--no-ws", "--log-level", "warning"]
    return [str(TOOLS / "granian"), *options, *threads, application]


def wait_for(address: str, child: subprocess.Popen[bytes], status: int = 200) -> float:
    """Until an address answers with this status; the seconds that it took."""
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE_SECONDS:
        if child.poll() is not None:
            raise RuntimeError(f"the process ended with {child.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == status:
                    return time.perf_counter() - began
        except urllib.error.HTTPError as problem:
            if problem.code == status:
                return time.perf_counter() - began
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"{address} didn't answer")
