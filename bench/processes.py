"""The demo's memory, and how long a web process takes to its first page."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.environment import FOLDER
from bench.figures import Figure
from bench.serving import TOOLS, free_port, running, wait_for

STARTS = 3


def cold_start() -> list[Figure]:
    """From starting `eduraise serve` to the sign-in page's first byte; static files were gathered before."""
    taken = []
    for _ in range(STARTS):
        port = free_port()
        began = perf_counter()
        with running([str(TOOLS / "eduraise"), "serve", "--port", str(port)], {}, FOLDER / "log") as web:
            wait_for(f"http://localhost:{port}/accounts/login/", web)
            taken.append(perf_counter() - began)
    return [Figure("web process: cold start to first page", median(taken), "s", 2)]


def demo() -> list[Figure]:
    """The whole demo once its school is made and its worker is alive."""
    port, sim = free_port(), free_port()
    own = {"PORT": str(port), "ZOOMSIM_PORT": str(sim), "DATA_DIR": str(FOLDER / "demo")}
    began = perf_counter()
    with running([str(TOOLS / "eduraise"), "demo"], own, FOLDER / "demo-log") as parent:
        wait_for(f"http://localhost:{port}/health/ready", parent)
        wait_for_worker(port, parent)
        ready = perf_counter() - began
        for page in ("/accounts/login/", "/health/ready"):
            wait_for(f"http://localhost:{port}{page}", parent)
        megabytes = sum(resident_kilobytes(pid) for pid in tree(parent.pid)) / 1024
    return [
        Figure("demo: web, worker and pretend Zoom resident", megabytes, "MB", 350),
        Figure("demo: from nothing to a school that answers", ready, "s"),
    ]


def wait_for_worker(port: int, parent: subprocess.Popen[bytes]) -> None:
    """Until the worker has said that it is alive: then every part is ok."""
    while parent.poll() is None:
        with urllib.request.urlopen(f"http://localhost:{port}/health/ready", timeout=5) as answer:
            if json.load(answer)["status"] == "ok":
                return
        time.sleep(0.5)
    raise RuntimeError("the demo ended")


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    below = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in children(task)]
    return [pid, *(one for child in below for one in tree(child))]


def children(task: Path) -> list[str]:
    """The processes that a thread began."""
    return (task / "children").read_text().split()


def resident_kilobytes(pid: int) -> int:
    """What a process holds of memory, pages that it shares counted by its share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
