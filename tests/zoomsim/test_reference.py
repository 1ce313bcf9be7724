"""docs/reference/simulator.md names all that the simulator has, so that it can be used without its source."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.zoom_simulator import ZoomServer, ZoomSim

from zoomsim import __main__ as command
from zoomsim import faults
from zoomsim.switches import SWITCHES

PAGE = (Path(__file__).parents[2] / "docs/reference/simulator.md").read_text()


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_described_as_it_is(name: str) -> None:
    _, default, what = SWITCHES[name]
    shown = (
        {True: "true", False: "false"}.get(default, default)
        if isinstance(default, bool)
        else default or "none"
    )
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert f"`{shown}`" in row
    assert what in row


def test_every_control_is_described(zoom: ZoomSim) -> None:
    with zoom.client() as client:
        known = client.get("/_sim/nothing").json()["known"]

    for control in known:
        method, path = control.split()
        row = next(
            line for line in PAGE.splitlines() if line.startswith("| `") and path in line.split("|")[1]
        )
        assert f"`{method}" in row, control


def test_the_example_runs(zoom_server: ZoomServer) -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    code = example.replace("http://127.0.0.1:8001", zoom_server.base_url)

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "['Tariq Haddad', 'Sana']\n"


def test_it_needs_the_standard_library_alone() -> None:
    """-S leaves out installed packages."""
    source = Path(__file__).parents[2] / "src"
    code = f"import sys; sys.path.insert(0, {str(source)!r}); import zoomsim.__main__, zoomsim.app"

    assert subprocess.run([sys.executable, "-I", "-S", "-c", code], check=False).returncode == 0


def test_every_effect_and_option_is_described() -> None:
    options = ["--state", "--seed", "--limits", "--host", "--port"]
    usage = command.parser().format_usage()

    assert [option for option in options if option not in usage] == []
    wanted = [*options, *(f"`{effect}`" for effect in faults.CALL_EFFECTS + faults.EVENT_EFFECTS)]
    assert [name for name in wanted if name not in PAGE] == []
