"""`eduraise --help` works on a machine where nothing is configured, and names every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import eduraise
from eduraise.config import helping


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["help"]])
def test_help_needs_no_environment(arguments: list[str]) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "eduraise", *arguments], env={}, capture_output=True, text=True, check=True
    )

    assert printed.stdout == f"{helping.words()}\n"


def test_every_command_of_ours_is_named() -> None:
    files = Path(eduraise.__file__).parent.glob("*/management/commands/[a-z]*.py")
    ours = {file.stem for file in files} | {"serve", "demo", "generate_key", "migrate"}

    assert {name for name, _what in helping.COMMANDS} == ours
