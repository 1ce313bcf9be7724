"""`eduraise demo`: one small parent over the web server, the worker and the simulator.

Standard library only: it makes the settings that Django will read, so it must not import Django itself.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

SIGN_INS = (
    ("Admin", "admin@demo.example"),
    ("Teacher", "teacher@demo.example"),
    ("Student", "student@demo.example"),
)
PASSWORD = "demo-eduraise"  # noqa: S105 printed for everybody
PR_SET_PDEATHSIG = 1
TOOLS = Path(sys.executable).parent


class DemoProblem(Exception):
    """Why the demo can't run, in one line."""


@dataclass
class Demo:
    """What one run of the demo is made of."""

    port: int
    sim_port: int
    folder: Path
    with_school: bool = True
    autoreload: bool = False
    was_there: bool = False
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def busy_file(self) -> Path:
        """Stands while the school is being made."""
        return self.folder / "being-set-up"

    def log_of(self, name: str) -> Path:
        """What a child says."""
        return self.folder / f"{name}.log"

    @property
    def clock_file(self) -> Path:
        """How many seconds the clocks of all processes are moved."""
        return self.folder / "clock"


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C; the exit code. An argument that it doesn't know is refused before anything starts."""
    parser = argparse.ArgumentParser(
        prog="eduraise demo",
        description="A believable school with a pretend Zoom beside it. PORT, ZOOMSIM_PORT and DATA_DIR say "
        "where; RESET=1 starts afresh.",
    )
    parser.add_argument("--dev", action="store_true", help="an empty database, reloading when code changes")
    wanted = parser.parse_args(arguments)
    try:
        demo = prepare(os.environ, develop=wanted.dev)
        return run(demo)
    except DemoProblem as problem:
        print(f"EduRaise: {problem}", file=sys.stderr)  # noqa: T201
        return 1


def prepare(environment: Mapping[str, str], *, develop: bool = False) -> Demo:
    """Read PORT, ZOOMSIM_PORT, DATA_DIR and RESET; refuse what can't work."""
    demo = Demo(
        port=_port(environment, "PORT", 8000),
        sim_port=_port(environment, "ZOOMSIM_PORT", 8001),
        folder=Path(environment.get("DATA_DIR") or ("var/dev" if develop else "var/demo")).resolve(),
        with_school=not develop,
        autoreload=develop,
    )
    if demo.port == demo.sim_port:
        raise DemoProblem("PORT and ZOOMSIM_PORT must differ.")
    for name, port in (("PORT", demo.port), ("ZOOMSIM_PORT", demo.sim_port)):
        if not _is_free(port):
            raise DemoProblem(
                f"port {port} is taken. Stop what uses it, or choose another: {name}={port + 10}"
            )
    if environment.get("RESET") == "1" and demo.folder.exists():
        shutil.rmtree(demo.folder)
    demo.was_there = (demo.folder / "eduraise.sqlite3").exists()
    demo.folder.mkdir(parents=True, exist_ok=True)
    return demo


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name) or str(default)
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise DemoProblem(f"{name} is {value!r}; it should be a number from 1 to 65535.")
    return int(value)


def _is_free(port: int) -> bool:
    """The server itself would share a taken port in silence, so it is tried first."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as problem:
            if problem.errno in (98, 48, 10048):  # address in use; anything else: no such family here
                return False
    return True


def variables(demo: Demo) -> dict[str, str]:
    """The settings of all processes of the demo."""
    keys = demo.folder / "keys"
    if not keys.exists():
        with os.fdopen(os.open(keys, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"{secrets.token_urlsafe(48)}\n{base64.urlsafe_b64encode(os.urandom(32)).decode()}\n")
    secret, encryption = keys.read_text().split()
    base, sim = f"http://localhost:{demo.port}", f"http://localhost:{demo.sim_port}"
    return {
        "DJANGO_SETTINGS_MODULE": "eduraise.config.settings",
        "BASE_URL": base,
        "SECRET_KEY": secret,
        "ENCRYPTION_KEYS": encryption,
        "DATABASE_URL": f"sqlite:///{demo.folder}/eduraise.sqlite3",
        "MEDIA_DIR": str(demo.folder / "media"),
        "EMAIL_URL": f"file://{demo.folder}/mail",
        "EMAIL_FROM": "Escola Oberta <school@demo.example>",
        "ORGANISATION": "Escola Oberta",
        "DEFAULT_TIME_ZONE": "Europe/Madrid",
        "ZOOM_CLIENT_ID": "sim-client",
        "ZOOM_CLIENT_SECRET": "sim-secret",
        "ZOOM_WEBHOOK_SECRET": "sim-webhook-secret",
        "ZOOM_API_URL": sim,
        "ZOOM_OAUTH_URL": sim,
        **(ACCOUNT if demo.with_school else {}),
        "ZOOMSIM_WEBHOOK_URL": f"{base}/zoom/webhook/",
        "ZOOMSIM_REDIRECT_URLS": f"{base}/zoom/connect/callback/",
        "DEMO": "1" if demo.with_school else "",
        "DEBUG": "1" if demo.autoreload else "",
        "DEMO_BUSY_FILE": str(demo.busy_file),
        "CLOCK_OFFSET_FILE": str(demo.clock_file),
    }


# The pretend Zoom's server-to-server app: teachers without a connection of their own use its shared hosts
ACCOUNT = {
    "ZOOM_ACCOUNT_ID": "sim-account",
    "ZOOM_S2S_CLIENT_ID": "sim-s2s-client",
    "ZOOM_S2S_CLIENT_SECRET": "sim-s2s-secret",
}


def run(demo: Demo) -> int:
    """Set up, start everything, wait; stop everything."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    environment = os.environ | variables(demo)
    demo.clock_file.write_text("0")
    if demo.with_school:
        demo.busy_file.touch()
    try:
        _start(demo, environment, "migrate", *_eduraise("migrate", "--no-input", "--verbosity", "0"))
        # what starts meanwhile needs no table before its first page
        _start(demo, environment, "zoomsim", *_zoomsim(demo))
        _start(demo, environment, "web", *_web(demo))
        _finish(demo, "migrate")
        _wait_for(demo, "zoomsim", f"http://localhost:{demo.sim_port}/_sim/clock")
        _wait_for(demo, "web", f"http://localhost:{demo.port}/health/live")
        if demo.with_school:
            _say("making the school; this takes a moment the first time")
            _start(demo, environment, "seed_demo", *_eduraise("seed_demo"))
            _finish(demo, "seed_demo")
            demo.clock_file.write_text("0")
            demo.busy_file.unlink(missing_ok=True)
        _start(demo, environment, "worker", *_eduraise("worker"))
        _welcome(demo)
        return _watch(demo)
    except KeyboardInterrupt:
        _say("stopping")
        return 0
    finally:
        _stop(demo)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _eduraise(*arguments: str) -> list[str]:
    return [str(TOOLS / "eduraise"), *arguments]


def _zoomsim(demo: Demo) -> list[str]:
    state = str(demo.folder / "zoomsim.sqlite3")
    return [str(TOOLS / "zoomsim"), "--port", str(demo.sim_port), "--state", state, "--seed", "1"]


def _web(demo: Demo) -> list[str]:
    if demo.autoreload:
        return _eduraise("runserver", f"localhost:{demo.port}")
    return _eduraise("serve", "--host", "127.0.0.1", "--port", str(demo.port))


def _die_with_parent() -> None:
    """Asks Linux to stop this child when its parent is gone, however it went."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _start(demo: Demo, environment: Mapping[str, str], name: str, *command: str) -> None:
    """A child in a session of its own: Ctrl-C reaches the parent alone, which tells each child once."""
    with demo.log_of(name).open("ab") as log:
        demo.children[name] = subprocess.Popen(  # noqa: S603
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


def _finish(demo: Demo, name: str) -> None:
    """Wait for a child that ends by itself."""
    code = demo.children[name].wait()
    del demo.children[name]
    if code:
        why = f"'{name}' failed: {_last_lines(demo, name, 1)} (all of it: {demo.log_of(name)})"
        if demo.was_there:
            why += f"\n{demo.folder} was made earlier, perhaps by other code. RESET=1 starts afresh."
        raise DemoProblem(why)


def _wait_for(demo: Demo, name: str, address: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if demo.children[name].poll() is not None:
            raise DemoProblem(f"'{name}' stopped:\n{_last_lines(demo, name)}")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DemoProblem(f"'{name}' did not answer within {seconds:.0f} s:\n{_last_lines(demo, name)}")


def _last_lines(demo: Demo, name: str, number: int = 12) -> str:
    log = demo.log_of(name)
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-number:]) if log.exists() else ""


def _watch(demo: Demo) -> int:
    """Wait until a child ends by itself, which it should not."""
    while True:
        for name, child in demo.children.items():
            if child.poll() is not None:
                _say(f"'{name}' stopped with {child.returncode}:\n{_last_lines(demo, name)}")
                return 1
        time.sleep(0.5)


def _stop(demo: Demo, patience: float = 10) -> None:
    """Tell every child once, newest first; kill what is still there after `patience` seconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _each(demo, lambda child: child.send_signal(signal.SIGTERM))
    deadline = time.monotonic() + patience
    for child in demo.children.values():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
    demo.busy_file.unlink(missing_ok=True)


def _each(demo: Demo, act: Callable[[subprocess.Popen[bytes]], None]) -> None:
    for child in reversed(demo.children.values()):
        if child.poll() is None:
            act(child)


def _say(text: str) -> None:
    print(f"EduRaise: {text}", flush=True)  # noqa: T201


def _welcome(demo: Demo) -> None:
    lines = [f"open http://localhost:{demo.port}/ and sign in with the password {PASSWORD}:"]
    if demo.with_school:
        lines += [f"  {role:8} {address}" for role, address in SIGN_INS]
    else:
        lines = [f"open http://localhost:{demo.port}/; make an admin with: eduraise create_admin"]
    lines += [f"pretend Zoom: http://localhost:{demo.sim_port}/", "stop with Ctrl-C"]
    _say("\n  ".join(lines))
